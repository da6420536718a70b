import { setImmediate as nextTurn } from "node:timers/promises";
import type { AnnData } from "../anndata/anndata.js";
import type { DenseMatrix } from "../anndata/dense.js";
import { warmUpCosineRate } from "../engine/learning-rates.js";
import type { Program } from "../engine/program.js";
import type { TensorValues } from "../engine/tensorflow.js";
import { random } from "../stats/random.js";
import { BatchArrays, noSeverity, range, type NetworkCells } from "./batches.js";
import type { Checkpoints, TrainingState } from "./checkpoint.js";
import { diverged } from "./divergence.js";
import type { RandomInput } from "./network.js";
import type { SeveritySource } from "./severity-source.js";
import { dense, type TrainingData } from "./training-data.js";
import type { EpochRecord, TrainingHistory, TrainingProgress } from "./training-options.js";

/** The options of a training with every default filled in. */
export interface TrainingPlan {
  readonly method: string;
  readonly epochs: number;
  readonly patience: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly seed: number;
  /** Most steps; Infinity on native backends. */
  readonly stepBudget: number;
  readonly onProgress?: (progress: TrainingProgress) => void;
  readonly signal?: AbortSignal;
}

/** A training: what is trained, on what, and how. */
export interface Training {
  readonly program: Program;
  readonly data: TrainingData;
  /** Where the cells' severities come from; undefined for networks that do not use them. */
  readonly severity: SeveritySource | undefined;
  readonly random: Readonly<Record<string, RandomInput>>;
  readonly plan: TrainingPlan;
  readonly checkpoints: Checkpoints | undefined;
}

/** Seconds of the last steps, for the time left. */
const TIMED_STEPS = 20;

/**
 * Trains until the epochs are done, the validation loss has not fallen for the patience, or the step budget is spent.
 * Epoch e shows every training cell once, in random order, in draw e of its degradation.
 * Everything random depends on seed and epoch alone, so that a training resumed at an epoch's end takes the same course.
 */
export async function runTraining(
  training: Training,
): Promise<{ weights: Readonly<Record<string, TensorValues>>; history: TrainingHistory }> {
  const { program, data, plan, checkpoints } = training;
  const stepsPerEpoch = Math.ceil(data.train.nObs / plan.batchSize);
  const steps = Math.min(plan.epochs * stepsPerEpoch, plan.stepBudget);
  const epochs = Math.ceil(steps / stepsPerEpoch);
  const seconds: number[] = [];
  const state: TrainingState = (await checkpoints?.load()) ?? {
    epoch: 0,
    program: program.pull(),
    best: {},
    records: [],
  };
  if (state.epoch > 0) program.push(state.program);

  let step = state.program.step;
  let last = state.records.at(-1)?.trainingLoss;
  while (step < steps && !isOver(state.records, plan.patience)) {
    let lossSum = 0;
    let trained = 0;
    for (const batch of batches(training, state.epoch)) {
      if (step >= steps) break;
      plan.signal?.throwIfAborted();
      const start = performance.now();
      const loss = program.train(batch.inputs, learningRateAt(step, steps, plan.learningRate));
      if (!Number.isFinite(loss)) throw diverged(plan, { step, epoch: state.epoch, last, inputs: batch.inputs });
      last = loss;
      step++;
      lossSum += loss * batch.cells;
      trained += batch.cells;
      seconds.push((performance.now() - start) / 1000);
      if (seconds.length > TIMED_STEPS) seconds.shift();
      plan.onProgress?.({
        ...{ method: plan.method, epoch: state.epoch, epochs, step, steps },
        ...{ loss: lossSum / trained, secondsPerStep: median(seconds) },
      });
      // Steps block the thread; between two of them timers, sockets and interrupts have their turn.
      await nextTurn();
    }
    const record = {
      ...{ epoch: state.epoch, step, trainingLoss: lossSum / trained },
      validationLoss: validationLoss(training),
      learningRate: learningRateAt(step - 1, steps, plan.learningRate),
    };
    if (!Number.isFinite(record.validationLoss)) throw diverged(plan, { step, epoch: state.epoch, last });
    if (record.validationLoss < bestOf(state.records).validationLoss) {
      state.best = program.pull({ moments: false }).variables;
    }
    state.records.push(record);
    state.epoch++;
    plan.onProgress?.({
      ...{ method: plan.method, epoch: state.epoch, epochs, step, steps, loss: record.trainingLoss },
      ...{ validationLoss: record.validationLoss, secondsPerStep: median(seconds) },
    });
    await checkpoints?.offer(() => ({ ...state, program: program.pull() }));
  }
  const stopped =
    step < steps
      ? "no better for the patience"
      : steps < plan.epochs * stepsPerEpoch
        ? "step budget of a slow backend spent"
        : "all epochs done";
  const { records } = state;
  const history = {
    epochs: records,
    bestEpoch: bestOf(records).epoch,
    stopped,
    secondsPerStep: median(seconds),
  } as const;
  return { weights: state.best, history };
}

/** Linear warm-up over the first tenth of the steps, then half a cosine down to zero. */
export function learningRateAt(step: number, steps: number, peak: number): number {
  return warmUpCosineRate(step, peak, Math.ceil(steps / 10), steps);
}

function* batches({ data, severity, random: wanted, plan }: Training, epoch: number) {
  const { batchSize, seed, method } = plan;
  const degraded = networkCells(data.draw(epoch), severity);
  const clean = dense(data.train);
  const order = random(seed, method, "shuffle", String(epoch)).permutation(clean.shape[0]);
  const streams = Object.entries(wanted).map(([name, input]) => {
    return { name, ...input, stream: random(seed, method, name, String(epoch)) };
  });
  const arrays = new BatchArrays(batchSize);
  for (let start = 0; start < order.length; start += batchSize) {
    const rows = order.subarray(start, start + batchSize);
    const inputs: Record<string, Float32Array> = pairInputs(arrays, degraded, clean, rows);
    for (const { name, columns, distribution, stream } of streams) {
      const array = arrays.array(name, columns);
      inputs[name] = distribution === "normal" ? stream.fillNormal(array) : stream.fillUniform(array);
    }
    yield { inputs, cells: rows.length };
  }
}

/** Mean squared error over the validation cells, z-scored, whatever the training minimises. */
function validationLoss({ program, data, severity, plan }: Training): number {
  const degraded = networkCells(data.degraded.validation, severity);
  const clean = dense(data.validation);
  const cells = clean.shape[0];
  const arrays = new BatchArrays(plan.batchSize);
  let sum = 0;
  for (let start = 0; start < cells; start += plan.batchSize) {
    const rows = range(start, Math.min(cells, start + plan.batchSize));
    sum += program.call("error", pairInputs(arrays, degraded, clean, rows))["error"]![0]! * rows.length;
  }
  return sum / cells;
}

function networkCells(cells: AnnData, severity: SeveritySource | undefined): NetworkCells {
  return { values: dense(cells), severity: severity?.of(cells) ?? noSeverity(cells.nObs) };
}

function pairInputs(arrays: BatchArrays, degraded: NetworkCells, clean: DenseMatrix, rows: Int32Array | Uint32Array) {
  const weight = arrays.array("weight", 1).fill(0).fill(1, 0, rows.length);
  return { ...arrays.cells(degraded, rows), x: arrays.rows("x", clean, rows), weight };
}

const NONE: Pick<EpochRecord, "epoch" | "validationLoss"> = { epoch: -1, validationLoss: Infinity };

function bestOf(records: readonly EpochRecord[]): typeof NONE {
  return records.reduce<typeof NONE>(
    (best, record) => (record.validationLoss < best.validationLoss ? record : best),
    NONE,
  );
}

function isOver(records: readonly EpochRecord[], patience: number): boolean {
  return records.length > 0 && records.at(-1)!.epoch - bestOf(records).epoch >= patience;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}
