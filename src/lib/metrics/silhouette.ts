import { resolveOptions } from "../options.js";
import { random } from "../stats/random.js";

/** Options of {@link silhouette}. */
export interface SilhouetteOptions {
  /** Distance of two points. Default: "euclidean". */
  metric?: "euclidean" | "cosine";
  /** Judge this many points, drawn at random, against each other only. Default: all. */
  sampleSize?: number;
  /** Of the sample. Default: 0. */
  seed?: number;
}

/** Points whose distances are taken together, so that both blocks stay in the processor's cache. */
const BLOCK = 256;

/**
 * The mean silhouette of labelled points (Rousseeuw 1987): `(b - a) / max(a, b)` with a the mean distance to the point's own group and
 * b that to the nearest other; a point alone in its group has 0. All pairs are compared in blocks; memory is that of points × groups.
 *
 * @param points - points × dimensions, row-major.
 * @param labels - the group of each point; points whose label is null are left out.
 * @throws RangeError where there are fewer than two groups or not more points than groups, a coordinate is not finite, or an
 * option is out of range.
 * @example
 * silhouette(Float64Array.of(0, 1, 10, 11), 1, ["a", "a", "b", "b"]); // 0.899…
 */
export function silhouette(
  points: Float32Array | Float64Array,
  dimensions: number,
  labels: ArrayLike<string | number | null>,
  options: SilhouetteOptions = {},
): number {
  const { metric, sampleSize, seed } = resolveOptions<SilhouetteOptions>("metrics.silhouette", options, {
    metric: "euclidean",
    sampleSize: undefined,
    seed: 0,
  });
  const kept = Int32Array.from({ length: labels.length }, (_, i) => i).filter((i) => labels[i] !== null);
  if (sampleSize !== undefined && !(Number.isInteger(sampleSize) && sampleSize >= 2)) {
    throw new RangeError(`sampleSize must be a whole number from 2, not ${sampleSize}`);
  }
  const chosen =
    sampleSize !== undefined && sampleSize < kept.length
      ? random(seed ?? 0, "silhouette")
          .permutation(kept.length)
          .subarray(0, sampleSize)
          .map((at) => kept[at]!)
      : kept;
  const values = new Float64Array(chosen.length * dimensions);
  chosen.forEach((from, to) => {
    for (let d = 0; d < dimensions; d++) values[to * dimensions + d] = points[from * dimensions + d]!;
  });
  const samples = silhouetteSamples(
    values,
    dimensions,
    Array.from(chosen, (i) => labels[i]!),
    metric,
  );
  return samples.reduce((sum, value) => sum + value, 0) / samples.length;
}

/**
 * The silhouette of every point; see {@link silhouette}.
 *
 * @param labels - the group of each point, none null.
 * @returns one value a point, from -1 to 1.
 * @throws RangeError as {@link silhouette}.
 * @example
 * silhouetteSamples(Float64Array.of(0, 1, 10, 11), 1, ["a", "a", "b", "b"]); // one a point
 */
export function silhouetteSamples(
  points: Float32Array | Float64Array,
  dimensions: number,
  labels: ArrayLike<string | number>,
  metric: "euclidean" | "cosine" = "euclidean",
): Float64Array {
  if (metric !== "euclidean" && metric !== "cosine") {
    throw new RangeError(`metric "${String(metric)}" is not known; use "euclidean" or "cosine"`);
  }
  const n = labels.length;
  if (points.length !== n * dimensions) {
    throw new RangeError(
      `${points.length} coordinates are not those of ${n} labelled points of ${dimensions} dimensions`,
    );
  }
  const bad = points.findIndex((value: number) => !Number.isFinite(value));
  if (bad >= 0) throw new RangeError(`point ${Math.floor(bad / dimensions)} has a coordinate that is ${points[bad]}`);
  const names = [...new Set(Array.from(labels))];
  const groups = names.length;
  if (groups < 2 || groups >= n) {
    throw new RangeError(`a silhouette needs from 2 groups to one less than the ${n} points, not ${groups}`);
  }
  const codeOf = new Map(names.map((name, code) => [name, code]));
  const codes = Int32Array.from(labels as ArrayLike<string>, (label) => codeOf.get(label)!);
  const sizes = new Int32Array(groups);
  for (const code of codes) sizes[code]!++;
  const values = metric === "cosine" ? normalisedRows(points, dimensions) : Float64Array.from(points);
  const sums = distanceSums(values, dimensions, codes, groups, metric === "cosine");
  return Float64Array.from(codes, (own, i) => {
    if (sizes[own] === 1) return 0;
    const within = sums[i * groups + own]! / (sizes[own]! - 1);
    let nearest = Infinity;
    for (let other = 0; other < groups; other++) {
      if (other !== own) nearest = Math.min(nearest, sums[i * groups + other]! / sizes[other]!);
    }
    const larger = Math.max(within, nearest);
    return larger === 0 ? 0 : (nearest - within) / larger;
  });
}

/** The sum of every point's distances to each group: points × groups. */
function distanceSums(
  values: Float64Array,
  dimensions: number,
  codes: Int32Array,
  groups: number,
  isCosine: boolean,
): Float64Array {
  const n = codes.length;
  const sums = new Float64Array(n * groups);
  for (let rows = 0; rows < n; rows += BLOCK) {
    const rowsEnd = Math.min(n, rows + BLOCK);
    for (let columns = rows; columns < n; columns += BLOCK) {
      const columnsEnd = Math.min(n, columns + BLOCK);
      for (let i = rows; i < rowsEnd; i++) {
        for (let j = Math.max(columns, i + 1); j < columnsEnd; j++) {
          const sum = squaredDistance(values, i * dimensions, j * dimensions, dimensions);
          // Of vectors of length 1 the cosine distance is half the squared Euclidean one.
          const distance = isCosine ? sum / 2 : Math.sqrt(sum);
          sums[i * groups + codes[j]!]! += distance;
          sums[j * groups + codes[i]!]! += distance;
        }
      }
    }
  }
  return sums;
}

// Four sums at once: one sum would wait for each addition to end before the next.
function squaredDistance(values: Float64Array, left: number, right: number, dimensions: number): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let e = 0;
  let d = 0;
  for (; d + 3 < dimensions; d += 4) {
    const x = values[left + d]! - values[right + d]!;
    const y = values[left + d + 1]! - values[right + d + 1]!;
    const z = values[left + d + 2]! - values[right + d + 2]!;
    const w = values[left + d + 3]! - values[right + d + 3]!;
    a += x * x;
    b += y * y;
    c += z * z;
    e += w * w;
  }
  for (; d < dimensions; d++) a += (values[left + d]! - values[right + d]!) ** 2;
  return a + b + (c + e);
}

/** Rows of length 1; a row of zeros stays as it is, at distance ½ from all others. */
function normalisedRows(points: ArrayLike<number>, dimensions: number): Float64Array {
  const rows = Float64Array.from(points);
  for (let start = 0; start < rows.length; start += dimensions) {
    let square = 0;
    for (let d = 0; d < dimensions; d++) square += rows[start + d]! ** 2;
    const norm = Math.sqrt(square);
    if (norm > 0) for (let d = 0; d < dimensions; d++) rows[start + d]! /= norm;
  }
  return rows;
}
