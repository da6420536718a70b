/**
 * Trustworthiness of an embedding (Venna and Kaski 2001): 1 less the scaled sum, over points and their k nearest neighbours in the
 * embedding, of how far beyond k their rank in the original space is. Compares all pairs; memory is that of one point's distances.
 *
 * @param points - points × dimensions in the original space, row-major.
 * @param embedding - points × embedding dimensions, row-major.
 * @param k - number of neighbours, the point itself not counted; below half the number of points. Default: 5.
 * @returns from 0 to 1.
 * @throws RangeError where the sizes disagree or k is out of range.
 * @example
 * trustworthiness(X.data, 50, umap.data, 2, 15);
 */
export function trustworthiness(
  points: Values,
  dimensions: number,
  embedding: Values,
  embeddingDimensions: number,
  k = 5,
): number {
  const n = countPoints(points, dimensions, embedding, embeddingDimensions, k);
  const distances = new Float64Array(n);
  const embedded = new Float64Array(n);
  const neighbors = new Int32Array(k);
  let penalty = 0;
  for (let i = 0; i < n; i++) {
    squaredDistances(points, dimensions, i, distances);
    squaredDistances(embedding, embeddingDimensions, i, embedded);
    nearest(embedded, i, neighbors);
    for (const neighbor of neighbors) penalty += Math.max(0, rankOf(neighbor, i, distances) - k);
  }
  return 1 - (penalty * 2) / (n * k * (2 * n - 3 * k - 1));
}

/**
 * Mean share of the k nearest neighbours in the original space that are among the k nearest in the embedding.
 *
 * @param points - as of {@link trustworthiness}.
 * @returns from 0 to 1.
 * @throws RangeError where the sizes disagree or k is out of range.
 * @example
 * neighborsKept(X.data, 50, umap.data, 2, 15);
 */
export function neighborsKept(
  points: Values,
  dimensions: number,
  embedding: Values,
  embeddingDimensions: number,
  k = 15,
): number {
  const n = countPoints(points, dimensions, embedding, embeddingDimensions, k);
  const distances = new Float64Array(n);
  const [before, after] = [new Int32Array(k), new Int32Array(k)];
  let kept = 0;
  for (let i = 0; i < n; i++) {
    squaredDistances(points, dimensions, i, distances);
    nearest(distances, i, before);
    squaredDistances(embedding, embeddingDimensions, i, distances);
    nearest(distances, i, after);
    for (const neighbor of after) if (before.includes(neighbor)) kept++;
  }
  return kept / (n * k);
}

type Values = Float32Array | Float64Array;

function countPoints(points: Values, dimensions: number, embedding: Values, embedded: number, k: number): number {
  const n = points.length / dimensions;
  if (!Number.isInteger(n) || embedding.length !== n * embedded) {
    throw new RangeError(
      `${points.length} coordinates of ${dimensions} dimensions and ${embedding.length} of ${embedded} are not of the same points`,
    );
  }
  if (!Number.isInteger(k) || k < 1 || 2 * k >= n) {
    throw new RangeError(`k must be from 1 and below half the number of points, ${n}, not ${k}`);
  }
  return n;
}

function squaredDistances(points: Values, dimensions: number, i: number, into: Float64Array): void {
  for (let j = 0; j < into.length; j++) {
    let sum = 0;
    for (let d = 0; d < dimensions; d++) {
      const difference = points[i * dimensions + d]! - points[j * dimensions + d]!;
      sum += difference * difference;
    }
    into[j] = sum;
  }
}

/** The nearest other points, of equally near ones those that come first. */
function nearest(distances: Float64Array, self: number, into: Int32Array): void {
  const k = into.length;
  let held = 0;
  for (let j = 0; j < distances.length; j++) {
    if (j === self || (held === k && distances[j]! >= distances[into[k - 1]!]!)) continue;
    let at = held < k ? held++ : k - 1;
    for (; at > 0 && distances[into[at - 1]!]! > distances[j]!; at--) into[at] = into[at - 1]!;
    into[at] = j;
  }
}

/** Which neighbour of `self` a point is, 1 for the nearest. */
function rankOf(point: number, self: number, distances: Float64Array): number {
  const distance = distances[point]!;
  let rank = 1;
  for (let j = 0; j < distances.length; j++) {
    if (j !== self && (distances[j]! < distance || (j < point && distances[j] === distance))) rank++;
  }
  return rank;
}
