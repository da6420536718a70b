import { type GroupWriter, writeFile } from "../../../src/lib/io/hdf5/writer.js";

const GENES = ["ENSG0", "ENSG1", "ENSG2"];
const SYMBOLS = ["CD3D", "MS4A1", "CD3D"];
const CELLS = ["AAAC-1", "AAAG-1"];

/** What a file of Cell Ranger holds besides the two cells × three genes [[1, 0, 2], [0, 3, 0]]. */
export interface TenxParts {
  version?: 2 | 3;
  data?: ArrayLike<number>;
  indices?: ArrayLike<number>;
  indptr?: ArrayLike<number>;
  shape?: ArrayLike<number>;
  types?: string[];
  genomes?: string[];
  barcodes?: string[];
  /** Groups of version 2. */
  groups?: string[];
}

/** Writes an HDF5 file as Cell Ranger does. */
export async function writeTenx(path: string, parts: TenxParts = {}): Promise<void> {
  const {
    version = 3,
    data = [1, 2, 3],
    indices = [0, 2, 1],
    indptr = [0, 2, 3],
    shape = [3, 2],
    types = SYMBOLS.map(() => "Gene Expression"),
    genomes = SYMBOLS.map(() => "GRCh38"),
    barcodes = CELLS,
    groups = ["hg19"],
  } = parts;
  const matrix = (group: GroupWriter) => {
    group.numbers("data", Int32Array.from(data), {});
    group.numbers("indices", BigInt64Array.from(Array.from(indices, BigInt)), {});
    group.numbers("indptr", BigInt64Array.from(Array.from(indptr, BigInt)), {});
    group.numbers("shape", Int32Array.from(shape), {});
    group.texts("barcodes", barcodes, {});
  };
  writeFile(path, { deflate: 0 }, (root) => {
    if (version === 2) {
      for (const name of groups) {
        root.group(name, (group) => {
          matrix(group);
          group.texts("genes", GENES, {});
          group.texts("gene_names", SYMBOLS, {});
        });
      }
      return;
    }
    root.group("matrix", (group) => {
      matrix(group);
      group.group("features", (features) => {
        features.texts("id", GENES, {});
        features.texts("name", SYMBOLS, {});
        features.texts("feature_type", types, {});
        features.texts("genome", genomes, {});
      });
    });
  });
}

/** Writes a loom file of three genes × two cells; `change` adds to the root. */
export async function writeLoom(path: string, change: (root: GroupWriter) => void = () => undefined): Promise<void> {
  writeFile(path, { deflate: 2 }, (root) => {
    root.attribute("LOOM_SPEC_VERSION", "3.0.0");
    root.numbers("matrix", new Float32Array([1, 0, 0, 3, 2, 0]), {}, [3, 2]);
    root.group("layers", (layers) => layers.numbers("spliced", new Int32Array([1, 0, 0, 1, 1, 0]), {}, [3, 2]));
    root.group("row_attrs", (group) => {
      group.texts("Gene", ["g0", "g1", "g2"], {});
      group.numbers("length", new Int32Array([100, 200, 300]), {});
    });
    root.group("col_attrs", (group) => {
      group.texts("CellID", CELLS, {});
      group.texts("cell_type", ["B", "T"], {});
      group.numbers("umap", new Float64Array([1, 2, 3, 4]), {}, [2, 2]);
    });
    change(root);
  });
}
