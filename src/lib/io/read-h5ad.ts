import { AnnData, type AnnDataParts } from "../anndata/anndata.js";
import { CsrMatrix } from "../anndata/csr.js";
import { resolveOptions } from "../options.js";
import { tellOddities } from "./check-values.js";
import { FileError, type Notice, warn } from "./file-error.js";
import { rawParts, readBeside, readEntries } from "./h5ad-beside.js";
import { readFrame } from "./h5ad-frame.js";
import { readMatrix } from "./h5ad-matrix.js";
import { type H5adSource, unknownEncoding } from "./h5ad-source.js";
import { type Group, isGroup, readHdf5 } from "./hdf5.js";

const MATRICES = ["X", "layers", "raw", "raw.X", "obsp", "obsm"];

/** Options of {@link readH5ad}. */
export interface ReadH5adOptions {
  /** NaN and infinity in a matrix are an error, or kept. Default: "error". */
  nonFinite?: "error" | "keep";
  /** Told of what is odd: duplicate names, negative counts, parts left out. Default: Node's `process.emitWarning`. */
  onNotice?: Notice;
}

/**
 * Reads an h5ad file, written by anndata of any version from 0.6 on. Sparse matrices stay sparse (csc is turned into csr), numbers
 * become float32, elements of `uns` that are not known are left out with a notice.
 *
 * A file without X but with layers gets an all-zero sparse X.
 *
 * @throws {@link FileError} naming the element and what to do: not HDF5, truncated, sizes that disagree, indices out of
 * range, NaN or infinity.
 * @example
 * const adata = await io.readH5ad("pbmc.h5ad");
 */
export async function readH5ad(path: string, options: ReadH5adOptions = {}): Promise<AnnData> {
  const { nonFinite, onNotice } = resolveOptions<Required<ReadH5adOptions>>("io.readH5ad", options, {
    nonFinite: "error",
    onNotice: warn,
  });
  const source = { path, nonFinite, notice: onNotice };
  const adata = await readHdf5(path, (root) => readRoot(source, root), MATRICES);
  tellOddities(path, adata, onNotice);
  return adata;
}

function readRoot(source: H5adSource, root: Group): AnnData {
  const require = (name: string) => {
    const entity = root.get(name);
    if (entity) return entity;
    const problem = `the file has no ${name} (missing obs/var: is this an h5ad file?)`;
    throw new FileError(source.path, "", problem, "Give a file written by anndata");
  };
  const legacy = root.get("uns");
  const legacyCategories = isGroup(legacy) ? legacy : undefined;
  const obs = readFrame(source, require("obs"), "obs", legacyCategories);
  const features = readFrame(source, require("var"), "var", legacyCategories);
  const layers = readEntries(root, "layers", (entity, element) => readMatrix(source, entity, element));
  const X = root.get("X");
  const parts: AnnDataParts = {
    X: X ? readMatrix(source, X, "X") : CsrMatrix.empty([obs.length, features.length]),
    obs,
    var: features,
    layers,
    ...readBeside(source, root, { obs, var: features }),
    ...readRaw(source, root),
  };
  try {
    return new AnnData(parts);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    const problem = `${cause.message}; its shape is ${parts.X.shape.join(" × ")}`;
    throw new FileError(source.path, "", problem, "The file is damaged: fetch or write it again", { cause });
  }
}

function readRaw(source: H5adSource, root: Group): Pick<AnnDataParts, "raw"> {
  const { X, features } = rawParts(root);
  if (!X && !features) return {};
  if (!X || !features) throw unknownEncoding(source, (X ?? features)!, "raw");
  return { raw: { X: readMatrix(source, X, "raw/X"), var: readFrame(source, features, "raw/var") } };
}
