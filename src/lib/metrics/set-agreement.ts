/**
 * Jaccard index of two sets, e.g. of differentially expressed genes: the share of their union that both hold.
 *
 * @returns 1 for two empty sets.
 * @example
 * jaccardIndex(["CD3D", "LYZ"], ["LYZ", "MS4A1"]); // 0.333…
 */
export function jaccardIndex<T>(a: Iterable<T>, b: Iterable<T>): number {
  const { common, sizeA, sizeB } = compare(a, b);
  const union = sizeA + sizeB - common;
  return union === 0 ? 1 : common / union;
}

/**
 * F1 of a set found against a true one, the harmonic mean of precision and recall (also Dice's coefficient).
 *
 * @returns 1 for two empty sets.
 * @example
 * setF1(["CD3D", "CD3E"], ["CD3D", "LYZ"]); // 0.5
 */
export function setF1<T>(truth: Iterable<T>, found: Iterable<T>): number {
  const { common, sizeA, sizeB } = compare(truth, found);
  return sizeA + sizeB === 0 ? 1 : (2 * common) / (sizeA + sizeB);
}

/**
 * The positions of the k largest scores, larger first; equal scores keep their order. NaN is never among them.
 *
 * @param k - number of positions; all where there are fewer.
 * @example
 * topPositions([3, 9, 5], 2); // Int32Array [1, 2]
 */
export function topPositions(scores: ArrayLike<number>, k: number): Int32Array {
  return Int32Array.from({ length: scores.length }, (_, i) => i)
    .filter((i) => !Number.isNaN(scores[i]!))
    .sort((i, j) => scores[j]! - scores[i]! || i - j)
    .subarray(0, k);
}

function compare<T>(a: Iterable<T>, b: Iterable<T>) {
  const [left, right] = [new Set(a), new Set(b)];
  let common = 0;
  for (const member of left) if (right.has(member)) common++;
  return { common, sizeA: left.size, sizeB: right.size };
}
