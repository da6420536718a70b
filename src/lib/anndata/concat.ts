import { AnnData, type AnnDataParts } from "./anndata.js";
import { categorical, type Column, columnStrings, selectColumn } from "./column.js";
import { DenseMatrix } from "./dense.js";
import { Frame } from "./frame.js";
import { type ColumnPart, joinColumns } from "./join-columns.js";
import type { Matrix } from "./matrix.js";
import { stackDense, stackMatrices } from "./stack-matrices.js";

/** Which of several values of `var` or `varm` stays: the one that all have, the only one there is, the first, one that a single data has. */
export type MergeRule = "same" | "unique" | "first" | "only";

/** Options of {@link concat}; the names are anndata's. */
export interface ConcatOptions {
  /** Genes (and columns of `obs`, layers, embeddings) that all have, or that any has. Default: "inner". */
  join?: "inner" | "outer";
  /** Name of an `obs` column that says where a cell comes from. Default: none. */
  label?: string;
  /** Names of the data, for `label` and `indexUnique`. Default: "0", "1", …, or the names given with the data. */
  keys?: readonly string[];
  /** What stands between a cell's name and its data's key; without it, names stay as they are. */
  indexUnique?: string;
  /** Which columns of `var` and matrices of `varm` stay. Default: none. */
  merge?: MergeRule;
  /** The value where a data has no such gene. Default: 0 where X (or the layer) of one is sparse, else NaN. */
  fillValue?: number;
}

/**
 * Data one below the other: cells of several data as one, as anndata's `concat` (axis 0). Genes that all have keep the order of the first;
 * those that any has (`join: "outer"`) are sorted, unless all have the same. Sparse matrices stay sparse (by rows). `obs`, layers and
 * `obsm` are joined by the same rule, categories are united; `raw` where all have one. `uns`, `obsp` and `varp` are left out.
 *
 * @param adatas - a list, or a record whose names become `keys`.
 * @throws RangeError where gene names are not unique and differ, or there are no data.
 * @example
 * const both = concat({ patient1, patient2 }, { label: "patient", indexUnique: "-" });
 */
export function concat(
  adatas: readonly AnnData[] | Readonly<Record<string, AnnData>>,
  options: ConcatOptions = {},
): AnnData {
  const { join = "inner", label, indexUnique, merge, fillValue, keys: names, ...others } = options;
  const unknown = Object.keys(others)[0];
  if (unknown !== undefined) throw new TypeError(`concat: unknown option "${unknown}"`);
  const list = isList(adatas) ? adatas : Object.values(adatas);
  const keys = names ?? (isList(adatas) ? list.map((_, i) => String(i)) : Object.keys(adatas));
  if (list.length === 0) throw new RangeError("concat needs data: the list is empty");
  if (keys.length !== list.length) throw new RangeError(`concat got ${keys.length} keys for ${list.length} data`);
  const varNames = joinNames(
    list.map((adata) => adata.varNames),
    join,
  );
  const targets = list.map((adata) => targetsOf(adata.varNames, varNames));
  const stacked = (matrices: (Matrix | undefined)[]) =>
    stackMatrices(
      list.map((adata, at) => ({ matrix: matrices[at], rows: adata.nObs, columns: targets[at]! })),
      varNames.length,
      fillValue,
    );
  const cellNames = list.flatMap(({ obsNames }, at) =>
    indexUnique === undefined ? obsNames : obsNames.map((name) => `${name}${indexUnique}${keys[at]}`),
  );
  const obs = new Frame(cellNames);
  for (const name of joinKeys(
    list.map((adata) => adata.obs.columns),
    join,
  )) {
    const parts = list.map((adata): ColumnPart => (adata.obs.has(name) ? adata.obs.get(name) : adata.nObs));
    obs.set(name, joinColumns(parts));
  }
  if (label !== undefined) {
    obs.set(
      label,
      categorical(
        list.flatMap((adata, at) => Array<string>(adata.nObs).fill(keys[at]!)),
        [...new Set(keys)],
      ),
    );
  }
  const layers: Record<string, Matrix> = {};
  for (const name of joinKeys(
    list.map((adata) => Object.keys(adata.layers)),
    join,
  )) {
    layers[name] = stacked(list.map((adata) => adata.layers[name]));
  }
  return new AnnData({
    X: stacked(list.map((adata) => adata.X)),
    obs,
    ...mergeGenes(list, varNames, targets, merge),
    layers,
    obsm: joinEmbeddings(list, join, fillValue ?? NaN),
    ...(list.every(({ raw }) => raw) && { raw: joinRaw(list, join, fillValue) }),
  });
}

function isList(adatas: readonly AnnData[] | Readonly<Record<string, AnnData>>): adatas is readonly AnnData[] {
  return Array.isArray(adatas);
}

/** Keys that all lists have, in the order of the first, or that any has, in the order of appearance. */
function joinKeys(lists: readonly (readonly string[])[], join: "inner" | "outer"): string[] {
  if (join === "outer") return [...new Set(lists.flat())];
  const rest = lists.slice(1).map((list) => new Set(list));
  return lists[0]!.filter((name) => rest.every((names) => names.has(name)));
}

function joinNames(lists: readonly (readonly string[])[], join: "inner" | "outer"): readonly string[] {
  const first = lists[0]!;
  const same = (list: readonly string[]) => list.length === first.length && list.every((name, i) => name === first[i]);
  if (lists.every(same)) return first;
  for (const [at, list] of lists.entries()) {
    if (new Set(list).size === list.length) continue;
    throw new RangeError(
      `data ${at} has gene names that occur twice: make them unique first, or nothing can be matched`,
    );
  }
  const joined = joinKeys(lists, join);
  return join === "outer" ? joined.sort() : joined;
}

/** For each name its place among the joined names, -1 where it has none. */
function targetsOf(names: readonly string[], joined: readonly string[]): Int32Array {
  if (names === joined) return Int32Array.from(names, (_, i) => i);
  const unchanged = names.length === joined.length && names.every((name, i) => name === joined[i]);
  const place = unchanged ? undefined : new Map(joined.map((name, i) => [name, i]));
  return Int32Array.from(names, (name, i) => (place ? (place.get(name) ?? -1) : i));
}

/** Embeddings by the same rule; a narrower one is padded (outer), a wider one cut (inner), as anndata does. */
function joinEmbeddings(list: readonly AnnData[], join: "inner" | "outer", fill: number): Record<string, DenseMatrix> {
  const joined: Record<string, DenseMatrix> = {};
  for (const name of joinKeys(
    list.map((adata) => Object.keys(adata.obsm)),
    join,
  )) {
    const widths = list.flatMap((adata) => adata.obsm[name]?.shape[1] ?? []);
    const width = join === "inner" ? Math.min(...widths) : Math.max(...widths);
    const parts = list.map((adata) => {
      const matrix = adata.obsm[name];
      const columns = Int32Array.from({ length: matrix?.shape[1] ?? 0 }, (_, j) => (j < width ? j : -1));
      return { matrix, rows: adata.nObs, columns };
    });
    joined[name] = stackDense(parts, width, fill);
  }
  return joined;
}

function joinRaw(list: readonly AnnData[], join: "inner" | "outer", fillValue?: number) {
  const raws = list.map(({ raw, obs }) => new AnnData({ X: raw!.X, obs: new Frame(obs.index), var: raw!.var }));
  const { X, var: features } = concat(raws, { join, ...(fillValue !== undefined && { fillValue }) });
  return { X, var: features };
}

/** `var` and `varm`, each matched to the joined genes and then kept by the rule. */
function mergeGenes(
  list: readonly AnnData[],
  names: readonly string[],
  targets: readonly Int32Array[],
  rule: MergeRule | undefined,
): Pick<AnnDataParts, "var" | "varm"> {
  const features = new Frame(names);
  if (rule === undefined) return { var: features };
  const sources = targets.map((target) => {
    const rows = new Int32Array(names.length).fill(-1);
    target.forEach((to, from) => to >= 0 && (rows[to] = from));
    return rows;
  });
  const columns = new Set(list.flatMap((adata) => adata.var.columns));
  for (const name of columns) {
    const kept = keep(
      list.map((adata, at) => (adata.var.has(name) ? matchColumn(adata.var.get(name), sources[at]!) : undefined)),
      rule,
      sameColumn,
    );
    if (kept) features.set(name, kept);
  }
  const varm: Record<string, DenseMatrix> = {};
  for (const name of new Set(list.flatMap((adata) => Object.keys(adata.varm)))) {
    const kept = keep(
      list.map((adata, at) => adata.varm[name] && matchRows(adata.varm[name], sources[at]!)),
      rule,
      (a, b) => a.shape[1] === b.shape[1] && a.data.every((value, i) => Object.is(value, b.data[i])),
    );
    if (kept) varm[name] = kept;
  }
  return { var: features, varm };
}

function keep<T>(values: (T | undefined)[], rule: MergeRule, equal: (a: T, b: T) => boolean): T | undefined {
  const found = values.filter((value) => value !== undefined);
  const first = found[0]!;
  switch (rule) {
    case "first":
      return first;
    case "only":
      return found.length === 1 ? first : undefined;
    case "unique":
      return found.every((value) => equal(first, value)) ? first : undefined;
    case "same":
      return found.length === values.length && found.every((value) => equal(first, value)) ? first : undefined;
  }
}

/** A column's rows by position, -1 for a missing one. */
function matchColumn(source: Column, rows: Int32Array): Column {
  if (!rows.includes(-1)) return selectColumn(source, rows);
  return joinColumns(Array.from(rows, (row) => (row < 0 ? 1 : selectColumn(source, [row]))));
}

function matchRows(source: DenseMatrix, rows: Int32Array): DenseMatrix {
  const width = source.shape[1];
  const result = new DenseMatrix([rows.length, width], new Float32Array(rows.length * width).fill(NaN));
  rows.forEach((row, i) => row >= 0 && result.data.set(source.row(row), i * width));
  return result;
}

function sameColumn(a: Column, b: Column): boolean {
  if (a.kind !== b.kind) return false;
  if (a.kind === "categorical" && b.kind === "categorical" && (a.ordered ?? false) !== (b.ordered ?? false))
    return false;
  const others = columnStrings(b);
  return columnStrings(a).every((text, i) => text === others[i]);
}
