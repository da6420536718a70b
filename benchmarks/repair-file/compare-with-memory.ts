import { openH5ad, readH5ad } from "../../src/lib/io/index.js";
import { loadSampleModel, repairSample } from "../../src/lib/repair/index.js";

/** Says how many values of a repaired file's layer differ from those of the same repair in memory. */
export async function compareWithMemory(input: string, output: string, model: string): Promise<string> {
  const trained = await loadSampleModel(model);
  const { adata } = await repairSample(await readH5ad(input), trained, { force: true, std: false });
  const file = await openH5ad(output, { matrix: "layers/repaired" });
  let [compared, differ] = [0, 0];
  for await (const { start, X } of file.chunks(1000)) {
    const rows = Int32Array.from({ length: X.shape[0] }, (_, i) => start + i);
    const [found, wanted] = [X.toDense().data, adata.layers["repaired"]!.selectRows(rows).toDense().data];
    compared += found.length;
    for (let at = 0; at < found.length; at++) if (found[at] !== wanted[at]) differ++;
  }
  for (const name of ["repair_severity", "repair_confidence", "repair_distance"]) {
    const [found, wanted] = [file.obs.numbers(name), adata.obs.numbers(name)];
    for (let i = 0; i < found.length; i++) if (!Object.is(Math.fround(found[i]!), Math.fround(wanted[i]!))) differ++;
    compared += found.length;
  }
  file.close();
  return `${compared} values compared with the repair in memory, ${differ} differ`;
}
