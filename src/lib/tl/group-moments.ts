import type { CellRows } from "./cell-rows.js";

/** Mean, spread and non-zero values of every gene in every group of cells; arrays are groups × genes, row-major. */
export interface GroupMoments {
  groups: number;
  genes: number;
  /** Number of cells in each group. */
  sizes: Int32Array;
  means: Float64Array;
  /** Sum of squared deviations from the group's mean. */
  squares: Float64Array;
  /** Number of cells with a value other than 0. */
  nonZeros: Float64Array;
}

/** Sum and number of non-zero values of every gene in every group; arrays are groups × genes, row-major. */
export interface GroupSums {
  /** Number of cells in each group. */
  sizes: Int32Array;
  sums: Float64Array;
  nonZeros: Float64Array;
}

/**
 * Sums every gene over every group's cells.
 *
 * @param codes - the group of each cell; a cell of code -1 is left out.
 * @param groups - number of groups.
 * @example
 * const rows = tl.cellRows(DenseMatrix.fromRows([[1, 0], [3, 2], [5, 5]]));
 * tl.groupSums(rows, Int32Array.of(0, 0, 1), 2).sums; // Float64Array [4, 2, 5, 5]
 */
export function groupSums(rows: CellRows, codes: Int32Array, groups: number): GroupSums {
  const [cells, genes] = rows.shape;
  const { data, indices, indptr } = rows;
  const sizes = new Int32Array(groups);
  for (const code of codes) if (code >= 0) sizes[code]!++;
  const sums = new Float64Array(groups * genes);
  const nonZeros = new Float64Array(groups * genes);
  for (let i = 0; i < cells; i++) {
    const start = codes[i]! * genes;
    if (start < 0) continue;
    const end = indptr[i + 1]!;
    for (let at = indptr[i]!; at < end; at++) {
      const value = data[at]!;
      if (value === 0) continue;
      sums[start + indices[at]!]! += value;
      nonZeros[start + indices[at]!]!++;
    }
  }
  return { sizes, sums, nonZeros };
}

/**
 * Moments of every gene in every group, from its sums in a second pass, so that large means cost no digits.
 * @example
 * const rows = tl.cellRows(DenseMatrix.fromRows([[1, 0], [3, 2], [5, 5]]));
 * tl.groupMoments(rows, Int32Array.of(0, 0, 1), 2).means; // Float64Array [2, 1, 5, 5]
 */
export function groupMoments(rows: CellRows, codes: Int32Array, groups: number): GroupMoments {
  const [cells, genes] = rows.shape;
  const { data, indices, indptr } = rows;
  const { sizes, sums: means, nonZeros } = groupSums(rows, codes, groups);
  for (let group = 0, at = 0; group < groups; group++) {
    for (let j = 0; j < genes; j++, at++) means[at]! /= sizes[group]!;
  }
  const squares = new Float64Array(groups * genes);
  for (let i = 0; i < cells; i++) {
    const start = codes[i]! * genes;
    if (start < 0) continue;
    const end = indptr[i + 1]!;
    for (let at = indptr[i]!; at < end; at++) {
      const value = data[at]!;
      if (value === 0) continue;
      const deviation = value - means[start + indices[at]!]!;
      squares[start + indices[at]!]! += deviation * deviation;
    }
  }
  for (let group = 0, at = 0; group < groups; group++) {
    for (let j = 0; j < genes; j++, at++) squares[at]! += (sizes[group]! - nonZeros[at]!) * means[at]! * means[at]!;
  }
  return { groups, genes, sizes, means, squares, nonZeros };
}

/**
 * For each group the moments of all other groups together. They are merged from both sides (Chan, Golub and LeVeque 1983): nothing is
 * subtracted from a total, so a gene of one group only has exact zeros in the rest.
 * @example
 * const rows = tl.cellRows(DenseMatrix.fromRows([[1, 0], [3, 2], [5, 5]]));
 * tl.restMoments(tl.groupMoments(rows, Int32Array.of(0, 0, 1), 2)).means; // Float64Array [5, 5, 2, 1]
 */
export function restMoments(moments: GroupMoments): GroupMoments {
  const { groups, genes, sizes } = moments;
  const rest = emptyMoments(groups, genes);
  const before = emptyPool(genes);
  for (let group = 0; group < groups; group++) {
    mergeInto(rest, group, before);
    merge(before, moments, group);
  }
  const after = emptyPool(genes);
  for (let group = groups - 1; group >= 0; group--) {
    mergeInto(rest, group, after);
    merge(after, moments, group);
  }
  const all = sizes.reduce((sum, size) => sum + size, 0);
  rest.sizes.set(sizes.map((size) => all - size));
  return rest;
}

interface Pool {
  size: number;
  mean: Float64Array;
  square: Float64Array;
  stored: Float64Array;
}

function emptyPool(genes: number): Pool {
  const values = () => new Float64Array(genes);
  return { size: 0, mean: values(), square: values(), stored: values() };
}

function emptyMoments(groups: number, genes: number): GroupMoments {
  const values = () => new Float64Array(groups * genes);
  return { groups, genes, sizes: new Int32Array(groups), means: values(), squares: values(), nonZeros: values() };
}

/** Adds a group to a pool of cells. */
function merge(pool: Pool, { genes, sizes, means, squares, nonZeros }: GroupMoments, group: number): void {
  const added = sizes[group]!;
  if (added === 0) return;
  const size = pool.size + added;
  for (let j = 0, at = group * genes; j < genes; j++, at++) {
    const difference = means[at]! - pool.mean[j]!;
    pool.mean[j]! += (difference * added) / size;
    pool.square[j]! += squares[at]! + difference * difference * ((pool.size * added) / size);
    pool.stored[j]! += nonZeros[at]!;
  }
  pool.size = size;
}

/** Adds a pool of cells to a group. */
function mergeInto({ genes, sizes, means, squares, nonZeros }: GroupMoments, group: number, pool: Pool): void {
  const held = sizes[group]!;
  if (pool.size === 0) return;
  const size = held + pool.size;
  for (let j = 0, at = group * genes; j < genes; j++, at++) {
    const difference = pool.mean[j]! - means[at]!;
    means[at]! += (difference * pool.size) / size;
    squares[at]! += pool.square[j]! + difference * difference * ((held * pool.size) / size);
    nonZeros[at]! += pool.stored[j]!;
  }
  sizes[group] = size;
}
