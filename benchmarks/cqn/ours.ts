import { readFileSync } from "node:fs";
import { DenseMatrix, pp } from "../../src/lib/index.js";
import { type ImputedResult, probesOf } from "../magic/imputed.js";
import type { StepProcess } from "../step-process.js";

/*
 * Our part of the CQN benchmark, step for step that of `peers/cqn.R`:
 *
 *     node ours.js COUNTS GENES SAMPLES COVARIATES SQN SECONDS
 *
 * SECONDS since 1970 at which the process was started. The last line printed is JSON.
 */

const [countsPath = "", geneCount = "", sampleCount = "", covariatesPath = "", sqn = "", began = ""] =
  process.argv.slice(2);
const sinceStart = (): number => Date.now() - Number(began) * 1e3;
const milliseconds: Record<string, number> = { import: sinceStart() };
const timed = <T>(name: string, work: () => T): T => {
  const begin = performance.now();
  const value = work();
  milliseconds[name] = performance.now() - begin;
  return value;
};

const numbers = (path: string) => new Float64Array(Uint8Array.from(readFileSync(path)).buffer);
const [genes, samples] = [Number(geneCount), Number(sampleCount)];
const { counts, covariates } = timed("read", () => ({
  counts: new DenseMatrix([genes, samples], Float32Array.from(numbers(countsPath))).transpose(),
  covariates: numbers(covariatesPath),
}));
const values = timed("CQN", () => {
  const [gc, lengths] = [covariates.subarray(0, genes), covariates.subarray(genes)];
  const found = pp.cqnOfMatrix(counts, gc, lengths, { sqn: sqn === "true" });
  const normalised = new Float64Array(genes * samples);
  for (let sample = 0; sample < samples; sample++) {
    const { y, offset } = found.sample(sample);
    for (let gene = 0; gene < genes; gene++) normalised[gene * samples + sample] = y[gene]! + offset[gene]!;
  }
  return normalised;
});
milliseconds["whole process"] = sinceStart();
const found: StepProcess<ImputedResult> = {
  milliseconds,
  memory: process.resourceUsage().maxRSS / 1024,
  result: { shape: [genes, samples], probes: probesOf(values) },
};
console.log(JSON.stringify(found));
