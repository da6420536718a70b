import { averagePrecision, f1Score } from "../metrics/precision-recall.js";
import { bootstrapSums, type Measure } from "./bootstrap-cells.js";

/** Bins of the score in the bootstrap of the average precision. */
const BINS = 256;

/** Resamples for it; each sums a histogram a cell. */
const RESAMPLES = 400;

/**
 * Average precision over all cells and genes together, with its interval over cells. The value is exact; the resamples use scores
 * in {@link BINS} bins of equal counts, and their interval is shifted by the binned value's small difference from the exact one.
 *
 * @param truth - cells × genes, 1 where expressed.
 * @param score - cells × genes.
 */
export function averagePrecisionOverCells(
  truth: Uint8Array,
  score: Float32Array,
  cells: number,
  seed: number,
): Measure {
  const edges = quantileEdges(score);
  const genes = score.length / cells;
  const histograms = new Int32Array(cells * 2 * BINS);
  for (let i = 0, at = 0; i < cells; i++) {
    const start = i * 2 * BINS;
    for (let j = 0; j < genes; j++, at++) histograms[start + 2 * binOf(edges, score[at]!) + truth[at]!]!++;
  }
  const binned = bootstrapSums(histograms, 2 * BINS, binnedAveragePrecision, seed, RESAMPLES);
  const value = averagePrecision(truth, score);
  return { value, low: binned.low + value - binned.value, high: binned.high + value - binned.value };
}

/** F1 over all cells and genes together at a threshold, with its interval over cells. */
export function f1OverCells(
  truth: Uint8Array,
  score: Float32Array,
  threshold: number,
  cells: number,
  seed: number,
): Measure {
  const genes = score.length / cells;
  const counts = new Int32Array(cells * 2);
  for (let i = 0, at = 0; i < cells; i++) {
    for (let j = 0; j < genes; j++, at++) {
      const predicted = score[at]! >= threshold ? 1 : 0;
      counts[2 * i]! += predicted & truth[at]!;
      counts[2 * i + 1]! += predicted + truth[at]!;
    }
  }
  return bootstrapSums(counts, 2, ([hits, all]) => (all === 0 ? 0 : (2 * hits!) / all!), seed);
}

/** Average precision and F1 of each cell alone; NaN for cells that express none of the genes. */
export function detectionPerCell(truth: Uint8Array, score: Float32Array, threshold: number, cells: number) {
  const genes = score.length / cells;
  const prAuc = new Float64Array(cells);
  const f1 = new Float64Array(cells);
  for (let i = 0; i < cells; i++) {
    const expressed = truth.subarray(i * genes, (i + 1) * genes);
    const scores = score.subarray(i * genes, (i + 1) * genes);
    const any = expressed.includes(1);
    prAuc[i] = any ? averagePrecision(expressed, scores) : NaN;
    f1[i] = any ? f1Score(expressed, scores, threshold) : NaN;
  }
  return { prAuc, f1 };
}

function binnedAveragePrecision(histogram: Float64Array): number {
  let positives = 0;
  for (let bin = 0; bin < BINS; bin++) positives += histogram[2 * bin + 1]!;
  let sum = 0;
  let hits = 0;
  let predicted = 0;
  for (let bin = BINS - 1; bin >= 0; bin--) {
    const found = histogram[2 * bin + 1]!;
    hits += found;
    predicted += found + histogram[2 * bin]!;
    if (found > 0) sum += (found / positives) * (hits / predicted);
  }
  return sum;
}

/** Lower edges of bins with about equal counts. */
function quantileEdges(score: Float32Array): Float32Array {
  const sorted = score.slice().sort();
  return Float32Array.from({ length: BINS - 1 }, (_, k) => sorted[Math.floor(((k + 1) * sorted.length) / BINS)]!);
}

/** Number of edges at or below the score. */
function binOf(edges: Float32Array, score: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (edges[middle]! <= score) low = middle + 1;
    else high = middle;
  }
  return low;
}
