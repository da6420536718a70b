import type { CsrMatrix } from "../anndata/csr.js";
import type { Random } from "../stats/random.js";

/** What the optimisation of a layout needs to know. */
export interface UmapLayoutOptions {
  a: number;
  b: number;
  epochs: number;
  /** First step size; it falls linearly to 0. */
  alpha: number;
  /** Weight of repulsion. */
  gamma: number;
  /** Nodes drawn for repulsion each time an edge attracts. */
  negativeSampleRate: number;
}

/** Random nodes are drawn beforehand, so many, and used in turn from a random place on in each epoch. */
const POOL = 1 << 20;
/** A node is not moved further than this along an axis by one force, before the step size. */
const FARTHEST = 4;

/**
 * Moves the nodes of a graph along UMAP's forces (McInnes, Healy and Melville 2018, 3.2 and algorithm 5): an edge attracts in
 * proportion to its weight, random nodes repel, for a number of epochs with a falling step.
 *
 * @param graph - symmetric; edges too weak to attract once in all epochs are left out.
 * @param layout - nodes × dimensions, row-major; changed in place.
 * @example
 * const stream = stats.random(0, "example");
 * const layout = Float32Array.from(tl.spectralLayout(adata.obsp.connectivities, 2, stream));
 * const options = { ...tl.umapCurve(0.5, 1), epochs: 50, alpha: 1, gamma: 1, negativeSampleRate: 5 };
 * tl.optimizeLayout(adata.obsp.connectivities, layout, 2, options, stream);
 */
export function optimizeLayout(
  graph: CsrMatrix,
  layout: Float32Array,
  dimensions: number,
  options: UmapLayoutOptions,
  stream: Random,
): void {
  const edges = scheduledEdges(graph, options.epochs, options.negativeSampleRate);
  if (edges.heads.length === 0) return;
  const n = graph.shape[0];
  const pool = new Int32Array(POOL);
  for (let at = 0; at < POOL; at++) pool[at] = stream.integer(n);
  const forces = tabulateForces(options);
  for (let epoch = 0; epoch < options.epochs; epoch++) {
    const step = options.alpha * (1 - epoch / options.epochs);
    const start = stream.integer(POOL);
    if (dimensions === 2) epochInPlane(layout, edges, epoch, step, options.negativeSampleRate, forces, pool, start);
    else epochInSpace(layout, dimensions, edges, epoch, step, options.negativeSampleRate, forces, pool, start);
  }
}

/** Edges with the epochs between two of their turns, and their next turn (`next`), also of repulsion. */
interface Edges {
  heads: Int32Array;
  tails: Int32Array;
  period: Float32Array;
  next: Float32Array;
  nextNegative: Float32Array;
}

function scheduledEdges(graph: CsrMatrix, epochs: number, rate: number): Edges {
  const { data, indices, indptr } = graph;
  let heaviest = 0;
  for (const weight of data) heaviest = Math.max(heaviest, weight);
  const least = heaviest / epochs;
  let count = 0;
  for (const weight of data) if (weight > 0 && weight >= least) count++;
  const heads = new Int32Array(count);
  const tails = new Int32Array(count);
  const period = new Float32Array(count);
  let edge = 0;
  for (let i = 0; i < graph.shape[0]; i++) {
    for (let at = indptr[i]!; at < indptr[i + 1]!; at++) {
      if (!(data[at]! > 0 && data[at]! >= least)) continue;
      heads[edge] = i;
      tails[edge] = indices[at]!;
      period[edge++] = heaviest / data[at]!;
    }
  }
  return { heads, tails, period, next: period.slice(), nextNegative: period.map((epochs) => epochs / rate) };
}

/** The factors by which a difference of coordinates is multiplied, by the squared distance's upper 16 bits as a float32. */
interface Forces {
  attraction: Float32Array;
  repulsion: Float32Array;
}

/** Float32 numbers of at least 0 with the lower 16 bits zero; interpolation between two of them errs by about 1e-5. */
const ENTRIES = 0x7f81;

function tabulateForces({ a, b, gamma }: UmapLayoutOptions): Forces {
  const attraction = new Float32Array(ENTRIES);
  const repulsion = new Float32Array(ENTRIES);
  const bits = new Int32Array(1);
  const value = new Float32Array(bits.buffer);
  for (let entry = 1; entry < ENTRIES - 1; entry++) {
    bits[0] = entry << 16;
    const square = value[0]!;
    const power = a * square ** b;
    attraction[entry] = Math.max(-1e30, (-2 * b * power) / (square * (1 + power)));
    repulsion[entry] = (2 * gamma * b) / ((0.001 + square) * (1 + power));
  }
  return { attraction, repulsion };
}

const bitsOfSquare = new Int32Array(1);
const squareOfBits = new Float32Array(bitsOfSquare.buffer);

function lookUp(table: Float32Array, square: number): number {
  squareOfBits[0] = square;
  const entry = bitsOfSquare[0]! >> 16;
  const low = table[entry]!;
  return low + (table[entry + 1]! - low) * ((bitsOfSquare[0]! & 0xffff) / 65536);
}

function clip(force: number): number {
  return force > FARTHEST ? FARTHEST : force < -FARTHEST ? -FARTHEST : force;
}

/** One epoch in two dimensions, a node's coordinates in local variables: the usual case, twice as fast. */
function epochInPlane(
  layout: Float32Array,
  { heads, tails, period, next, nextNegative }: Edges,
  epoch: number,
  step: number,
  rate: number,
  { attraction, repulsion }: Forces,
  pool: Int32Array,
  start: number,
): void {
  let drawn = start;
  for (let edge = 0; edge < heads.length; edge++) {
    if (next[edge]! > epoch) continue;
    const head = 2 * heads[edge]!;
    const tail = 2 * tails[edge]!;
    let x = layout[head]!;
    let y = layout[head + 1]!;
    let dx = x - layout[tail]!;
    let dy = y - layout[tail + 1]!;
    let factor = lookUp(attraction, dx * dx + dy * dy);
    const forceX = step * clip(factor * dx);
    const forceY = step * clip(factor * dy);
    x += forceX;
    y += forceY;
    layout[tail]! -= forceX;
    layout[tail + 1]! -= forceY;
    next[edge]! += period[edge]!;
    const negatives = negativeTurns(nextNegative, period, edge, epoch, rate);
    for (let turn = 0; turn < negatives; turn++) {
      const other = 2 * pool[drawn++ & (POOL - 1)]!;
      if (other === head) continue;
      dx = x - layout[other]!;
      dy = y - layout[other + 1]!;
      factor = lookUp(repulsion, dx * dx + dy * dy);
      x += step * clip(factor * dx);
      y += step * clip(factor * dy);
    }
    layout[head] = x;
    layout[head + 1] = y;
  }
}

function epochInSpace(
  layout: Float32Array,
  dimensions: number,
  { heads, tails, period, next, nextNegative }: Edges,
  epoch: number,
  step: number,
  rate: number,
  { attraction, repulsion }: Forces,
  pool: Int32Array,
  start: number,
): void {
  let drawn = start;
  for (let edge = 0; edge < heads.length; edge++) {
    if (next[edge]! > epoch) continue;
    const head = dimensions * heads[edge]!;
    const tail = dimensions * tails[edge]!;
    let factor = lookUp(attraction, squaredDistance(layout, dimensions, head, tail));
    for (let d = 0; d < dimensions; d++) {
      const force = step * clip(factor * (layout[head + d]! - layout[tail + d]!));
      layout[head + d]! += force;
      layout[tail + d]! -= force;
    }
    next[edge]! += period[edge]!;
    const negatives = negativeTurns(nextNegative, period, edge, epoch, rate);
    for (let turn = 0; turn < negatives; turn++) {
      const other = dimensions * pool[drawn++ & (POOL - 1)]!;
      if (other === head) continue;
      factor = lookUp(repulsion, squaredDistance(layout, dimensions, head, other));
      for (let d = 0; d < dimensions; d++) {
        layout[head + d]! += step * clip(factor * (layout[head + d]! - layout[other + d]!));
      }
    }
  }
}

/** How many nodes repel at an edge's turn: `rate` for each of its periods since they last did. */
function negativeTurns(
  nextNegative: Float32Array,
  period: Float32Array,
  edge: number,
  epoch: number,
  rate: number,
): number {
  if (rate === 0) return 0;
  const between = period[edge]! / rate;
  const turns = Math.max(0, Math.floor((epoch - nextNegative[edge]!) / between));
  nextNegative[edge]! += turns * between;
  return turns;
}

function squaredDistance(layout: Float32Array, dimensions: number, at: number, other: number): number {
  let square = 0;
  for (let d = 0; d < dimensions; d++) square += (layout[at + d]! - layout[other + d]!) ** 2;
  return square;
}
