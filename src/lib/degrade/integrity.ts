/** The length, in bases, of which the share `integrity / 10` survives. About a human messenger RNA. */
export const REFERENCE_LENGTH = 2000;

/**
 * The share of molecules of a length that are still whole between their 3′ end, where they are captured, and the place that is
 * read: `exp(-rate · length)`, breaks falling independently at the same rate on every base. The rate comes from an integrity
 * number on the scale of the RNA integrity number (10 intact, 1 ruined): `rate = -ln(integrity / 10) / referenceLength`, so
 * that a molecule of the reference length survives with probability `integrity / 10`. The scale's ends are the RIN's, the
 * exponential form is the model's; a measured RIN need not have the same rate.
 *
 * @param length - bases.
 * @param integrity - above 0, at most 10.
 * @example
 * degrade.survival(2000, 7); // the share of molecules of a gene of 2,000 bases that is left
 */
export function survival(length: number, integrity: number, referenceLength = REFERENCE_LENGTH): number {
  return (integrity / 10) ** (length / referenceLength);
}

/**
 * The integrity number of a rate of breaks a base; the inverse of the rate in {@link survival}. At most 10.
 * @example
 * degrade.integrityOf(0.5);
 */
export function integrityOf(rate: number, referenceLength = REFERENCE_LENGTH): number {
  return Math.min(10, 10 * Math.exp(-rate * referenceLength));
}
