import type { Group } from "h5wasm/node";
import { AnnData, categorical, CsrMatrix, DenseMatrix, Frame } from "../../../src/lib/anndata/index.js";

/** Small data with something in every field. */
export function smallData(): AnnData {
  const X = DenseMatrix.fromRows([
    [1, 0, 2, 0],
    [0, 0, 0, 0],
    [0, 3, 4, 0],
  ]);
  return new AnnData({
    X: CsrMatrix.fromDense(X),
    obs: new Frame(["c0", "c1", "c2"], {
      cell_type: categorical(["B", null, "T"]),
      n_counts: [3, 0, 7],
      share: [0.5, NaN, 1],
      doublet: [true, false, true],
      note: ["x", "", "é ß 日"],
    }),
    var: new Frame(["g0", "g1", "g2", "g3"], { gene_ids: ["ENSG0", "ENSG1", "ENSG2", "ENSG3"] }),
    layers: { dense: X.copy(), sparse: CsrMatrix.fromDense(X) },
    obsm: { X_pca: DenseMatrix.fromRows([[1], [2], [3]]) },
    varm: { PCs: DenseMatrix.fromRows([[1], [2], [3], [4]]) },
    obsp: {
      distances: CsrMatrix.fromDense(
        DenseMatrix.fromRows([
          [0, 1, 0],
          [1, 0, 0],
          [0, 0, 0],
        ]),
      ),
    },
    uns: {
      title: "small",
      log1p: {},
      numbers: new Float64Array([1.5, 2]),
      names: ["a", "b"],
      flag: true,
      flags: [true, false],
      depth: 3,
      half: 0.5,
      table: new Frame(["x"], { n: [1] }),
    },
    raw: { X: CsrMatrix.fromDense(X), var: new Frame(["g0", "g1", "g2", "g3"]) },
  });
}

/** The parts of a sparse matrix as they lie in a file; the default is valid, 3 × 4. */
export interface RawSparse {
  encoding?: string;
  shape?: number[];
  data?: ArrayLike<number> | string[];
  indices?: ArrayLike<number>;
  indptr?: ArrayLike<number>;
}

/** Writes a sparse matrix without a check. */
export function writeSparse(parent: Group, name: string, raw: RawSparse = {}): void {
  const { encoding = "csr_matrix", shape = [3, 4], data = [1, 2, 3], indices = [0, 2, 1], indptr = [0, 2, 2, 3] } = raw;
  const group = parent.create_group(name);
  group.create_attribute("encoding-type", encoding, null, "S");
  group.create_attribute("shape", Int32Array.from(shape));
  const texts = typeof data[0] === "string";
  group.create_dataset({
    name: "data",
    data: texts ? (data as string[]) : Float64Array.from(data as ArrayLike<number>),
  });
  group.create_dataset({ name: "indices", data: Int32Array.from(indices) });
  group.create_dataset({ name: "indptr", data: Int32Array.from(indptr) });
}

/** Writes a table of names alone. */
export function writeNames(parent: Group, name: string, names: string[], columnOrder: string[] = []): Group {
  const group = parent.create_group(name);
  group.create_attribute("encoding-type", "dataframe", null, "S");
  group.create_attribute("_index", "_index", null, "S");
  if (columnOrder.length > 0) group.create_attribute("column-order", columnOrder, null, "S");
  group.create_dataset({ name: "_index", data: names, shape: [names.length], dtype: "S" });
  return group;
}

/** Writes an HDF5 file by hand; of `X`, `obs` and `var` (3 × 4), those come by themselves that `write` does not make. */
export async function writeRawH5ad(
  path: string,
  write: (root: Group) => void,
  without: readonly string[] = [],
): Promise<void> {
  const { h5wasm: hdf5 } = await import("h5wasm/node");
  await hdf5.ready;
  const file = new hdf5.File(path, "w");
  try {
    write(file);
    const lacks = (name: string) => !file.keys().includes(name) && !without.includes(name);
    if (lacks("X")) writeSparse(file, "X");
    if (lacks("obs")) writeNames(file, "obs", ["c0", "c1", "c2"]);
    if (lacks("var")) writeNames(file, "var", ["g0", "g1", "g2", "g3"]);
  } finally {
    file.close();
  }
}
