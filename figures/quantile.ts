/** Quantile `q` (0 to 1) of ascending values, linear between neighbours; NaN of none. */
export const quantileSorted = (sorted: ArrayLike<number>, q: number): number => {
  if (sorted.length === 0) return Number.NaN;
  const place = (sorted.length - 1) * q;
  const below = sorted[Math.floor(place)] as number;
  const above = sorted[Math.ceil(place)] as number;
  return below + (above - below) * (place - Math.floor(place));
};

/** Median of values in any order; NaN of none. */
export const median = (values: ArrayLike<number>): number => quantileSorted(Float64Array.from(values).sort(), 0.5);

/** Mean and the half width of its 95% confidence interval (normal approximation; 0 for fewer than two values). */
export const meanInterval = (values: ArrayLike<number>): { mean: number; half: number } => {
  const n = values.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += values[i] as number;
  const mean = sum / n;
  if (n < 2) return { mean, half: 0 };
  let squares = 0;
  for (let i = 0; i < n; i++) squares += ((values[i] as number) - mean) ** 2;
  return { mean, half: 1.959964 * Math.sqrt(squares / (n - 1) / n) };
};
