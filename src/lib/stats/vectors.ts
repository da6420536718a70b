/** The inner product of two vectors. */
export function dot(a: Float64Array, b: Float64Array): number {
  return dotRows(a, 0, b, b.length);
}

/** Takes the components along orthogonal directions out of a vector, four directions at a time. */
export function takeOut(vector: Float64Array, basis: Float64Array[]): void {
  const n = vector.length;
  let at = 0;
  for (; at + 3 < basis.length; at += 4) {
    const [a, b, c, d] = [basis[at]!, basis[at + 1]!, basis[at + 2]!, basis[at + 3]!];
    let [ofA, ofB, ofC, ofD] = [0, 0, 0, 0];
    for (let i = 0; i < n; i++) {
      const value = vector[i]!;
      ofA += a[i]! * value;
      ofB += b[i]! * value;
      ofC += c[i]! * value;
      ofD += d[i]! * value;
    }
    for (let i = 0; i < n; i++) vector[i]! -= ofA * a[i]! + ofB * b[i]! + (ofC * c[i]! + ofD * d[i]!);
  }
  for (; at < basis.length; at++) addScaled(vector, basis[at]!, -dot(vector, basis[at]!));
}

/** Adds a multiple of a vector to another. */
export function addScaled(to: Float64Array, from: Float64Array, factor: number): void {
  for (let i = 0; i < to.length; i++) to[i]! += factor * from[i]!;
}

/** The inner product of a part of one, from `start` on, with the first `length` values of another. */
export function dotRows(a: Float64Array, start: number, b: Float64Array, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += a[start + i]! * b[i]!;
  return sum;
}
