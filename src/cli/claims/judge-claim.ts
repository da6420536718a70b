import {
  compareRecords,
  FEWEST_TEST_CELLS,
  TOO_FEW_CELLS,
  type CellDifference,
  type Comparison,
} from "../compare/compare-records.js";
import type { RunCells, RunRecord } from "../evaluate/record.js";
import type { Claim, ClaimTest, Verdict } from "./claim.js";

/** A claim with what our results say of it. */
export interface JudgedClaim extends Pick<Claim, "id" | "where" | "text"> {
  readonly measure: string;
  /** Our value, with its interval or range. */
  readonly ours: string;
  readonly verdict: Verdict;
  readonly why: string;
}

type Judgement = Pick<JudgedClaim, "measure" | "ours" | "verdict" | "why">;
type TestOf<Kind extends ClaimTest["kind"]> = Extract<ClaimTest, { kind: Kind }>;

/** A value of the paper that lies this near to the range of ours, as a share of itself, is replicated. */
const TOLERANCE = 0.1;

/** Puts claims to the test of results. */
export class Judge {
  readonly #comparisons = new Map<string, Comparison>();

  /** @param cellsOf - the values of a run's cells. */
  constructor(
    private readonly records: readonly RunRecord[],
    private readonly cellsOf: (record: RunRecord) => RunCells,
  ) {}

  judge({ id, where, text, test }: Claim): JudgedClaim {
    return { id, where, text, ...this.#judgement(test) };
  }

  #judgement(test: ClaimTest): Judgement {
    switch (test.kind) {
      case "best":
        return this.#best(test);
      case "value":
        return this.#value(test);
      case "effect":
        return this.#effect(test);
      case "not-above-clean":
        return this.#notAboveClean(test);
      case "own-values":
        return ownValues(test);
      case "given":
        return { measure: "–", ours: "–", verdict: test.verdict, why: test.why };
      case "untestable":
        return { measure: "–", ours: "–", verdict: "not testable", why: test.why };
    }
  }

  #best({ method, against, metrics, sets, severity }: TestOf<"best">): Judgement {
    const measure = `${metrics.join(", ")} of ${method} against ${against.join(", ")}, ${severity} damage`;
    const missing = this.#missing([method, ...against], sets, severity);
    const lacks = this.#lacking([method, ...against], sets, severity).length > 0;
    const { cells, sets: ofSets } = this.#compared(method);
    const measured = [...cells, ...ofSets].filter(
      (row) =>
        sets.includes(row.set) &&
        row.severity === severity &&
        against.includes(row.method) &&
        metrics.includes(row.metric),
    );
    if (measured.length === 0) return notRun(measure, missing);
    const differences = measured.filter(({ verdict }) => verdict !== TOO_FEW_CELLS);
    if (differences.length === 0) return tooFew(measure);
    const isSmall = differences.length < measured.length;
    const small = isSmall ? ` Sets with fewer than ${FEWEST_TEST_CELLS} test cells do not count.` : "";
    const count = (verdict: string) => differences.filter((row) => row.verdict === verdict).length;
    const [better, worse, all] = [count("better"), count("worse"), differences.length];
    return {
      measure,
      ours: `better in ${better}, worse in ${worse} of ${all} comparisons`,
      verdict: lacks
        ? "not run"
        : better === all
          ? "replicated"
          : better > all / 2
            ? "partly replicated"
            : "not replicated",
      why: `By cell: Wilcoxon's test after Holm; all cells: paired bootstrap. Partly: in more than half.${small}${missing}`,
    };
  }

  #value({ method, metric, value, sets, severity }: TestOf<"value">): Judgement {
    const measure = `${metric} of ${method}, ${severity} damage`;
    const missing = this.#missing([method], sets, severity);
    const values = this.#runs(sets, severity)
      .filter((run) => run.method === method)
      .flatMap((run) => run.metrics[metric] ?? []);
    if (values.length === 0) return notRun(measure, missing);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
    const reach = TOLERANCE * Math.abs(value);
    return {
      measure,
      ours: `${short(mean)} (${short(low)} to ${short(high)} over sets and seeds)`,
      verdict: value >= low - reach && value <= high + reach ? "replicated" : "not replicated",
      why: `Replicated: within our range, ${100 * TOLERANCE} % of the paper's value allowed beyond.${missing}`,
    };
  }

  #effect({ method, against, metric, d, p, sets, severity }: TestOf<"effect">): Judgement {
    const measure = `${metric}, ${method} minus ${against} by cell, ${severity} damage`;
    const missing = this.#missing([method, against], sets, severity);
    const rows = this.#compared(method).cells.filter(
      (row) => sets.includes(row.set) && row.severity === severity && row.method === against && row.metric === metric,
    );
    if (rows.length === 0) return notRun(measure, missing);
    if (rows.every(({ verdict }) => verdict === TOO_FEW_CELLS)) return tooFew(measure);
    const holds = rows.map((row) => row.wilcoxonHolm < p && isBetween(d, row));
    const shown = rows.map(
      ({ set, dPaired, dPooled }) => `${set}: ${effect(dPaired)} paired, ${effect(dPooled)} pooled`,
    );
    return {
      measure,
      ours: shown.join("; "),
      verdict: holds.every(Boolean) ? "replicated" : holds.some(Boolean) ? "partly replicated" : "not replicated",
      why: `Replicated: p below the paper's after Holm, and the paper's d in our interval of either d.${missing}`,
    };
  }

  #notAboveClean({ metric, sets, severity }: TestOf<"not-above-clean">): Judgement {
    const measure = `${metric} less that of the clean cells, all methods, ${severity} damage`;
    const runs = this.#runs(sets, severity).filter((run) => run.metrics[`${metric}_distance`] != null);
    if (runs.length === 0) return notRun(measure, "");
    const above = runs.filter((run) => run.intervals[metric]![0]! > run.metrics[`${metric}_clean`]!);
    const names = above.map(
      ({ label, set, metrics }) => `${label} on ${set} (+${short(metrics[`${metric}_distance`]!)})`,
    );
    return {
      measure,
      ours: above.length === 0 ? `none of ${runs.length} runs is above` : [...new Set(names)].join(", "),
      verdict: above.length === 0 ? "replicated" : "not replicated",
      why: "Above: the whole interval over test cells is. Repaired cells cannot have more structure than the clean ones; they can be blurred.",
    };
  }

  #compared(method: string): Comparison {
    const known = this.#comparisons.get(method) ?? compareRecords(this.records, method, this.cellsOf);
    this.#comparisons.set(method, known);
    return known;
  }

  #runs(sets: readonly string[], severity: string): RunRecord[] {
    return this.records.filter((run) => sets.includes(run.set) && run.severity === severity);
  }

  /** The methods that a claim names and the results lack. */
  #lacking(methods: readonly string[], sets: readonly string[], severity: string): string[] {
    const runs = this.#runs(sets, severity);
    return methods.filter((method) => !runs.some((run) => run.method === method));
  }

  /** What a claim names and the results lack, as a sentence. */
  #missing(methods: readonly string[], sets: readonly string[], severity: string): string {
    const runs = this.#runs(sets, severity);
    const lacking = [
      ...this.#lacking(methods, sets, severity),
      ...sets.filter((set) => !runs.some((run) => run.set === set)),
    ];
    return lacking.length === 0 ? "" : ` Not run: ${lacking.join(", ")}.`;
  }
}

const notRun = (measure: string, missing: string): Judgement => ({
  ...{ measure, ours: "–", verdict: "not run" },
  why: `There are no such results.${missing}`,
});

const tooFew = (measure: string): Judgement => ({
  ...{ measure, ours: "–", verdict: "not testable" },
  why: `The set that can be had leaves fewer than ${FEWEST_TEST_CELLS} test cells; intervals are in the comparison, without a verdict.`,
});

const ownValues = ({ rows }: TestOf<"own-values">): Judgement => {
  const nearer = rows.filter(
    ({ original, degraded, repaired }) => Math.abs(repaired - original) < Math.abs(degraded - original),
  ).length;
  return {
    measure: "distance to the original value, in the paper's own table",
    ours: `nearer in ${nearer} of ${rows.length}`,
    verdict: nearer === rows.length ? "replicated" : nearer > rows.length / 2 ? "partly replicated" : "not replicated",
    why: "Counted in the values that the paper prints.",
  };
};

const isBetween = (d: number, { dPaired, dPooled }: CellDifference): boolean =>
  [dPaired, dPooled].some(({ low, high }) => d >= low && d <= high);

const effect = ({ value, low, high }: CellDifference["dPaired"]): string =>
  `d ${short(value)} [${short(low)}, ${short(high)}]`;

const short = (value: number): string => (Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(3));
