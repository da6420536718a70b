import { AnnData } from "../anndata/anndata.js";
import type { CategoricalColumn } from "../anndata/column.js";
import { DenseMatrix } from "../anndata/dense.js";
import { Frame } from "../anndata/frame.js";
import { resolveOptions } from "../options.js";
import { type CellRows, cellRows } from "./cell-rows.js";
import { chosenMatrix, groupCodes } from "./group-codes.js";
import { groupMoments, groupSums } from "./group-moments.js";

/** What is computed of a gene over the cells of a group. */
export type AggregateFunction = "sum" | "mean" | "var" | "count_nonzero";

/** Options of {@link aggregate}. */
export interface AggregateOptions {
  /** Column of `obs`, or columns whose combinations are the groups. Required. */
  by?: string | readonly string[];
  /** One or several; the first is also `X`. Default: "sum", for pseudobulks of counts. */
  func?: AggregateFunction | readonly AggregateFunction[];
  /** What is subtracted from the number of cells below a variance. Default: 1. */
  dof?: number;
  /** Use this layer in place of `X`. Default: `X`. */
  layer?: string;
}

/**
 * Data with one row a group of cells (pseudobulk), as scanpy's `get.aggregate`: groups in the order of their categories, combinations
 * that do not occur left out, cells without a group as well.
 *
 * Reads the columns `by` of `obs` and `X` or a layer. The result has a layer for each function, the columns `by` and
 * `n_obs_aggregated` (number of cells) in `obs`, and this data's `var`.
 *
 * @returns new data; the groups' names are the categories joined by "_".
 * @throws TypeError where `by` is not given.
 * @throws RangeError where a column or the layer does not exist, or a function is not known.
 * @example
 * tl.aggregate(adata, { by: ["sample", "cell_type"] }).obsNames; // ["s1_B cells", …]
 */
export function aggregate(adata: AnnData, options: AggregateOptions): AnnData {
  const { by, func, dof, layer } = resolveOptions<AggregateOptions>("tl.aggregate", options, {
    by: undefined,
    func: "sum",
    dof: 1,
    layer: undefined,
  });
  if (by === undefined || by.length === 0) {
    throw new TypeError(`tl.aggregate: give by, a column of obs: ${adata.obs.columns.join(", ") || "none"}`);
  }
  const functions = [...new Set(typeof func === "string" ? [func] : (func ?? []))];
  const unknown = functions.find((name) => !FUNCTIONS.includes(name));
  if (unknown !== undefined || functions.length === 0) {
    throw new RangeError(`func "${String(unknown)}" is not known; use "${FUNCTIONS.join('", "')}"`);
  }
  const columns = typeof by === "string" ? [by] : [...by];
  const { matrix } = chosenMatrix("tl.aggregate", adata, false, layer);
  const { codes, labels, names } = combine(adata, columns);
  const groups = names.length;
  const found = aggregateRows(cellRows(matrix), codes, groups, functions, dof);
  const layers = Object.fromEntries(
    functions.map((name) => [name, new DenseMatrix([groups, adata.nVars], Float32Array.from(found.values[name]!))]),
  );
  const obs = new Frame(names, { ...labels, n_obs_aggregated: found.sizes });
  return new AnnData({ X: layers[functions[0]!]!.copy(), layers, obs, var: adata.var.copy() });
}

const FUNCTIONS: readonly AggregateFunction[] = ["sum", "mean", "var", "count_nonzero"];

/**
 * Aggregates every gene over every group's cells.
 *
 * @param codes - the group of each cell; a cell of code -1 is left out.
 * @returns for each function groups × genes, row-major; and the number of cells in each group.
 * @example
 * const rows = tl.cellRows(DenseMatrix.fromRows([[1, 0], [3, 2], [0, 9]]));
 * tl.aggregateRows(rows, Int32Array.of(0, 0, -1), 1, ["mean"]).values.mean; // Float64Array [2, 1]
 */
export function aggregateRows(
  rows: CellRows,
  codes: Int32Array,
  groups: number,
  functions: readonly AggregateFunction[],
  dof = 1,
): { values: Partial<Record<AggregateFunction, Float64Array>>; sizes: Int32Array } {
  const genes = rows.shape[1];
  const { sizes, sums, nonZeros } = groupSums(rows, codes, groups);
  const ofGroup = (at: number) => sizes[Math.floor(at / genes)]!;
  const values: Partial<Record<AggregateFunction, Float64Array>> = {};
  for (const name of functions) {
    if (name === "sum") values.sum = sums;
    else if (name === "mean") values.mean = sums.map((sum, at) => sum / ofGroup(at));
    else if (name === "count_nonzero") values.count_nonzero = nonZeros;
    else values.var = groupMoments(rows, codes, groups).squares.map((square, at) => square / (ofGroup(at) - dof));
  }
  return { values, sizes };
}

/** The combinations of categories that occur: the code of each cell, and for each combination its name and its categories. */
function combine(adata: AnnData, columns: readonly string[]) {
  const parts = columns.map((name) => groupCodes(adata, name));
  const all = Float64Array.from({ length: adata.nObs }, (_, i) => {
    let code = 0;
    for (const { codes, categories } of parts) code = codes[i]! < 0 ? NaN : code * categories.length + codes[i]!;
    return code;
  });
  const present = [...new Set(all.filter((code) => !Number.isNaN(code)))].sort((a, b) => a - b);
  const positionOf = new Map(present.map((code, position) => [code, position]));
  const codes = Int32Array.from(all, (code) => positionOf.get(code) ?? -1);
  const labels: Record<string, CategoricalColumn> = {};
  let divisor = 1;
  for (let part = parts.length - 1; part >= 0; part--) {
    const { categories } = parts[part]!;
    const used = Int32Array.from(present, (code) => Math.floor(code / divisor) % categories.length);
    labels[columns[part]!] = { kind: "categorical", codes: used, categories: [...categories] };
    divisor *= categories.length;
  }
  const ordered = Object.fromEntries(columns.map((name) => [name, labels[name]!]));
  const names = present.map((_, row) =>
    columns.map((name) => labels[name]!.categories[labels[name]!.codes[row]!]).join("_"),
  );
  return { codes, labels: ordered, names };
}
