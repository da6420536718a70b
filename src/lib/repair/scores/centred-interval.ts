import { quantile } from "../../stats/describe.js";

/**
 * The interval of a score from its draws, moved so that the draws' mean lies on the score. Resampled cells repeat, so that sets of
 * genes agree less in every draw than in all cells: the draws tell how far the score varies, not where it lies.
 *
 * @param level - of the interval. Default: 0.95.
 * @returns NaN for both ends where no draw has a score.
 */
export function centredInterval(value: number, draws: Float64Array, level = 0.95): { low: number; high: number } {
  const kept = draws.filter((draw) => !Number.isNaN(draw));
  if (kept.length === 0) return { low: NaN, high: NaN };
  const shift = value - kept.reduce((sum, draw) => sum + draw, 0) / kept.length;
  return { low: quantile(kept, (1 - level) / 2) + shift, high: quantile(kept, (1 + level) / 2) + shift };
}
