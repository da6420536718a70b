import { AnnData, categorical, CsrMatrix, Frame, stats } from "../../src/lib/index.js";

/** Size of a simulated set. */
export interface SimulatedSize {
  readonly cells: number;
  readonly genes: number;
}

/** Zheng's 68,579 PBMC: the cells, the genes that any of them shows, and some 580 genes a cell from 1,300 molecules. */
export const PBMC68K: SimulatedSize = { cells: 68_579, genes: 20_387 };

const GROUPS = 8;
const MOLECULES = 1_300;
/** Standard deviations of logarithms: of molecules a cell, of a gene's level, of the level of those that differ by group. */
const SPREAD = { cell: 0.4, gene: 2.85, group: 1.5 };
/** Share of the genes whose level differs in a group. */
const DIFFERING = 0.05;

/**
 * Counts of the density of droplet data: every molecule of a cell is drawn from its group's profile of genes.
 *
 * `obs.group` holds the groups, of unequal sizes.
 */
export function simulate({ cells, genes }: SimulatedSize, seed: number): AnnData {
  const random = stats.random(seed, "single-cell benchmark");
  const base = Float64Array.from({ length: genes }, () => Math.exp(SPREAD.gene * random.normal()));
  const profiles = Array.from({ length: GROUPS }, () =>
    cumulative(
      base.map((level) => (random.uniform() < DIFFERING ? level * Math.exp(SPREAD.group * random.normal()) : level)),
    ),
  );
  const groups = Int32Array.from({ length: cells }, () => Math.floor(GROUPS * random.uniform() ** 1.5));
  const indptr = new Int32Array(cells + 1);
  const indices: Int32Array[] = [];
  const data: Float32Array[] = [];
  const counts = new Int32Array(genes);
  for (const [cell, group] of groups.entries()) {
    const molecules = Math.round(MOLECULES * Math.exp(SPREAD.cell * random.normal()));
    const seen: number[] = [];
    for (let i = 0; i < molecules; i++) {
      const gene = draw(profiles[group] as Float64Array, random.uniform());
      if (counts[gene] === 0) seen.push(gene);
      counts[gene]! += 1;
    }
    const row = Int32Array.from(seen).sort();
    indices.push(row);
    data.push(Float32Array.from(row, (gene) => counts[gene]!));
    for (const gene of row) counts[gene] = 0;
    indptr[cell + 1] = indptr[cell]! + row.length;
  }
  const names = (kind: string, length: number): string[] => Array.from({ length }, (_, i) => `${kind}${i}`);
  const obs = new Frame(names("cell", cells));
  obs.set("group", categorical(Array.from(groups, (group) => `group ${group}`)));
  return new AnnData({
    X: new CsrMatrix([cells, genes], joined(Float32Array, data), joined(Int32Array, indices), indptr),
    obs,
    var: new Frame(names("gene", genes)),
  });
}

function cumulative(levels: Float64Array): Float64Array {
  let sum = 0;
  const sums = levels.map((level) => (sum += level));
  return sums.map((value) => value / sum);
}

function draw(cumulated: Float64Array, at: number): number {
  let [low, high] = [0, cumulated.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cumulated[middle]! > at) high = middle;
    else low = middle + 1;
  }
  return low;
}

function joined<T extends Float32Array | Int32Array>(type: new (length: number) => T, parts: readonly T[]): T {
  const whole = new type(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part as Float32Array & Int32Array, at);
    at += part.length;
  }
  return whole;
}
