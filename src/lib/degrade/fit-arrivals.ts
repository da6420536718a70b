import type { CsrMatrix } from "../anndata/csr.js";

/** The mechanisms that bring molecules into a cell. */
export interface Arrivals {
  ambient: number;
  swapping: number;
}

/**
 * Fits contamination and swapping to the molecules where a cell had none before. Of the genes absent in cell `i` let `h` be their share
 * of the pool, `t` the cell's share of all molecules that survive, `N` all molecules after damage, `n` the cells: expected are
 * `(1 - swapping) ambient · N t h + swapping · N h / n`. Least squares over cells, both coefficients at least 0.
 *
 * @param survivals - the share that survives, one a gene.
 */
export function fitArrivals(before: CsrMatrix, after: CsrMatrix, survivals: Float64Array): Arrivals {
  const [cells, genes] = before.shape;
  const pool = new Float64Array(genes);
  const totals = new Float64Array(cells);
  let all = 0;
  for (let i = 0; i < cells; i++) {
    for (let at = before.indptr[i]!; at < before.indptr[i + 1]!; at++) {
      const survived = before.data[at]! * survivals[before.indices[at]!]!;
      totals[i]! += survived;
      pool[before.indices[at]!]! += survived;
    }
    all += totals[i]!;
  }
  let left = 0;
  for (const value of after.data) left += value;
  // Marked with the cell's number plus one, so that nothing has to be cleared.
  const present = new Int32Array(genes);
  let [uu, uv, vv, ub, vb] = [0, 0, 0, 0, 0];
  for (let i = 0; i < cells; i++) {
    let absent = all;
    for (let at = before.indptr[i]!; at < before.indptr[i + 1]!; at++) {
      const j = before.indices[at]!;
      if (before.data[at] === 0) continue;
      present[j] = i + 1;
      absent -= pool[j]!;
    }
    let arrived = 0;
    for (let at = after.indptr[i]!; at < after.indptr[i + 1]!; at++) {
      if (present[after.indices[at]!] !== i + 1) arrived += after.data[at]!;
    }
    const expected = left * (absent / all);
    const u = (expected * totals[i]!) / all;
    const v = expected / cells;
    uu += u * u;
    uv += u * v;
    vv += v * v;
    ub += u * arrived;
    vb += v * arrived;
  }
  const [proportional, constant] = nonNegative(uu, uv, vv, ub, vb);
  const swapping = Math.min(1, constant);
  return { ambient: swapping < 1 ? Math.min(0.99, proportional / (1 - swapping)) : 0, swapping };
}

/** Least squares with two coefficients of at least 0, from the sums of products. */
function nonNegative(uu: number, uv: number, vv: number, ub: number, vb: number): [number, number] {
  const determinant = uu * vv - uv * uv;
  const both = [(vv * ub - uv * vb) / determinant, (uu * vb - uv * ub) / determinant] as [number, number];
  if (both[0] >= 0 && both[1] >= 0) return both;
  const first = uu > 0 ? Math.max(0, ub / uu) : 0;
  const second = vv > 0 ? Math.max(0, vb / vv) : 0;
  // Of the two edges the one that explains more.
  return first * ub >= second * vb ? [first, 0] : [0, second];
}
