import { logGamma } from "./gamma.js";

/** Beyond this size the limiting distribution stands in for the exact one. */
const EXACT_SIZE = 1000;

/**
 * The upper tail of the two-sided Kolmogorov statistic of n values, `P(D ≥ d)`: exactly, by twice the one-sided tail where both
 * sides cannot meet (Birnbaum and Tingey 1951) and by Durbin's matrix in the middle (Marsaglia, Tsang and Wang 2003); for more than
 * 1,000 values with the limiting series, in Vrbik's correction (2018), of what both sides share.
 *
 * @param d - the distance, from 0 to 1.
 * @param n - number of values.
 */
export function kolmogorovSf(d: number, n: number): number {
  if (d >= 1) return 0;
  if (d * n <= 0.5) return 1;
  // Where n d² is 4 or more, both sides deviate together with a share below 1e-14 of this.
  if (d >= 0.5 || n * d * d >= 4) return Math.min(1, 2 * smirnovSf(d, n));
  if (n > EXACT_SIZE) return largeSampleSf(d, n);
  return 1 - durbinCdf(d, n);
}

/** The one-sided tail `P(D+ ≥ d)`, by Birnbaum and Tingey's sum of positive terms. */
function smirnovSf(d: number, n: number): number {
  let sum = 0;
  for (let j = 0; j <= n * (1 - d); j++) {
    const left = d + j / n;
    const right = 1 - left;
    const logChoose = logGamma(n + 1) - logGamma(j + 1) - logGamma(n - j + 1);
    const logRight = n === j ? 0 : (n - j) * Math.log(Math.max(0, right));
    sum += Math.exp(logChoose + (j - 1) * Math.log(left) + logRight);
  }
  return d * sum;
}

/** Twice the exact one-sided tail, less what was counted twice, which is small and close to its limit. */
function largeSampleSf(d: number, n: number): number {
  const z = Math.sqrt(n) * d;
  const corrected = z + 1 / (6 * Math.sqrt(n)) + (z - 1) / (4 * n);
  let sum = 2 * smirnovSf(d, n);
  for (let k = 2; k <= 100; k++) sum += (k % 2 ? 2 : -2) * Math.exp(-2 * k * k * corrected * corrected);
  return Math.min(1, Math.max(0, sum));
}

/** P(D < d): n! / n^n times the middle entry of the n-th power of Durbin's matrix. */
function durbinCdf(d: number, n: number): number {
  const k = Math.ceil(n * d);
  const size = 2 * k - 1;
  const h = k - n * d;
  const matrix = new Float64Array(size * size);
  for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) if (i - j + 1 >= 0) matrix[i * size + j] = 1;
  for (let i = 0; i < size; i++) {
    matrix[i * size]! -= h ** (i + 1);
    matrix[(size - 1) * size + i]! -= h ** (size - i);
  }
  if (2 * h - 1 > 0) matrix[(size - 1) * size]! += (2 * h - 1) ** size;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i + 1 && j < size; j++) for (let g = 1; g <= i - j + 1; g++) matrix[i * size + j]! /= g;
  }
  const { power, exponent: scale } = matrixPower(matrix, size, n);
  let exponent = scale;
  let value = power[(k - 1) * size + k - 1]!;
  for (let i = 1; i <= n; i++) {
    value *= i / n;
    if (value < 1e-140) {
      value *= 1e140;
      exponent -= 140;
    }
  }
  return value * 10 ** exponent;
}

/** The n-th power of a matrix, with a power of ten set aside so that nothing overflows. */
function matrixPower(matrix: Float64Array, size: number, n: number): { power: Float64Array; exponent: number } {
  if (n === 1) return { power: matrix, exponent: 0 };
  const half = matrixPower(matrix, size, Math.floor(n / 2));
  let power = product(half.power, half.power, size);
  if (n % 2) power = product(matrix, power, size);
  let exponent = 2 * half.exponent;
  const middle = (size >> 1) * (size + 1);
  if (power[middle]! > 1e140) {
    power = power.map((value) => value * 1e-140);
    exponent += 140;
  }
  return { power, exponent };
}

function product(a: Float64Array, b: Float64Array, size: number): Float64Array {
  const result = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < size; k++) {
      const factor = a[i * size + k]!;
      for (let j = 0; j < size; j++) result[i * size + j]! += factor * b[k * size + j]!;
    }
  }
  return result;
}
