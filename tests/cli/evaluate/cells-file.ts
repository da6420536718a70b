import { join } from "node:path";
import { onTestFinished, vi } from "vitest";
import type { AnnData } from "../../../src/lib/anndata/index.js";
import { writeH5ad } from "../../../src/lib/io/index.js";
import { simulate } from "../../helpers/simulate.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

/** Simulated counts under names of human genes, as an h5ad file. */
export async function cellsFile(change: (adata: AnnData) => void = () => undefined): Promise<string> {
  vi.stubEnv("DIFFREPAIRER_DATA", "/nowhere");
  onTestFinished(() => void vi.unstubAllEnvs());
  const adata = simulate({ cells: 150, genes: 50 });
  const index = adata.varNames.map((_, j) => ["CD3D", "GNLY", "MS4A1", "LYZ", "NKG7"][j] ?? `gene${j}`);
  Object.assign(adata.var, { index });
  change(adata);
  const path = join(temporaryFolder(), "cells.h5ad");
  await writeH5ad(adata, path);
  return path;
}
