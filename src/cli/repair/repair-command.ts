import { existsSync, realpathSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { AnnData } from "../../lib/anndata/index.js";
import { openH5ad, writeH5ad } from "../../lib/io/index.js";
import {
  loadSampleModel,
  P_VALUE_WARNING,
  repairFile,
  repairSample,
  type RepairSampleOptions,
  type SampleModel,
  SampleRefused,
  type SampleReport,
  type SampleSeverity,
} from "../../lib/repair/index.js";
import { EXIT, Failure } from "../failure.js";
import { describeMatch, describeValues, matchJson, valuesJson } from "../inspect/describe-sample.js";
import { readCells } from "../read-cells.js";
import { clearLine, type Terminal } from "../terminal.js";
import { fileProgress } from "./file-progress.js";
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
  /** Cells of an h5ad file in memory at a time. */
  readonly chunk: number;
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
  const { out, json, signal } = options;
  checkPaths(input, options);
  const onLine = (line: string) => terminal.write(`${line}\n`);
  // What is wrong with a file is told before a model is made.
  let sample: AnnData | undefined;
  if (!isH5ad(input)) sample = await readCells(input, onLine);
  else (await openH5ad(input, { nonFinite: "keep", onNotice: () => undefined })).close();
  const { folder, trained } = await chosenModel(options, terminal);
  stopIf(signal);
  const { data } = trained.context.facts;
  onLine(`model: ${trained.model.label} trained on ${data.name}, ${trained.context.columns.length} genes (${folder})`);
  const repairing = sample
    ? repairRead(sample, trained, options, terminal)
    : repairBacked(input, trained, options, terminal);
  const report = await repairing.catch((error: unknown) => {
    if (error instanceof SampleRefused) {
      if (json) output.write(`${JSON.stringify({ input, model: folder, refused: error.message }, null, 2)}\n`);
      throw new Failure(`${input}: ${error.message}`, EXIT.refused);
    }
    stopIf(signal);
    throw error;
  });
  trained.model.dispose?.();
  const { confidence, unlike, warnings } = report;
  if (json) {
    const files = { input, output: out, model: folder };
    const found = { severity: report.severity, confidence, unlike };
    const all = { ...files, ...valuesJson(report), ...matchJson(report), ...found };
    output.write(`${JSON.stringify(all, null, 2)}\n`);
    return;
  }
  const match = describeMatch(report);
  const lines = [
    ...[describeValues(report), ...match],
    `severity: ${(100 * report.severity.median).toFixed(0)} % of a cell's seen genes lost, median (${report.severity.source})`,
    `confidence: r ${confidence.toFixed(2)} with the clean cell is to be expected, median, as far as the cells are like the training cells`,
    ...warnings.filter((warning) => !match.includes(warning)).map((warning) => `warning: ${warning}`),
    P_VALUE_WARNING,
    out,
  ];
  output.write(`${lines.join("\n")}\n`);
};

const isH5ad = (path: string): boolean => /\.h5ad$/i.test(path) && !statSync(path).isDirectory();

/** Repairs a sample in memory and writes it. */
const repairRead = async (
  sample: AnnData,
  trained: SampleModel,
  { out, signal, ...options }: RepairOptions,
  terminal: Terminal,
): Promise<SampleReport> => {
  terminal.write(`repairing ${sample.nObs} cells × ${sample.nVars} genes\n`);
  const { adata, report } = await repairSample(sample, trained, settingsOf(options));
  stopIf(signal);
  terminal.write(`writing ${out}\n`);
  await writeH5ad(adata, out, { compression: "gzip", compressionLevel: 1 });
  return report;
};

/** Repairs an h5ad file, which need not fit memory. */
const repairBacked = async (
  input: string,
  trained: SampleModel,
  { out, chunk, signal, ...options }: RepairOptions,
  terminal: Terminal,
): Promise<SampleReport> => {
  try {
    return await repairFile(input, out, trained, {
      ...settingsOf(options),
      ...{ chunk, signal, onProgress: fileProgress(terminal), onNotice: (line) => terminal.write(`${line}\n`) },
    });
  } finally {
    clearLine(terminal);
  }
};

const settingsOf = (options: Omit<RepairOptions, "out" | "chunk">): RepairSampleOptions => {
  const { severity, minShare, std, modelGenesOnly, intervals, force } = options;
  return { severity, minShare, std, modelGenesOnly: !!modelGenesOnly, intervals: !!intervals, force: !!force };
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

/** The model that is named, or else trained on cells of a tissue or of blood and kept. */
export const chosenModel = async (
  { model, trainOn, signal }: Pick<RepairOptions, "model" | "trainOn" | "signal">,
  terminal: Terminal,
): Promise<CachedModel> => {
  if (model !== undefined) return { folder: model, trained: await loadSampleModel(model) };
  return trainOn === undefined ? bloodModel({ terminal, signal }) : modelTrainedOn(trainOn, { terminal, signal });
};

const stopIf = (signal: AbortSignal | undefined): void => {
  if (signal?.aborted) throw new Failure("interrupted; nothing was written", EXIT.interrupted);
};
