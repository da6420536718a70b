import { random } from "../stats/random.js";

/** What a path needs. */
export interface PathParameters {
  pathsFrom: readonly number[];
  curvedProbability: number;
  seed: number;
}

/** Points of a curved gene's way along a path. */
const POINTS = 100;

/**
 * The factors of cells along paths: a gene's factor runs from that at the path's origin (1 at the root, else the end of the earlier path) to
 * the path's own, times that; straight, or for curved genes along a Brownian bridge of its logarithm with a standard deviation of one half at
 * the middle.
 *
 * @param factors - each path's, at its end relative to its beginning.
 * @returns a function of path and step (0..1) whose result is overwritten by the next call.
 * @throws RangeError where a path begins at one that is not earlier.
 */
export function simulatePaths(
  { pathsFrom, curvedProbability, seed }: PathParameters,
  factors: readonly Float64Array[],
): (path: number, step: number) => Float64Array {
  const valid = pathsFrom.every((from, k) => Number.isInteger(from) && from >= -1 && from < k);
  if (!valid || pathsFrom.length !== factors.length) {
    throw new RangeError(
      `pathsFrom must name, for each of ${factors.length} paths, -1 (the root) or an earlier path, ` +
        `not ${JSON.stringify(pathsFrom)}`,
    );
  }
  const genes = factors[0]!.length;
  const starts = factors.map(() => new Float64Array(genes).fill(1));
  factors.forEach((_, k) => {
    const from = pathsFrom[k]!;
    if (from >= 0) starts[k]!.forEach((__, j) => (starts[k]![j] = starts[from]![j]! * factors[from]![j]!));
  });
  const bridges = factors.map((_, k) => drawBridges(genes, curvedProbability, seed, k));
  const result = new Float64Array(genes);
  return (path, step) => {
    const [start, factor, bridge] = [starts[path]!, factors[path]!, bridges[path]!];
    const point = Math.round(step * POINTS);
    for (let j = 0; j < genes; j++) {
      const straight = 1 + (factor[j]! - 1) * step;
      const curve = bridge[j];
      result[j] = start[j]! * straight * (curve ? Math.exp(curve[point]!) : 1);
    }
    return result;
  };
}

/** For each curved gene its deviation's logarithm at each point, 0 at both ends. */
function drawBridges(genes: number, probability: number, seed: number, path: number): (Float64Array | undefined)[] {
  const stream = random(seed, "simulate", "path", String(path));
  return Array.from({ length: genes }, () => {
    if (!(stream.uniform() < probability)) return undefined;
    const walk = new Float64Array(POINTS + 1);
    for (let k = 1; k <= POINTS; k++) walk[k] = walk[k - 1]! + stream.normal() / Math.sqrt(POINTS);
    const end = walk[POINTS]!;
    return walk.map((value, k) => value - (end * k) / POINTS);
  });
}
