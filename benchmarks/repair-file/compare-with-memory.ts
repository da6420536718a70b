import { AnnData, Frame } from "../../src/lib/anndata/index.js";
import { openH5ad } from "../../src/lib/io/index.js";
import { loadSampleModel, repairSample } from "../../src/lib/repair/index.js";

/**
 * Says how many values of a repaired file differ from the same repair in memory: cells that are repeated are repaired there once.
 *
 * @param period - after so many cells they come again.
 */
export async function compareWithMemory(input: string, output: string, model: string, period: number): Promise<string> {
  const source = await openH5ad(input);
  const once = Math.min(period, source.shape[0]);
  const names = source.obs.index.slice(0, once);
  const cells = new AnnData({ X: source.rows(0, once), obs: new Frame(names), var: source.var });
  source.close();
  const { adata } = await repairSample(cells, await loadSampleModel(model), { force: true, std: false });
  const wanted = adata.layers["repaired"]!;
  const file = await openH5ad(output, { matrix: "layers/repaired" });
  let [compared, differ] = [0, 0];
  for await (const { start, X } of file.chunks(1000)) {
    const rows = Int32Array.from({ length: X.shape[0] }, (_, i) => (start + i) % once);
    const [found, own] = [X.toDense().data, wanted.selectRows(rows).toDense().data];
    compared += found.length;
    for (let at = 0; at < found.length; at++) if (found[at] !== own[at]) differ++;
  }
  for (const name of ["repair_severity", "repair_confidence", "repair_distance"]) {
    const [found, own] = [file.obs.numbers(name), adata.obs.numbers(name)];
    for (let i = 0; i < found.length; i++) if (!Object.is(found[i], own[i % once])) differ++;
    compared += found.length;
  }
  file.close();
  return `${compared} values compared with the repair in memory, ${differ} differ`;
}
