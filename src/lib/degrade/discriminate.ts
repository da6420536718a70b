import type { Frame } from "../anndata/frame.js";
import { rocAuc } from "../metrics/roc.js";
import { resolveOptions } from "../options.js";
import { quantile } from "../stats/describe.js";
import { random } from "../stats/random.js";
import type { Estimate } from "./estimate.js";
import { fitLogistic, logistic } from "./logistic-fit.js";

/** Options of {@link discriminate}. */
export interface DiscriminateOptions {
  /** Random splits. Default: 20. */
  repeats?: number;
  /** Which patient each row is of: rows of one patient stay together. Default: each row its own. */
  patients?: readonly string[];
  /** Strength of the penalty on the coefficients of z-scores. Default: 1. */
  ridge?: number;
  /** Share of the splits inside the intervals. Default: 0.95. */
  level?: number;
  /** Default: 0. */
  seed?: number;
}

/** What {@link discriminate} finds: mean over the splits, with the quantiles of the splits. */
export interface Discrimination {
  /** Area under the ROC curve of real against simulated: 0.5 where they cannot be told apart. */
  auc: Estimate;
  /** The same of real against real: half of the patients, drawn at random, against the other. */
  floor: Estimate;
}

/**
 * Asks whether simulated samples can be told from real ones by their summaries: a logistic regression (ridge, on z-scores) is fitted on one
 * half of the patients and judged on the other, again and again. Row `i` of both tables is of the same patient, so that no
 * patient is on both sides.
 *
 * @param real - summaries of real samples, {@link summarize}.
 * @param simulated - the same columns, of samples simulated for the same patients.
 * @throws RangeError where the tables differ in rows or columns, or fewer than four patients are left.
 * @example
 * const { auc, floor } = degrade.discriminate(degrade.summarize(fixed), degrade.summarize(simulated));
 */
export function discriminate(real: Frame, simulated: Frame, options: DiscriminateOptions = {}): Discrimination {
  const { repeats, patients, ridge, level, seed } = resolveOptions<Required<DiscriminateOptions>>(
    "degrade.discriminate",
    options,
    { repeats: 20, patients: real.index, ridge: 1, level: 0.95, seed: 0 },
  );
  if (real.length !== simulated.length || real.columns.join() !== simulated.columns.join()) {
    throw new RangeError(
      `real has ${real.length} rows of ${real.columns.join(", ")}; simulated has ${simulated.length} of ` +
        `${simulated.columns.join(", ")}; summarise the same patients alike`,
    );
  }
  if (patients.length !== real.length) {
    throw new RangeError(`patients has ${patients.length} names, the tables have ${real.length} rows`);
  }
  const names = [...new Set(patients)];
  if (names.length < 4) throw new RangeError(`a split needs at least four patients, not ${names.length}`);
  const [truth, made] = [rowsOf(real), rowsOf(simulated)];
  const stream = random(seed, "degrade", "discriminate");
  const auc = new Float64Array(repeats);
  const floor = new Float64Array(repeats);
  for (let repeat = 0; repeat < repeats; repeat++) {
    const order = stream.permutation(names.length);
    const trained = new Set(Array.from(order.subarray(0, names.length >> 1), (k) => names[k]!));
    // Alternating along the random order halves the patients on both sides of the split.
    const half = new Map(Array.from(order, (k, at) => [names[k]!, at % 2]));
    const cases = patients.flatMap((patient, i) => [
      { row: truth[i]!, label: 1, isTrained: trained.has(patient) },
      { row: made[i]!, label: 0, isTrained: trained.has(patient) },
    ]);
    auc[repeat] = judge(cases, ridge);
    const halves = patients.map((patient, i) => ({
      row: truth[i]!,
      label: half.get(patient)!,
      isTrained: trained.has(patient),
    }));
    floor[repeat] = judge(halves, ridge);
  }
  const estimate = (values: Float64Array): Estimate => ({
    value: values.reduce((sum, value) => sum + value, 0) / repeats,
    low: quantile(values, (1 - level) / 2),
    high: quantile(values, (1 + level) / 2),
  });
  return { auc: estimate(auc), floor: estimate(floor) };
}

/** A sample to be told apart. */
export interface Case {
  /** Its summaries. */
  row: Float64Array;
  label: number;
  isTrained: boolean;
}

/**
 * The area under the ROC curve with which a logistic regression (ridge, on z-scores), fitted to the cases for training, tells the labels of the
 * others.
 */
export function judge(cases: readonly Case[], ridge: number): number {
  const trained = cases.filter(({ isTrained }) => isTrained);
  const judged = cases.filter(({ isTrained }) => !isTrained);
  const scale = zScoring(trained.map(({ row }) => row));
  const coefficients = fitLogistic(
    trained.map(({ row }) => scale(row)),
    trained.map(({ label }) => label),
    ridge,
  );
  return rocAuc(
    Uint8Array.from(judged, ({ label }) => label),
    Float64Array.from(judged, ({ row }) => logistic(coefficients, scale(row))),
  );
}

/** Scaling by mean and standard deviation of these rows; columns that are constant in them become 0. */
function zScoring(rows: Float64Array[]): (row: Float64Array) => Float64Array {
  const mean = rows[0]!.map((_, k) => rows.reduce((sum, row) => sum + row[k]!, 0) / rows.length);
  const spread = mean.map((center, k) =>
    Math.sqrt(rows.reduce((sum, row) => sum + (row[k]! - center) ** 2, 0) / rows.length),
  );
  return (row) => row.map((value, k) => (spread[k]! > 0 ? (value - mean[k]!) / spread[k]! : 0));
}

/** The rows of a table of numbers. */
export function rowsOf(table: Frame): Float64Array[] {
  const columns = table.columns.map((name) => table.numbers(name));
  return table.index.map((_, i) => Float64Array.from(columns, (column) => column[i]!));
}
