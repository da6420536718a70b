import { AnnData } from "../../anndata/anndata.js";
import { resolveOptions } from "../../options.js";
import { checkSample, type SampleCheck } from "./check-sample.js";
import { quantile } from "../../stats/describe.js";
import { findExpression, type FoundExpression, type LogScaling, logScaling } from "./expression-values.js";
import { type GeneMatch, matchGenes, namedGenes } from "./match-genes.js";
import { cellsInMemory, type SampleCells } from "./sample-cells.js";
import type { SampleModel } from "./sample-model.js";
import { type CellSums, sumValues } from "./value-sums.js";

/**
 * A sample that should not be repaired as asked; the message says why, and what to do.
 * @example
 * const blood = await repair.loadSampleModel("blood-model");
 * await repair.repairSample(sample, blood).catch((error: unknown) => {
 *   if (error instanceof repair.SampleRefused) console.warn(error.message);
 *   else throw error;
 * });
 */
export class SampleRefused extends Error {
  override readonly name = "SampleRefused";
}

/** Medians over a sample's cells. */
export interface CellMedians {
  /** Null where the values are no counts. */
  readonly molecules: number | null;
  readonly genes: number;
}

/** Medians over cells of what a sample's values show. */
export function cellMedians(
  { detected, total }: { [sum in keyof CellSums]: ArrayLike<number> },
  kind: FoundExpression["kind"],
): CellMedians {
  const median = (values: ArrayLike<number>) => (values.length > 0 ? quantile(values, 0.5) : NaN);
  return { molecules: kind === "counts" ? median(total) : null, genes: median(detected) };
}

/** A sample beside a model, before any repair. */
export interface SampleInspection {
  readonly values: FoundExpression;
  readonly cells: number;
  readonly medians: CellMedians;
  readonly scaling: LogScaling;
  readonly match: GeneMatch;
  readonly checks: readonly SampleCheck[];
  /** What a person should know before believing the repair. */
  readonly warnings: readonly string[];
}

/** Options of {@link inspectSample}. */
export interface InspectSampleOptions {
  /** Least share of the model's genes that the sample must have. Default: 0.5. */
  readonly minShare?: number;
}

/** A sample with fewer than this share of the training data's genes has totals that mean something else. */
const FEW_GENES = 0.3;

/**
 * Finds a sample's expression and a model's genes in it, and holds it against the damage that the model was trained on.
 *
 * @throws SampleRefused where there is no expression, or too few of the model's genes.
 * @example
 * const { checks, warnings } = await repair.inspectSample(sample, await repair.loadSampleModel("blood-model"));
 */
export async function inspectSample(
  sample: AnnData | SampleCells,
  { context }: Pick<SampleModel, "context">,
  options: InspectSampleOptions = {},
): Promise<SampleInspection> {
  const { minShare } = resolveOptions<Required<InspectSampleOptions>>("repair.inspectSample", options, {
    minShare: 0.5,
  });
  const cells = sample instanceof AnnData ? cellsInMemory(sample) : sample;
  const values = await findExpression(cells);
  if (!values) {
    throw new SampleRefused(
      "X, layers.counts and raw hold neither counts nor log1p values (0 to 20); z-scores cannot be repaired: give the counts",
    );
  }
  const { genes, facts, profile } = context;
  const match = matchGenes(genes, namedGenes(values.var, facts.species ?? undefined));
  if (match.matched === 0 || match.share < minShare) throw tooFewGenes(match, genes.names, values.var.index, minShare);
  const log = cells.uns["log1p"] as { base?: unknown } | undefined;
  const matrix = cells.matrix(values.place)!;
  const scaling = await logScaling(matrix, values.kind, typeof log?.base === "number" ? log.base : undefined);
  const sums = await sumValues(matrix, cells.obs.length, values.kind, match, scaling);
  const checks = checkSample(sums, values.kind, profile, match);
  const fewGenes =
    values.var.length < FEW_GENES * facts.data.genes
      ? [
          `the sample has ${values.var.length} genes, the training data ${facts.data.genes}: its totals are of fewer genes, ` +
            `which makes its values higher`,
        ]
      : [];
  const warnings = [...scaling.notes, ...fewGenes, ...checks.filter(isOutside).map(describeCheck)];
  const medians = cellMedians(sums.ofAll, values.kind);
  return { values, cells: cells.obs.length, medians, scaling, match, checks, warnings };
}

function isOutside({ verdict }: SampleCheck): boolean {
  return verdict !== "inside";
}

/**
 * A check as a sentence.
 * @example
 * const zeros = { name: "zeros", label: "share of zeros", value: 0.8, low: 0.6, high: 0.9, verdict: "inside" } as const;
 * repair.describeCheck(zeros); // "zeros: 0.8 share of zeros, within the training damage (0.6 to 0.9)"
 */
export function describeCheck({ name, label, value, low, high, verdict }: SampleCheck): string {
  const [own, from, to] = [value, low, high].map((number) => Number(number.toPrecision(3)));
  const where = { inside: "within", outside: "outside", far: "far outside" }[verdict];
  return `${name}: ${own} ${label}, ${where} the training damage (${from} to ${to})`;
}

function tooFewGenes(
  { matched, total }: GeneMatch,
  model: readonly string[],
  sample: readonly string[],
  minShare: number,
): SampleRefused {
  const some = (names: readonly string[]) => names.slice(0, 3).join(", ");
  return new SampleRefused(
    `the sample has ${matched} of the model's ${total} genes, fewer than the share ${minShare} (the model's: ${some(model)}, …; the sample's: ` +
      `${some(sample)}, …); are species and names the same? Train on data like it, or lower minShare (--min-share)`,
  );
}
