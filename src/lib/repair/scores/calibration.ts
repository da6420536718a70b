import { normalQuantile } from "../../stats/normal.js";

/**
 * How often the clean value lies in the interval that a method gives for it, `mean ± q · sd` with q the normal distribution's:
 * 0.9 for intervals of 90 % that mean what they say.
 *
 * @param sd - standard deviations, one a value of `mean`.
 * @param level - of the intervals. Default: 0.9.
 * @returns the share of all values, from 0 to 1.
 */
export function coverage(clean: Float32Array, mean: Float32Array, sd: Float32Array, level = 0.9): number {
  const reach = normalQuantile((1 + level) / 2);
  let inside = 0;
  for (let i = 0; i < clean.length; i++) if (Math.abs(clean[i]! - mean[i]!) <= reach * sd[i]!) inside++;
  return inside / clean.length;
}
