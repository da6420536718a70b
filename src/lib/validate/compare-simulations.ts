import { resolveOptions } from "../options.js";
import { quantile } from "../stats/describe.js";
import { compareSplit, HALVES, type Measures } from "./compare-split.js";
import { type Curves, curveRecords } from "./curves.js";
import { type BulkPairs, selectPairs } from "./pairs.js";
import type { Findings, ValidationRow } from "./record.js";
import { splitPatients } from "./split-patients.js";

/** Options of {@link compareSimulations}. */
export interface CompareSimulationsOptions {
  /** Random splits of the patients. Default: 20. */
  repeats?: number;
  /** How many of them leave out each mechanism in turn. Default: a quarter of them. */
  mechanismRepeats?: number;
  /** Default: 0. */
  seed?: number;
  /** Called after each repeat. */
  onRepeat?: (done: number, repeats: number) => void;
}

/**
 * Holds simulated degradation against real pairs. In each repeat the patients are halved at random, every simulation (the paper's, the bulk
 * count model, thinning) is fitted to one half, and what it makes of the other half's well preserved samples is compared with that half's
 * degraded ones: slopes of the fold change with length, GC and expression, the distribution of fold changes, their means by gene,
 * the dropout curve, and discriminators fitted on the first half too. "real halves" has the same distances between the two halves' real
 * samples, which a perfect simulation would be left with. Mechanisms: by how much each distance grows where one is left out of the bulk
 * simulation.
 *
 * @returns rows with the mean over repeats and the quantiles of the repeats (2.5 % and 97.5 %).
 * @throws RangeError where fewer than four patients are given, or `repeats` is not positive.
 * @example
 * const { rows } = validate.compareSimulations(await validate.loadPairs("ccrcc"), { repeats: 5 });
 */
export function compareSimulations(pairs: BulkPairs, options: CompareSimulationsOptions = {}): Findings {
  const { repeats, mechanismRepeats, seed, onRepeat } = resolveOptions<Required<CompareSimulationsOptions>>(
    "validate.compareSimulations",
    options,
    { repeats: 20, mechanismRepeats: Math.ceil((options.repeats ?? 20) / 4), seed: 0, onRepeat: () => undefined },
  );
  if (!Number.isInteger(repeats) || repeats < 1) {
    throw new RangeError(`repeats must be a positive whole number, not ${repeats}`);
  }
  const curves: Record<string, Curves> = {};
  const modes = new Gathered();
  const mechanisms = new Gathered();
  for (let repeat = 0; repeat < repeats; repeat++) {
    const { fitted, judged } = splitPatients(pairs.patients, seed, repeat);
    const [inside, outside] = [selectPairs(pairs, fitted), selectPairs(pairs, judged)];
    const found = compareSplit(inside, outside, curves, seed + 1000 * repeat, repeat < mechanismRepeats);
    modes.add(found.modes);
    mechanisms.add(found.without);
    onRepeat(repeat + 1, repeats);
  }
  const size = { set: pairs.set, n: pairs.clean.nObs };
  return {
    rows: [
      ...modes.rows().map((row) => ({ part: "pairs" as const, ...size, ...row })),
      ...mechanisms
        .rows()
        .map((row) => ({ part: "mechanisms" as const, ...size, ...row, mode: `without ${row.mode}` })),
    ],
    curves: Object.entries(curves).flatMap(([mode, lines]) => curveRecords(pairs.set, mode, lines)),
    notes: [
      `${pairs.set}: ${repeats} random halvings of ${new Set(pairs.patients).size} patients (${pairs.clean.nObs} pairs); intervals are ` +
        `quantiles of the halvings, which share patients: they are no confidence intervals. "${HALVES}" is what is left between real ` +
        "samples of different patients.",
    ],
  };
}

/** Measures of all repeats. */
class Gathered {
  readonly #values = new Map<string, { mode: string; measure: string; values: number[] }>();

  add(found: Readonly<Record<string, Measures>>): void {
    for (const [mode, measures] of Object.entries(found)) {
      for (const [measure, value] of Object.entries(measures)) {
        const key = JSON.stringify([mode, measure]);
        const entry = this.#values.get(key) ?? { mode, measure, values: [] };
        entry.values.push(value);
        this.#values.set(key, entry);
      }
    }
  }

  rows(): Pick<ValidationRow, "mode" | "measure" | "value" | "low" | "high">[] {
    return [...this.#values.values()].map(({ mode, measure, values }) => ({
      mode,
      measure,
      value: values.reduce((sum, value) => sum + value, 0) / values.length,
      low: quantile(values, 0.025),
      high: quantile(values, 0.975),
    }));
  }
}
