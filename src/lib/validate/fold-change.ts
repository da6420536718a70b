import type { AnnData } from "../anndata/anndata.js";
import { rowMajor } from "../anndata/matrix.js";
import { geneGc, geneLengths } from "../degrade/gene-numbers.js";
import { choleskySolve } from "../stats/cholesky.js";

/** A gene whose clean counts per million are lower is too uncertain for a fold change. */
const LEAST = 1;

/** Changes of genes between clean samples and degraded ones of the same tissues. */
export interface FoldChanges {
  /** log2 of (degraded + 1) / (clean + 1), counts per million, samples × genes, row-major; NaN below one clean count per million. */
  values: Float64Array;
  /** Whether the degraded count is 0, samples × genes. */
  zeros: Uint8Array;
  /** log2 of the clean counts per million, samples × genes; -Infinity where there are none. */
  level: Float64Array;
  samples: number;
  genes: number;
}

/** The fold changes of all genes in all samples. */
export function foldChanges(clean: AnnData, degraded: AnnData): FoldChanges {
  const [samples, genes] = clean.shape;
  const [before, after] = [rowMajor(clean.X), rowMajor(degraded.X)];
  const [beforeTotals, afterTotals] = [clean.X.rowSums(), degraded.X.rowSums()];
  const values = new Float64Array(samples * genes);
  const zeros = new Uint8Array(samples * genes);
  const level = new Float64Array(samples * genes);
  for (let i = 0, at = 0; i < samples; i++) {
    const [x, y] = [before.row(i), after.row(i)];
    for (let j = 0; j < genes; j++, at++) {
      const cpm = (1e6 * x[j]!) / beforeTotals[i]!;
      level[at] = Math.log2(cpm);
      zeros[at] = Number(y[j] === 0);
      values[at] = cpm < LEAST ? NaN : Math.log2(((1e6 * y[j]!) / afterTotals[i]! + 1) / (cpm + 1));
    }
  }
  return { values, zeros, level, samples, genes };
}

/** The fold changes that are told, sorted. */
export function told({ values }: FoldChanges): Float64Array {
  return values.filter((value) => !Number.isNaN(value)).sort();
}

/** Mean fold change of every gene; NaN where fewer than `least` samples tell. */
export function meanByGene({ values, samples, genes }: FoldChanges, least: number): Float64Array {
  return Float64Array.from({ length: genes }, (_, j) => {
    let [sum, n] = [0, 0];
    for (let i = 0; i < samples; i++) {
      const value = values[i * genes + j]!;
      if (Number.isNaN(value)) continue;
      sum += value;
      n++;
    }
    return n >= least ? sum / n : NaN;
  });
}

/** How the log2 fold change goes with a gene's properties, one value a sample. */
export interface Slopes {
  /** For each doubling of the length. */
  length: Float64Array;
  /** For each unit of GC, at one half. */
  gc: Float64Array;
  /** For each doubling of the clean expression. */
  expression: Float64Array;
}

/** The slopes of every sample's fold changes, by one least-squares fit of all three, with GC's square beside. */
export function slopes(genes: AnnData, { values, level, ...size }: FoldChanges): Slopes {
  const length = geneLengths(genes).map(Math.log2);
  const gc = geneGc(genes).map((value) => value - 0.5);
  const result = {
    length: new Float64Array(size.samples),
    gc: new Float64Array(size.samples),
    expression: new Float64Array(size.samples),
  };
  const row = new Float64Array(5);
  for (let i = 0; i < size.samples; i++) {
    const products = new Float64Array(25);
    const target = new Float64Array(5);
    for (let j = 0; j < size.genes; j++) {
      const value = values[i * size.genes + j]!;
      if (Number.isNaN(value)) continue;
      row.set([1, length[j]!, gc[j]!, level[i * size.genes + j]!, gc[j]! ** 2]);
      for (let k = 0; k < 5; k++) {
        target[k]! += row[k]! * value;
        for (let l = 0; l <= k; l++) products[5 * k + l]! += row[k]! * row[l]!;
      }
    }
    const coefficients = choleskySolve(products, 5, target);
    result.length[i] = coefficients[1]!;
    result.gc[i] = coefficients[2]!;
    result.expression[i] = coefficients[3]!;
  }
  return result;
}
