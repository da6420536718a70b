import { pearson } from "../../src/lib/metrics/index.js";

/** What either side finds: the imputed matrix's shape, and every so many of its values. */
export interface ImputedResult {
  readonly shape: readonly number[];
  readonly probes: readonly number[];
}

/** The probes of a matrix: about 5,000 of its values, from the first on. */
export function probesOf(values: ArrayLike<number>): number[] {
  const stride = Math.max(1, Math.floor(values.length / 5000));
  return Array.from({ length: Math.ceil(values.length / stride) }, (_, probe) => values[probe * stride]!);
}

/**
 * Throws where two imputed matrices differ by more than rounding or, where a PCA chose the neighbours, have a correlation below 0.99: the
 * peer's PCA is a random approximation, and does not centre a sparse matrix.
 */
export function assertAlike(name: string, ours: ImputedResult, theirs: ImputedResult, isExact: boolean): void {
  const differ = (what: string) => new Error(`${name}: the results differ: ${what}`);
  if (String(ours.shape) !== String(theirs.shape)) throw differ(`shapes ${ours.shape} and ${theirs.shape}`);
  const largest = ours.probes.reduce((most, value, i) => Math.max(most, Math.abs(value - theirs.probes[i]!)), 0);
  const correlation = pearson(ours.probes, theirs.probes);
  console.log(`${name}: largest difference ${largest.toPrecision(2)}, correlation ${correlation.toFixed(6)}`);
  if (isExact ? !(largest <= 1e-5) : !(correlation >= 0.99)) throw differ(`${largest}, correlation ${correlation}`);
}
