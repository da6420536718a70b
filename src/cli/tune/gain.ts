/** What settings are chosen by, and what perfect repair reaches. Separation is left out: blur raises it. */
const PERFECT = { mse: 0, pearson: 1, prauc: 1, f1: 1, deg: 100, marker: 100 } as const;

/** A measure may cost this much at most, so that one that goes wrong does not decide alone. */
const WORST = -1;

/**
 * How much of the damage a repair undoes: the mean over measures of the way from the degraded cells' value (0) to that of perfect repair
 * (1), each at least -1. A measure that either lacks counts as 0.
 */
export const gainOf = (
  repaired: Readonly<Record<string, number | null>>,
  degraded: Readonly<Record<string, number | null>>,
): number => {
  const shares = Object.entries(PERFECT).map(([name, perfect]) => {
    const [from, to] = [degraded[name], repaired[name]];
    if (from == null || to == null) return 0;
    const way = perfect - from;
    return way === 0 ? 0 : Math.max(WORST, (to - from) / way);
  });
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
};
