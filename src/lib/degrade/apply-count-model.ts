import type { CsrMatrix } from "../anndata/csr.js";
import { drawBinomial } from "../stats/draw-binomial.js";
import { drawPoisson } from "../stats/draw-poisson.js";
import { random } from "../stats/random.js";
import { dropZeros } from "./drop-zeros.js";
import { MoleculeList, mergeMolecules } from "./molecule-list.js";

/** The five severities of every cell, the genes' lengths, and the seed. */
export interface CountModel {
  integrity: Float64Array;
  keep: Float64Array;
  captureLoss: Float64Array;
  ambient: Float64Array;
  swapping: Float64Array;
  /** Length over the reference length, one a gene. */
  relativeLength: Float64Array;
  seed: number;
}

/** What contamination brings to each cell. */
export interface AmbientPool {
  /** Each gene's share of the pool; all 0 where the pool is empty. */
  profile: Float64Array;
  /** Molecules that a cell expects from the pool. */
  expected: Float64Array;
}

/** Applies the model of {@link counts} to a matrix of counts, which stays as it is. */
export function applyCountModel(matrix: CsrMatrix, model: CountModel): CsrMatrix {
  const { shape, indices, indptr } = matrix;
  const data = loseMolecules(matrix, model);
  const extra = new MoleculeList();
  if (model.ambient.some((share) => share > 0)) addAmbient(ambientPool(matrix, model), model, extra);
  if (model.swapping.some((share) => share > 0)) swapBarcodes(matrix, data, model, extra);
  const kept = dropZeros(shape, data, indices, indptr);
  return extra.length > 0 ? mergeMolecules(kept, extra) : kept;
}

function loseMolecules({ shape, data, indices, indptr }: CsrMatrix, model: CountModel): Float32Array {
  const { integrity, keep, captureLoss, relativeLength, seed } = model;
  const captureStream = random(seed, "degrade", "capture");
  const thinningStream = random(seed, "degrade", "thinning");
  const result = new Float32Array(data.length);
  for (let i = 0; i < shape[0]; i++) {
    const [share, loss, logIntegrity] = [keep[i]!, captureLoss[i]!, Math.log(integrity[i]! / 10)];
    const end = indptr[i + 1]!;
    for (let at = indptr[i]!; at < end; at++) {
      const count = data[at]!;
      if (count === 0 || (loss > 0 && captureStream.uniform() < loss)) continue;
      const p = logIntegrity === 0 ? share : share * Math.exp(logIntegrity * relativeLength[indices[at]!]!);
      result[at] = drawBinomial(thinningStream, count, p);
    }
  }
  return result;
}

/** The pool of a model: the mean of all cells as expected after loss. */
export function ambientPool({ shape, data, indices, indptr }: CsrMatrix, model: CountModel): AmbientPool {
  const { integrity, keep, captureLoss, ambient, relativeLength } = model;
  const profile = new Float64Array(shape[1]);
  const expected = new Float64Array(shape[0]);
  let all = 0;
  for (let i = 0; i < shape[0]; i++) {
    const share = keep[i]! * (1 - captureLoss[i]!);
    const logIntegrity = Math.log(integrity[i]! / 10);
    const end = indptr[i + 1]!;
    let total = 0;
    for (let at = indptr[i]!; at < end; at++) {
      const j = indices[at]!;
      const mean = data[at]! * share * (logIntegrity === 0 ? 1 : Math.exp(logIntegrity * relativeLength[j]!));
      profile[j]! += mean;
      total += mean;
    }
    all += total;
    expected[i] = (ambient[i]! / (1 - ambient[i]!)) * total;
  }
  if (all > 0) for (let j = 0; j < profile.length; j++) profile[j]! /= all;
  return { profile, expected };
}

function addAmbient({ profile, expected }: AmbientPool, { seed }: CountModel, extra: MoleculeList): void {
  const stream = random(seed, "degrade", "ambient");
  const cumulative = new Float64Array(profile.length);
  let sum = 0;
  for (let j = 0; j < profile.length; j++) cumulative[j] = sum += profile[j]!;
  if (sum === 0) return;
  // Poisson numbers of each gene are a Poisson number of molecules, each of a gene drawn by its share.
  for (let i = 0; i < expected.length; i++) {
    const molecules = drawPoisson(stream, expected[i]!);
    for (let k = 0; k < molecules; k++) extra.push(i, firstAbove(cumulative, stream.uniform() * sum));
  }
}

/** The first position whose value is above the target. */
function firstAbove(rising: Float64Array, target: number): number {
  let low = 0;
  let high = rising.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rising[middle]! > target) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Takes the molecules that move out of `data` and puts them, with their new cells, into `extra`. */
function swapBarcodes(
  { shape, indices, indptr }: CsrMatrix,
  data: Float32Array,
  { swapping, seed }: CountModel,
  extra: MoleculeList,
): void {
  const cells = shape[0];
  const stream = random(seed, "degrade", "swapping");
  const ambient = extra.length;
  for (let at = 0; at < ambient; at++) {
    const share = swapping[extra.cells[at]!]!;
    if (share > 0 && stream.uniform() < share) extra.cells[at] = stream.integer(cells);
  }
  for (let i = 0; i < cells; i++) {
    const share = swapping[i]!;
    if (share === 0) continue;
    for (let at = indptr[i]!; at < indptr[i + 1]!; at++) {
      const moving = drawBinomial(stream, data[at]!, share);
      data[at]! -= moving;
      for (let k = 0; k < moving; k++) extra.push(stream.integer(cells), indices[at]!);
    }
  }
}
