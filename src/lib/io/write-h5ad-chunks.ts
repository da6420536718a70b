import { DenseMatrix } from "../anndata/dense.js";
import type { Frame } from "../anndata/frame.js";
import type { RowMatrix } from "../anndata/matrix.js";
import { writeAtomically } from "./atomic.js";
import type { Beside } from "./h5ad-beside.js";
import { FileWriter, type GroupWriter } from "./hdf5/writer.js";
import { MatrixRows } from "./matrix-rows.js";
import { checkName, openEncoded, writeEntries, writeFrame, writeRoot, writeUns } from "./write-h5ad-elements.js";
import { storageOf, type WriteH5adOptions } from "./write-h5ad.js";

/** Some cells: their rows of X, of the layers and of raw. */
export interface CellMatrices {
  readonly X: RowMatrix;
  readonly layers?: Readonly<Record<string, RowMatrix>>;
  readonly raw?: RowMatrix;
}

/** What is beside the matrices. */
export interface CellTables extends Partial<Beside> {
  /** One row for each cell that was written. */
  readonly obs: Frame;
  readonly var: Frame;
  /** The genes of raw, where the cells have it. */
  readonly raw?: { readonly var: Frame };
}

/**
 * Writes an h5ad file some cells at a time: memory is bound by what is given at once. It is written beside the target and renamed when
 * whole, as by `writeH5ad`; where `fill` throws, the target stays what it was.
 *
 * @param fill - appends the cells, chunk by chunk, each with the same layers, sparse or dense as the first; returns the tables.
 * @throws {@link FileError} where the folder is missing or not writable, or the disk is full.
 * @throws RangeError where chunks differ, or the tables do not fit them.
 * @example
 * await io.writeH5adChunks("out.h5ad", async (append) => {
 *   for await (const { X } of file.chunks(1000)) append({ X });
 *   return { obs: file.obs, var: file.var };
 * });
 */
export async function writeH5adChunks(
  path: string,
  fill: (append: (cells: CellMatrices) => void) => Promise<CellTables>,
  options: WriteH5adOptions = {},
): Promise<void> {
  const storage = storageOf("io.writeH5adChunks", options);
  await writeAtomically(path, async (partial) => {
    const file = new FileWriter(partial, storage);
    try {
      const { root } = file;
      writeRoot(root);
      const group = openEncoded(root, "layers", "dict", "0.1.0");
      const matrices = new Map<string, MatrixRows>();
      let rawGroup: GroupWriter | undefined;
      const start = ({ X, layers = {}, raw }: CellMatrices) => {
        matrices.set("X", new MatrixRows(root, "X", X));
        for (const [name, matrix] of Object.entries(layers)) {
          checkName(name, `layers/${name}`);
          matrices.set(`layers/${name}`, new MatrixRows(group, name, matrix));
        }
        if (!raw) return;
        rawGroup = openEncoded(root, "raw", "raw", "0.1.0");
        matrices.set("raw/X", new MatrixRows(rawGroup, "X", raw));
      };
      const append = (cells: CellMatrices) => {
        if (matrices.size === 0) start(cells);
        const layers = Object.entries(cells.layers ?? {}).map(([name, matrix]) => [`layers/${name}`, matrix] as const);
        const raw = cells.raw ? [["raw/X", cells.raw] as const] : [];
        const given = [["X", cells.X] as const, ...layers, ...raw];
        if (given.length !== matrices.size || given.some(([name]) => !matrices.has(name))) {
          throw new RangeError(`a chunk has ${given.map(([name]) => name)}; the first had ${[...matrices.keys()]}`);
        }
        const rows = cells.X.shape[0];
        for (const [name, matrix] of given) {
          if (matrix.shape[0] !== rows) throw new RangeError(`X has ${rows} cells, ${name} ${matrix.shape[0]}`);
          matrices.get(name)!.append(matrix);
        }
      };
      const { obs, var: features, raw, uns = {}, ...beside } = await fill(append);
      if (matrices.size === 0) append({ X: DenseMatrix.zeros([0, features.length]) });
      checkShapes(matrices, obs.length, features.length, raw?.var.length ?? 0);
      for (const matrix of matrices.values()) matrix.finish();
      writeFrame(root, "obs", obs);
      writeFrame(root, "var", features);
      for (const name of ["obsm", "varm", "obsp", "varp"] as const) writeEntries(root, name, beside[name] ?? {});
      writeUns(root, "uns", uns, "uns");
      if (rawGroup) {
        writeFrame(rawGroup, "var", raw!.var, "raw/var");
        writeEntries(rawGroup, "varm", {});
      }
      file.finish();
    } finally {
      file.close();
    }
  });
}

function checkShapes(
  matrices: ReadonlyMap<string, MatrixRows>,
  cells: number,
  genes: number,
  genesOfRaw: number,
): void {
  for (const [name, { rows, columns }] of matrices) {
    const wanted = name === "raw/X" ? genesOfRaw : genes;
    if (rows === cells && columns === wanted) continue;
    throw new RangeError(`${name} is ${rows} × ${columns}; obs has length ${cells} and var ${wanted}`);
  }
}
