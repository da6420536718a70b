import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type AnnData, hashMatrix } from "../../lib/anndata/index.js";
import { cacheFolder, pbmc3k, REGISTRY } from "../../lib/datasets/index.js";
import * as engine from "../../lib/engine/index.js";
import { loadSampleModel, type SampleModel } from "../../lib/repair/index.js";
import { SAMPLE_MODEL_FORMAT } from "../../lib/repair/sample/sample-model.js";
import { expressionValues } from "../../lib/repair/sample/expression-values.js";
import { Failure } from "../failure.js";
import { downloadProgress } from "../fetch-command.js";
import { VERSION } from "../package-root.js";
import { readCellsOrSet } from "../read-cells.js";
import type { Terminal } from "../terminal.js";
import { trainInto, type TrainingSettings } from "../train/train-into.js";

const SETTINGS = { genes: 2000, budget: "quick", seed: 0 } as const satisfies Omit<TrainingSettings, "name">;

/** Where a model on certain data lies in the cache, whether it is there or not: by data, settings, package and engine. */
export const cachedModelFolder = async (dataHash: string): Promise<string> => {
  const { name } = await engine.backendReport();
  const form = { version: VERSION, format: SAMPLE_MODEL_FORMAT, engine: name };
  const key = JSON.stringify({ dataHash, ...SETTINGS, ...form });
  return join(cacheFolder(), "models", createHash("sha256").update(key).digest("hex").slice(0, 20));
};

/** The folder of the blood model. */
export const bloodModelFolder = (): Promise<string> => cachedModelFolder(REGISTRY.pbmc3k.sha256);

/** How a cached model is made where it is not there. */
export interface CacheOptions {
  readonly terminal: Terminal;
  readonly signal?: AbortSignal;
}

/** The model for blood, trained on PBMC3k where it is not in the cache. */
export const bloodModel = async (options: CacheOptions): Promise<CachedModel> => {
  const { terminal, signal } = options;
  const folder = await bloodModelFolder();
  return cached(folder, "PBMC3k", options, () =>
    pbmc3k({
      ...{ signal, onProgress: downloadProgress("pbmc3k", terminal) },
      onNotice: (line) => terminal.write(`${line}\n`),
    }),
  );
};

/** A model trained on a file or data set, of the cache where it is there. */
export const modelTrainedOn = async (source: string, options: CacheOptions): Promise<CachedModel> => {
  const { name, adata } = await readCellsOrSet(source, (line) => options.terminal.write(`${line}\n`));
  const { X, var: features } = (await expressionValues(adata)) ?? adata;
  return cached(await cachedModelFolder(hashMatrix(X, features.index)), name, options, async () => adata);
};

/** A model and where it lies. */
export interface CachedModel {
  readonly folder: string;
  readonly trained: SampleModel;
}

const cached = async (
  folder: string,
  name: string,
  { terminal, signal }: CacheOptions,
  cells: () => Promise<AnnData>,
): Promise<CachedModel> => {
  if (existsSync(folder)) return { folder, trained: await loadSampleModel(folder) };
  terminal.write(`training a model on ${name}, once; it is kept in ${folder}\n`);
  await mkdir(dirname(folder), { recursive: true }).catch(({ code }: NodeJS.ErrnoException) => {
    throw new Failure(
      `the cache folder ${dirname(folder)} cannot be made (${code}): set DIFFREPAIRER_CACHE to one that can, or name a model with --model`,
    );
  });
  const training = trainInto(folder, await cells(), { name, ...SETTINGS }, { terminal, signal });
  const trained = await training.catch((error: unknown) => {
    // Another process may have made the same model meanwhile.
    if (existsSync(folder)) return loadSampleModel(folder);
    throw error;
  });
  return { folder, trained };
};
