import type { DenseMatrix } from "../anndata/dense.js";
import { pearson } from "../metrics/pearson.js";
import { spearman } from "../metrics/spearman.js";
import type { Scaling } from "../repair/training-data.js";
import { bootstrap } from "../stats/bootstrap.js";
import type { BulkPairs } from "./pairs.js";
import type { ValidationRow } from "./record.js";

/** What one method made of the test samples of every fold. */
export interface RepairedPairs {
  folds: {
    /** Rows of the samples repaired. */
    test: number[];
    genes: readonly string[];
    /** Test samples × genes. */
    repaired: DenseMatrix;
    /** All clean samples × genes. */
    clean: DenseMatrix;
    /** Of the clean training samples. */
    scaling: Scaling;
  }[];
}

/** Genes called different between tumour and normal tissue. */
const CALLED = 100;

/** The figures of each method: means over samples, intervals by bootstrap over patients. */
export function judgeRepair(
  pairs: BulkPairs,
  repaired: ReadonlyMap<string, RepairedPairs>,
  seed: number,
): Omit<ValidationRow, "part" | "set">[] {
  const n = pairs.clean.nObs;
  const names = [...new Set(pairs.patients)];
  const rowsOf = names.map((name) => pairs.patients.flatMap((patient, row) => (patient === name ? [row] : [])));
  const input = samplesOf(repaired.get("input")!, n);
  return [...repaired].flatMap(([mode, method]) => {
    const own = samplesOf(method, n);
    const interval = (measure: string, statistic: (rows: readonly number[]) => number) => {
      const found = bootstrap(names.length, (drawn) => statistic(Array.from(drawn, (k) => rowsOf[k]!).flat()), {
        ...{ resamples: 1000, seed, method: "percentile" },
      });
      return { mode, measure, value: found.estimate, low: found.low, high: found.high, n };
    };
    const mean = (values: Float64Array) => (rows: readonly number[]) =>
      rows.reduce((sum, row) => sum + values[row]!, 0) / rows.length;
    const gain = own.correlation.map((value, row) => value - input.correlation[row]!);
    return [
      interval("correlation with own partner", mean(own.correlation)),
      ...(mode === "input" ? [] : [interval("correlation gain", mean(gain))]),
      interval("own partner is nearest, share", mean(own.rank.map((rank) => Number(rank === 1)))),
      interval("rank of own partner, mean", mean(own.rank)),
      interval("own partner is nearest of those held out, share", mean(own.isNearestHeldOut)),
      interval("root mean square distance from own partner", mean(own.distance)),
      ...(pairs.isTumour ? tumourRows(mode, method, pairs.isTumour, rowsOf, interval) : []),
    ];
  });
}

interface Samples {
  /** With the own clean partner, over genes, z-scored by the clean training samples. */
  correlation: Float64Array;
  /** Of the own partner among all clean samples by that correlation, 1 nearest. */
  rank: Float64Array;
  /** Whether the own partner is the nearest of the partners held out with it, which no method has seen; 1 or 0. */
  isNearestHeldOut: Float64Array;
  /** In units of log1p. */
  distance: Float64Array;
}

function samplesOf({ folds }: RepairedPairs, n: number): Samples {
  const result = {
    correlation: new Float64Array(n),
    rank: new Float64Array(n),
    isNearestHeldOut: new Float64Array(n),
    distance: new Float64Array(n),
  };
  for (const { test, repaired, clean, scaling } of folds) {
    const z = (row: Float32Array) => row.map((value, j) => (value - scaling.mean[j]!) / scaling.sd[j]!);
    const candidates = Array.from({ length: n }, (_, i) => z(clean.row(i)));
    test.forEach((row, at) => {
      const values = repaired.row(at);
      const scaled = z(values);
      // A sample that is the training mean has no correlation with anything: none is nearer than another.
      const correlations = candidates.map((candidate) => pearson(scaled, candidate) || 0);
      const own = correlations[row]!;
      const nearer = correlations.filter((value) => value > own).length;
      const equal = correlations.filter((value) => value === own).length;
      result.correlation[row] = own;
      result.rank[row] = nearer + (equal + 1) / 2;
      result.isNearestHeldOut[row] = Number(test.every((other) => other === row || correlations[other]! < own));
      const truth = clean.row(row);
      result.distance[row] = Math.sqrt(
        values.reduce((sum, value, j) => sum + (value - truth[j]!) ** 2, 0) / values.length,
      );
    });
  }
  return result;
}

type Interval = (
  measure: string,
  statistic: (rows: readonly number[]) => number,
) => Omit<ValidationRow, "part" | "set">;

/** Whether the difference between tumour and normal tissue of the same patients is that of the clean samples. */
function tumourRows(
  mode: string,
  { folds }: RepairedPairs,
  isTumour: readonly boolean[],
  rowsOf: readonly (readonly number[])[],
  interval: Interval,
): Omit<ValidationRow, "part" | "set">[] {
  const chosen = folds.slice(1).reduce((genes, fold) => {
    const others = new Set(fold.genes);
    return genes.filter((gene) => others.has(gene));
  }, folds[0]!.genes);
  const values = new Map<number, { repaired: Float64Array; clean: Float64Array }>();
  for (const fold of folds) {
    const position = new Map(fold.genes.map((gene, j) => [gene, j]));
    const pick = (row: Float32Array) => Float64Array.from(chosen, (gene) => row[position.get(gene)!]!);
    fold.test.forEach((row, at) =>
      values.set(row, { repaired: pick(fold.repaired.row(at)), clean: pick(fold.clean.row(row)) }),
    );
  }
  const change = (kind: "repaired" | "clean", [one, other]: readonly number[]) => {
    const [a, b] = [values.get(one!)![kind], values.get(other!)![kind]];
    return isTumour[one!] ? a.map((value, j) => value - b[j]!) : b.map((value, j) => value - a[j]!);
  };
  const complete = rowsOf.filter((rows) => rows.length === 2 && rows.filter((row) => isTumour[row]).length === 1);
  // A method without a change between the two tissues has no order of the genes.
  const agreement = new Map(
    complete.map((rows) => [rows[0]!, spearman(change("repaired", rows), change("clean", rows)) || 0]),
  );
  const called = (kind: "repaired" | "clean") => {
    const differences = complete.map((rows) => change(kind, rows));
    const t = Float64Array.from(chosen, (_, j) => pairedT(differences.map((row) => row[j]!)));
    const order = Int32Array.from(t.keys()).sort((a, b) => Math.abs(t[b]!) - Math.abs(t[a]!) || a - b);
    return new Set(order.subarray(0, CALLED));
  };
  const [found, truth] = [called("repaired"), called("clean")];
  const shared = [...found].filter((j) => truth.has(j)).length / CALLED;
  return [
    interval("tumour - normal change of a patient, Spearman", (rows) => {
      const told = rows.flatMap((row) => agreement.get(row) ?? []);
      return told.reduce((sum, value) => sum + value, 0) / told.length;
    }),
    { mode, measure: `${CALLED} tumour genes recovered, share`, value: shared, low: NaN, high: NaN, n: chosen.length },
  ];
}

function pairedT(differences: readonly number[]): number {
  const n = differences.length;
  const mean = differences.reduce((sum, value) => sum + value, 0) / n;
  const variance = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  return variance > 0 ? mean / Math.sqrt(variance / n) : 0;
}
