import { io, pp } from "../../src/lib/index.js";
import type { StepProcess } from "../step-process.js";
import { type ImputedResult, probesOf } from "./imputed.js";

/*
 * Our part of the MAGIC benchmark, step for step that of `peers/magic_impute.py`:
 *
 *     node ours.js INPUT OPTIONS SECONDS
 *
 * OPTIONS are JSON; SECONDS since 1970 at which the process was started. The last line printed is JSON.
 */

const [input = "", options = "", began = ""] = process.argv.slice(2);
const sinceStart = (): number => Date.now() - Number(began) * 1e3;
const milliseconds: Record<string, number> = { import: sinceStart() };
const timed = async <T>(name: string, work: () => T | Promise<T>): Promise<T> => {
  const begin = performance.now();
  const value = await work();
  milliseconds[name] = performance.now() - begin;
  return value;
};

const adata = await timed("read h5ad", () => io.readH5ad(input));
await timed("MAGIC", () => pp.magic(adata, JSON.parse(options) as pp.MagicOptions));
milliseconds["whole process"] = sinceStart();
const found: StepProcess<ImputedResult> = {
  milliseconds,
  memory: process.resourceUsage().maxRSS / 1024,
  result: { shape: adata.shape, probes: probesOf(adata.X.toDense().data) },
};
console.log(JSON.stringify(found));
