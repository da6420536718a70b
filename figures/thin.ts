/** Indices of at most `cap` of `n` items, evenly spread over their order. */
export const evenly = (n: number, cap: number): number[] =>
  n <= cap
    ? Array.from({ length: n }, (_, i) => i)
    : Array.from({ length: cap }, (_, k) => Math.floor(((k + 0.5) * n) / cap));

/**
 * Indices of at most `cap` items, evenly spread within each group, groups in proportion to their size but none
 * lost while `cap` allows: rare cell types stay visible.
 */
export const evenlyByGroup = (groups: readonly string[], cap: number): number[] => {
  if (groups.length <= cap) return evenly(groups.length, cap);
  const members = new Map<string, number[]>();
  groups.forEach((group, i) => {
    const list = members.get(group);
    if (list) list.push(i);
    else members.set(group, [i]);
  });
  const rare = [...members.values()].sort((a, b) => a.length - b.length);
  let left = cap;
  let items = groups.length;
  return rare
    .flatMap((rows, k) => {
      const others = rare.length - k - 1;
      const fair = Math.max(1, Math.round((left * rows.length) / items));
      const quota = Math.max(0, Math.min(rows.length, fair, left - others));
      left -= quota;
      items -= rows.length;
      return evenly(rows.length, quota).map((i) => rows[i] as number);
    })
    .sort((a, b) => a - b);
};

/** Number `index` of the van der Corput sequence in base 2, 0 to 1: an even spread for jitter without chance. */
export const vanDerCorput = (index: number): number => {
  let value = 0;
  for (let n = index + 1, share = 0.5; n > 0; n = Math.floor(n / 2), share /= 2) value += (n % 2) * share;
  return value;
};

/** One occupied cell of a grid: its bounds, how many points lie in it and their mean place. */
export interface GridCell {
  x: number;
  x2: number;
  y: number;
  y2: number;
  count: number;
  meanX: number;
  meanY: number;
}

/** Counts points in `bins` × `bins` equal cells over the given bounds; only occupied cells are returned. */
export const gridCounts = (
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  bounds: { x: readonly [number, number]; y: readonly [number, number] },
  bins: number,
): GridCell[] => {
  const cells = new Map<number, { count: number; sumX: number; sumY: number }>();
  const place = (value: number, [low, high]: readonly [number, number]) =>
    Math.max(0, Math.min(bins - 1, Math.floor(((value - low) / (high - low || 1)) * bins)));
  for (let i = 0; i < x.length; i++) {
    const [atX, atY] = [x[i] as number, y[i] as number];
    const key = place(atX, bounds.x) * bins + place(atY, bounds.y);
    const cell = cells.get(key) ?? { count: 0, sumX: 0, sumY: 0 };
    cell.count++;
    cell.sumX += atX;
    cell.sumY += atY;
    cells.set(key, cell);
  }
  const edge = ([low, high]: readonly [number, number], k: number) => low + ((high - low || 1) * k) / bins;
  return [...cells].map(([key, { count, sumX, sumY }]) => {
    const [column, row] = [Math.floor(key / bins), key % bins];
    return {
      x: edge(bounds.x, column),
      x2: edge(bounds.x, column + 1),
      y: edge(bounds.y, row),
      y2: edge(bounds.y, row + 1),
      count,
      meanX: sumX / count,
      meanY: sumY / count,
    };
  });
};

/** Rounds to `digits` significant digits, so that specs stay small and snapshots stable. */
export const round = (value: number, digits = 5): number => Number(value.toPrecision(digits));
