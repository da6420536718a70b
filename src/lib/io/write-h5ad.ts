import type { AnnData } from "../anndata/anndata.js";
import { resolveOptions } from "../options.js";
import { writeAtomically } from "./atomic.js";
import { type Storage, writeFile } from "./hdf5/writer.js";
import { writeEntries, writeFrame, writeMatrix, writeRaw, writeRoot, writeUns } from "./write-h5ad-elements.js";

/** Options of {@link writeH5ad}. */
export interface WriteH5adOptions {
  /** "gzip" makes the file smaller and writing slower. Default: "none". */
  compression?: "gzip" | "none";
  /** Level of gzip, 1 (fast) to 9 (small). Default: 4, as h5py. */
  compressionLevel?: number;
}

/**
 * Writes an h5ad file in the current layout, which anndata (0.8 and later; 0.11 where texts are missing) and scanpy open. It is written
 * beside the target and renamed when whole, so that the target is the old file or the new one. Values of `uns` that are null are left
 * out.
 *
 * @throws {@link FileError} where the folder is missing or not writable, or the disk is full.
 * @throws TypeError where a name or a value has no form in h5ad.
 * @example
 * await io.writeH5ad(adata, "results.h5ad");
 */
export async function writeH5ad(adata: AnnData, path: string, options: WriteH5adOptions = {}): Promise<void> {
  const storage = storageOf("io.writeH5ad", options);
  await writeAtomically(path, (partial) =>
    writeFile(partial, storage, (root) => {
      writeRoot(root);
      writeMatrix(root, "X", adata.X);
      writeFrame(root, "obs", adata.obs);
      writeFrame(root, "var", adata.var);
      writeEntries(root, "layers", adata.layers);
      writeEntries(root, "obsm", adata.obsm);
      writeEntries(root, "varm", adata.varm);
      writeEntries(root, "obsp", adata.obsp);
      writeEntries(root, "varp", adata.varp);
      writeUns(root, "uns", adata.uns, "uns");
      if (adata.raw) writeRaw(root, adata.raw);
    }),
  );
}

/** How datasets are stored, by a verb's options. */
export function storageOf(verb: string, options: WriteH5adOptions): Storage {
  const { compression, compressionLevel } = resolveOptions<Required<WriteH5adOptions>>(verb, options, {
    compression: "none",
    compressionLevel: 4,
  });
  if (!(Number.isInteger(compressionLevel) && compressionLevel >= 1 && compressionLevel <= 9)) {
    throw new RangeError(`${verb}: compressionLevel is ${compressionLevel}; it goes from 1 to 9`);
  }
  return { deflate: compression === "gzip" ? compressionLevel : 0 };
}
