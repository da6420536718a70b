import type { GeneColumns } from "./gene-columns.js";
import { PairSorter } from "./pair-sorter.js";

/** Ranks of every gene's values over cells; arrays are groups × genes, row-major. */
export interface RankSums {
  /** How many pairs of a cell of the group and one it is compared with have the larger value in the group, ties counted half. */
  u: Float64Array;
  /** The sum of `t³ - t` over the groups of t equal values. */
  ties: Float64Array;
}

/**
 * The Mann-Whitney U of every group against all other cells, or against one reference group, for every gene. A gene's non-zero values
 * are sorted once for all groups; its zeros are one block of equal values between the negative and the positive ones.
 *
 * @param codes - the group of each cell; a cell of code -1 is left out.
 * @param groups - number of groups.
 * @param reference - the group to compare with; -1: all other cells.
 * @example
 * const columns = tl.geneColumns(tl.cellRows(DenseMatrix.fromRows([[1], [2], [3]])));
 * tl.rankSums(columns, Int32Array.of(0, 1, 1), 2).u; // Float64Array [0, 2]
 */
export function rankSums(columns: GeneColumns, codes: Int32Array, groups: number, reference = -1): RankSums {
  const { genes, indptr } = columns;
  const u = new Float64Array(groups * genes);
  const ties = new Float64Array(groups * genes);
  const sizes = new Int32Array(groups);
  for (const code of codes) if (code >= 0) sizes[code]!++;
  const sorter = columns.data instanceof Float32Array ? float32Sorter(columns, codes) : float64Sorter(columns, codes);
  const { keys, groupOf } = sorter;
  const block = new Blocks(sizes, reference, u, ties, genes);
  const zeros = new Int32Array(groups);
  for (let j = 0; j < genes; j++) {
    const { count, negative } = sorter.sort(indptr[j]!, indptr[j + 1]!);
    zeros.set(sizes);
    for (let at = 0; at < count; at++) zeros[groupOf[at]!]!--;
    block.begin(j);
    let at = 0;
    while (at < negative) at = block.addEqual(keys, groupOf, at, negative);
    block.addCounts(zeros);
    while (at < count) at = block.addEqual(keys, groupOf, at, count);
    block.end();
  }
  return { u, ties };
}

/** Takes a gene's blocks of equal values in rising order, and adds up U and ties of each group. */
class Blocks {
  readonly #sizes: Int32Array;
  readonly #reference: number;
  readonly #u: Float64Array;
  readonly #ties: Float64Array;
  readonly #genes: number;
  /** Of the present block: cells a group, and the groups that have some. */
  readonly #counts: Int32Array;
  readonly #present: Int32Array;
  /** Of the present gene. */
  readonly #geneU: Float64Array;
  readonly #extraTies: Float64Array;
  #commonTies = 0;
  #below = 0;
  #gene = 0;

  constructor(sizes: Int32Array, reference: number, u: Float64Array, ties: Float64Array, genes: number) {
    this.#sizes = sizes;
    this.#reference = reference;
    this.#u = u;
    this.#ties = ties;
    this.#genes = genes;
    this.#counts = new Int32Array(sizes.length);
    this.#present = new Int32Array(sizes.length);
    this.#geneU = new Float64Array(sizes.length);
    this.#extraTies = new Float64Array(sizes.length);
  }

  begin(gene: number): void {
    this.#gene = gene;
    this.#geneU.fill(0);
    this.#extraTies.fill(0);
    this.#commonTies = 0;
    this.#below = 0;
  }

  /** Takes the keys equal to the one at `start`; returns where they end. */
  addEqual(keys: Uint32Array | Float64Array, groupOf: Int32Array, start: number, end: number): number {
    const key = keys[start]!;
    const counts = this.#counts;
    const present = this.#present;
    let found = 0;
    let at = start;
    for (; at < end && keys[at] === key; at++) {
      const group = groupOf[at]!;
      if (counts[group]!++ === 0) present[found++] = group;
    }
    this.#add(counts, present, found, at - start);
    for (let i = 0; i < found; i++) counts[present[i]!] = 0;
    return at;
  }

  /** Takes a block by its number of cells in each group. */
  addCounts(counts: Int32Array): void {
    let found = 0;
    let total = 0;
    for (let group = 0; group < counts.length; group++) {
      if (counts[group] === 0) continue;
      this.#present[found++] = group;
      total += counts[group]!;
    }
    if (total > 0) this.#add(counts, this.#present, found, total);
  }

  #add(counts: Int32Array, present: Int32Array, found: number, total: number): void {
    const reference = this.#reference;
    const compared = reference < 0 ? total : counts[reference]!;
    const rank = this.#below + compared / 2;
    const common = tieTerm(compared);
    this.#commonTies += common;
    for (let i = 0; i < found; i++) {
      const group = present[i]!;
      const count = counts[group]!;
      this.#geneU[group]! += count * rank;
      if (reference >= 0 && group !== reference) this.#extraTies[group]! += tieTerm(count + compared) - common;
    }
    this.#below += compared;
  }

  end(): void {
    const isRest = this.#reference < 0;
    for (let group = 0, to = this.#gene; group < this.#sizes.length; group++, to += this.#genes) {
      // Against all cells, each pair within the group has counted ½ on average: n² / 2 in all.
      this.#u[to] = this.#geneU[group]! - (isRest ? this.#sizes[group]! ** 2 / 2 : 0);
      this.#ties[to] = this.#commonTies + this.#extraTies[group]!;
    }
  }
}

function tieTerm(t: number): number {
  return t * (t * t - 1);
}

/** Sorts a gene's non-zero values with their groups; `keys` and `groupOf` hold the last gene sorted. */
interface Sorter {
  /** Numbers in the values' order, equal where the values are. */
  readonly keys: Uint32Array | Float64Array;
  readonly groupOf: Int32Array;
  /** Sorts the values stored from `start` to `end`, and returns their number, and that of the negative ones. */
  sort(start: number, end: number): { count: number; negative: number };
}

function float32Sorter({ data, indices, indptr }: GeneColumns, codes: Int32Array): Sorter {
  const bits = new Int32Array(data.buffer, data.byteOffset, data.length);
  const sorter = new PairSorter(longestColumn(indptr));
  const { keys, companions: groupOf } = sorter;
  return {
    keys,
    groupOf,
    sort(start, end) {
      let count = 0;
      let negative = 0;
      for (let at = start; at < end; at++) {
        const group = codes[indices[at]!]!;
        if (group < 0 || data[at] === 0) continue;
        // Patterns of positive numbers rise with the value, those of negative ones fall.
        const pattern = bits[at]!;
        if (pattern < 0) negative++;
        keys[count] = pattern < 0 ? ~pattern : pattern | 0x80000000;
        groupOf[count++] = group;
      }
      sorter.sort(count);
      return { count, negative };
    },
  };
}

function float64Sorter({ data, indices, indptr }: GeneColumns, codes: Int32Array): Sorter {
  const longest = longestColumn(indptr);
  const keys = new Float64Array(longest);
  const groupOf = new Int32Array(longest);
  const order = new Int32Array(longest);
  return {
    keys,
    groupOf,
    sort(start, end) {
      let count = 0;
      let negative = 0;
      for (let at = start; at < end; at++) {
        if (codes[indices[at]!]! < 0 || data[at] === 0) continue;
        order[count++] = at;
        if (data[at]! < 0) negative++;
      }
      order.subarray(0, count).sort((a, b) => data[a]! - data[b]!);
      for (let at = 0; at < count; at++) {
        keys[at] = data[order[at]!]!;
        groupOf[at] = codes[indices[order[at]!]!]!;
      }
      return { count, negative };
    },
  };
}

function longestColumn(indptr: Int32Array): number {
  let longest = 0;
  for (let j = 1; j < indptr.length; j++) longest = Math.max(longest, indptr[j]! - indptr[j - 1]!);
  return longest;
}
