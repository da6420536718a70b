import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import type { AnnData } from "../../lib/anndata/index.js";
import * as engine from "../../lib/engine/index.js";
import { type BudgetName, type SampleModel, saveSampleModel, trainSampleModel } from "../../lib/repair/index.js";
import { EXIT, Failure } from "../failure.js";
import { clearLine, type Terminal } from "../terminal.js";
import { trainingProgress } from "./training-progress.js";

/** How a model for samples is trained. */
export interface TrainingSettings {
  /** What the cells are called. */
  readonly name: string;
  readonly genes: number;
  readonly budget: BudgetName;
  readonly seed: number;
}

/**
 * Trains a model for samples and writes it into a folder. An interrupted training leaves a checkpoint beside it, from which the next one of
 * the same settings goes on.
 *
 * @throws {Failure} that says how to go on, where the signal ends it.
 */
export const trainInto = async (
  folder: string,
  adata: AnnData,
  { name, genes: nTopGenes, budget, seed }: TrainingSettings,
  { terminal, signal }: { terminal: Terminal; signal?: AbortSignal },
): Promise<SampleModel> => {
  const onLine = (line: string) => terminal.write(`${line}\n`);
  const checkpoint = `${folder}.checkpoint`;
  await engine.backend({ onNotice: onLine });
  const training = {
    ...{ budget, seed, signal, checkpoint, checkpointSeconds: 0 },
    onProgress: trainingProgress(terminal),
  };
  try {
    const trained = await trainSampleModel(adata, { name, nTopGenes, seed, training, onLine });
    clearLine(terminal);
    await saveSampleModel(trained, folder);
    await rm(checkpoint, { recursive: true, force: true });
    return trained;
  } catch (error) {
    clearLine(terminal);
    if (!signal?.aborted) throw error;
    const next = existsSync(checkpoint)
      ? `the checkpoint in ${checkpoint} stays: the same command goes on from the last whole epoch`
      : "no epoch was whole: the same command begins anew";
    throw new Failure(`interrupted; ${next}`, EXIT.interrupted);
  }
};
