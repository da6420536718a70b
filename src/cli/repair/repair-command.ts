import { existsSync, realpathSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { writeH5ad } from "../../lib/io/index.js";
import {
  loadSampleModel,
  P_VALUE_WARNING,
  repairSample,
  SampleRefused,
  type SampleSeverity,
} from "../../lib/repair/index.js";
import { EXIT, Failure } from "../failure.js";
import { describeMatch, describeValues, matchJson, valuesJson } from "../inspect/describe-sample.js";
import { readCells } from "../read-cells.js";
import type { Terminal } from "../terminal.js";
import { bloodModel, type CachedModel, modelTrainedOn } from "./model-cache.js";

/** What `diffrepairer repair` is told. */
export interface RepairOptions {
  readonly out: string;
  readonly model?: string;
  readonly trainOn?: string;
  readonly severity: "estimate" | SampleSeverity;
  readonly minShare: number;
  readonly modelGenesOnly?: true;
  readonly std: boolean;
  readonly intervals?: true;
  readonly force?: true;
  readonly json?: true;
  readonly signal?: AbortSignal;
}

/**
 * `diffrepairer repair`: repairs a sample and writes it as h5ad.
 *
 * @param terminal - told what is done.
 * @param output - where the result goes.
 */
export const repairCommand = async (
  input: string,
  options: RepairOptions,
  terminal: Terminal,
  output: Terminal,
): Promise<void> => {
  const { out, severity, minShare, modelGenesOnly, std, intervals, force, json, signal } = options;
  checkPaths(input, options);
  const onLine = (line: string) => terminal.write(`${line}\n`);
  const sample = await readCells(input, onLine);
  const { folder, trained } = await chosenModel(options, terminal);
  stopIf(signal);
  const { data } = trained.context.facts;
  onLine(`model: ${trained.model.label} trained on ${data.name}, ${trained.context.columns.length} genes (${folder})`);
  onLine(`repairing ${sample.nObs} cells × ${sample.nVars} genes`);
  const { adata, report } = await repairSample(sample, trained, {
    ...{ severity, minShare, std },
    ...{ modelGenesOnly: modelGenesOnly ?? false, intervals: intervals ?? false, force: force ?? false },
  }).catch((error: unknown) => {
    if (error instanceof SampleRefused) throw new Failure(`${input}: ${error.message}`, EXIT.refused);
    throw error;
  });
  stopIf(signal);
  onLine(`writing ${out}`);
  await writeH5ad(adata, out, { compression: "gzip", compressionLevel: 1 });
  trained.model.dispose?.();
  const { confidence, unlike, warnings } = report;
  if (json) {
    const files = { input, output: out, model: folder };
    const found = { severity: report.severity, confidence, unlike };
    const all = { ...files, ...valuesJson(report.values), ...matchJson(report), ...found };
    output.write(`${JSON.stringify(all, null, 2)}\n`);
    return;
  }
  const match = describeMatch(report);
  const lines = [
    ...[describeValues(sample, report), ...match],
    `severity: ${(100 * report.severity.median).toFixed(0)} % of a cell's seen genes lost, median (${report.severity.source})`,
    `confidence: r ${confidence.toFixed(2)} with the clean cell is to be expected, median, as far as the cells are like the training cells`,
    ...warnings.filter((warning) => !match.includes(warning)).map((warning) => `warning: ${warning}`),
    P_VALUE_WARNING,
    out,
  ];
  output.write(`${lines.join("\n")}\n`);
};

/** Everything that can be known to be wrong before the work begins. */
const checkPaths = (input: string, { out, model, trainOn }: RepairOptions): void => {
  const wrong = (message: string) => new Failure(message, EXIT.usage);
  if (!/\.h5ad$/i.test(out)) throw wrong(`--out ${out}: what is written is h5ad; give a name that ends in .h5ad`);
  if (!existsSync(input)) throw wrong(`there is no ${input}`);
  if (!existsSync(dirname(resolve(out)))) throw wrong(`there is no folder ${dirname(resolve(out))}; make it first`);
  if (existsSync(out) && realpathSync(out) === realpathSync(input)) {
    throw wrong(`${out} is the input itself, which stays as it is; write elsewhere`);
  }
  if (model !== undefined && trainOn !== undefined) throw wrong("--model and --train-on exclude each other");
};

const chosenModel = async ({ model, trainOn, signal }: RepairOptions, terminal: Terminal): Promise<CachedModel> => {
  if (model !== undefined) return { folder: model, trained: await loadSampleModel(model) };
  return trainOn === undefined ? bloodModel({ terminal, signal }) : modelTrainedOn(trainOn, { terminal, signal });
};

const stopIf = (signal: AbortSignal | undefined): void => {
  if (signal?.aborted) throw new Failure("interrupted; nothing was written", EXIT.interrupted);
};
