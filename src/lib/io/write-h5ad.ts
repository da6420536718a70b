import { rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { AnnData } from "../anndata/anndata.js";
import { FileError } from "./file-error.js";
import { loadHdf5 } from "./hdf5.js";
import { patchBooleans } from "./hdf5-booleans.js";
import { writeEntries, writeFrame, writeMatrix, writeRaw, writeRoot, writeUns } from "./write-h5ad-elements.js";

/**
 * Writes an h5ad file in the current layout, which anndata (0.8 and later) and scanpy open. It is written beside the target and renamed when
 * whole, so that the target is the old file or the new one. Values of `uns` that are null are left out, as are categories'
 * types (integer categories become texts).
 *
 * @throws {@link FileError} where the folder is missing or not writable, or the disk is full.
 * @throws TypeError where a name or a value has no form in h5ad.
 * @example
 * await io.writeH5ad(adata, "results.h5ad");
 */
export async function writeH5ad(adata: AnnData, path: string): Promise<void> {
  const folder = await stat(dirname(path)).catch(() => undefined);
  if (!folder?.isDirectory()) {
    throw new FileError(path, "", `there is no folder ${dirname(path)}`, "Make it first");
  }
  const partial = `${path}.${process.pid}.partial`;
  try {
    await writeFile(adata, partial);
    await patchBooleans(partial);
    await rename(partial, path);
  } catch (cause) {
    await rm(partial, { force: true });
    if (cause instanceof TypeError) throw cause;
    const code = (cause as NodeJS.ErrnoException).code;
    const reason = code ?? /(?:errno = \d+, )?error message = '([^']+)'/.exec((cause as Error).message)?.[1];
    const problem = `cannot be written (${reason ?? (cause as Error).message.split("\n")[0]})`;
    throw new FileError(path, "", problem, "Check that the folder is writable and the disk has room", { cause });
  }
}

async function writeFile(adata: AnnData, path: string): Promise<void> {
  const hdf5 = await loadHdf5();
  // The oldest layout: every reader knows it, and it has no checksums over what patchBooleans changes.
  const file = new hdf5.File(path, "w", { libver: ["earliest", "latest"] });
  try {
    writeRoot(file);
    writeMatrix(file, "X", adata.X);
    writeFrame(file, "obs", adata.obs);
    writeFrame(file, "var", adata.var);
    writeEntries(file, "layers", adata.layers);
    writeEntries(file, "obsm", adata.obsm);
    writeEntries(file, "varm", adata.varm);
    writeEntries(file, "obsp", adata.obsp);
    writeEntries(file, "varp", {});
    writeUns(file, "uns", adata.uns, "uns");
    if (adata.raw) writeRaw(file, adata.raw);
  } finally {
    file.close();
  }
}
