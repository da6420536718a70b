import { Frame, rowMajor } from "../../src/lib/anndata/index.js";
import { pbmc3k } from "../../src/lib/datasets/index.js";
import { writeH5adChunks } from "../../src/lib/io/index.js";
import { loadSampleModel } from "../../src/lib/repair/index.js";

/**
 * Writes PBMC3k's cells again and again, with the genes of a model and others up to a number.
 *
 * @returns after how many cells they come again.
 */
export async function tiledCells(path: string, model: string, cells: number, genes: number): Promise<number> {
  const whole = await pbmc3k();
  const { context } = await loadSampleModel(model);
  const known = new Set(context.columns);
  const others = whole.varNames.filter((gene) => !known.has(gene)).slice(0, Math.max(0, genes - known.size));
  const chosen = whole.select({ var: whole.varNames.filter((gene) => known.has(gene) || others.includes(gene)) });
  await writeH5adChunks(
    path,
    async (append) => {
      for (let start = 0; start < cells; start += chosen.nObs) {
        const count = Math.min(chosen.nObs, cells - start);
        append({ X: rowMajor(chosen.X.selectRows(Int32Array.from({ length: count }, (_, i) => i))) });
      }
      return { obs: new Frame(Array.from({ length: cells }, (_, i) => `cell${i}`)), var: new Frame(chosen.varNames) };
    },
    { compression: "gzip", compressionLevel: 1 },
  );
  return chosen.nObs;
}
