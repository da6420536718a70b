import type { DenseMatrix } from "../../anndata/dense.js";
import { spearman } from "../../metrics/spearman.js";
import { resolveOptions } from "../../options.js";
import { bootstrapMean } from "../../stats/bootstrap.js";
import { random } from "../../stats/random.js";
import type { NetworkModel } from "../network-model.js";
import type { RepairTask } from "../task.js";
import { dense } from "../training-data.js";
import { attention, classAttention, rollout } from "./attention.js";
import { influence, repairedWithout } from "./influence.js";
import { moduleCount } from "./modules.js";

/** Options of {@link faithfulness}. */
export interface FaithfulnessOptions {
  /** Numbers of modules to hide. Default: an eighth, a quarter and a half of them. */
  readonly hidden?: readonly number[];
  /** Random choices of modules to average over. Default: 5. */
  readonly draws?: number;
  /** Default: the task's. */
  readonly seed?: number;
}

/** How modules are chosen to be hidden from a cell's context. */
export type ModuleRanking = "attention" | "rollout" | "influence" | "random" | "least attention";

/** What hiding modules costs. */
export interface FaithfulnessRow {
  readonly ranking: ModuleRanking;
  /** Number of modules hidden. */
  readonly hidden: number;
  /** Rise of the mean squared error (z-scored) over the test cells, with its 95 % interval over cells. */
  readonly loss: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Whether attention points at what the repair rests on (the question of Jain & Wallace 2019, and Wiegreffe & Pinter 2019): hides
 * from each test cell's context the modules it attends to most, as many at random, and those it attends to least, and
 * measures how much the repair loses. Attention is faithful where hiding its modules costs more than hiding random ones;
 * integrated gradients stand beside it.
 *
 * @example
 * const rows = repair.faithfulness(model, task);
 */
export function faithfulness(
  model: NetworkModel,
  task: RepairTask,
  options: FaithfulnessOptions = {},
): FaithfulnessRow[] {
  const modules = moduleCount(model);
  const eighth = (parts: number) => Math.max(1, Math.round((modules * parts) / 8));
  const { hidden, draws, seed } = resolveOptions<Required<FaithfulnessOptions>>("repair.faithfulness", options, {
    hidden: [...new Set([1, 2, 4].map(eighth))],
    draws: 5,
    seed: task.seed,
  });
  const wrong = hidden.find((count) => !(Number.isInteger(count) && count > 0 && count <= modules));
  if (wrong !== undefined) throw new RangeError(`hidden must be from 1 to ${modules} modules, not ${wrong}`);
  const cells = task.degraded.test;
  const maps = attention(model, cells);
  const last = classAttention(maps, maps.layers.length - 1);
  const orders: Record<Exclude<ModuleRanking, "random">, DenseMatrix> = {
    attention: last,
    rollout: rollout(maps),
    influence: influence(model, cells),
    "least attention": negated(last),
  };
  const errors = (isHidden: (cell: number, module: number) => boolean) =>
    errorsOf(
      repairedWithout(model, cells, (cell, module) => Number(isHidden(cell, module))),
      task,
    );
  const intact = errors(() => false);
  const row = (ranking: ModuleRanking, count: number, losses: Float64Array): FaithfulnessRow => {
    const { mean, low, high } = bootstrapMean(losses, { seed });
    return { ranking, hidden: count, loss: mean, low, high };
  };
  return hidden.flatMap((count) => {
    const ranked = Object.entries(orders).map(([ranking, scores]) => {
      const places = placesOf(scores);
      const lost = errors((cell, module) => places[cell * modules + module]! < count);
      return row(
        ranking as ModuleRanking,
        count,
        lost.map((error, i) => error - intact[i]!),
      );
    });
    const sums = new Float64Array(cells.nObs);
    for (let draw = 0; draw < draws; draw++) {
      const stream = random(seed, "faithfulness", String(count), String(draw));
      const orders = Array.from({ length: cells.nObs }, () => stream.permutation(modules));
      errors((cell, module) => orders[cell]![module]! < count).forEach((error, i) => {
        sums[i]! += (error - intact[i]!) / draws;
      });
    }
    return [...ranked, row("random", count, sums)];
  });
}

/**
 * How alike several models rank the modules of the same cells: the mean over cells and pairs of models of Spearman's
 * correlation. The models must have the same modules: fits on the same training data with other seeds.
 *
 * @param scores - one cells × modules matrix a model.
 * @throws RangeError for fewer than two models.
 * @example
 * repair.rankAgreement([DenseMatrix.fromRows([[1, 2, 3]]), DenseMatrix.fromRows([[2, 3, 9]])]); // 1
 */
export function rankAgreement(scores: readonly DenseMatrix[]): number {
  if (scores.length < 2) throw new RangeError("agreement needs at least two models");
  const [cells] = scores[0]!.shape;
  let sum = 0;
  let pairs = 0;
  for (let i = 0; i < cells; i++) {
    for (let a = 0; a < scores.length; a++) {
      for (let b = 0; b < a; b++) {
        sum += spearman(scores[a]!.row(i), scores[b]!.row(i));
        pairs++;
      }
    }
  }
  return sum / pairs;
}

/** The place of every module of every cell, 0 for the highest score. */
function placesOf({ data, shape }: DenseMatrix): Int32Array {
  const [cells, modules] = shape;
  const places = new Int32Array(cells * modules);
  for (let i = 0; i < cells; i++) {
    const own = data.subarray(i * modules, (i + 1) * modules);
    const order = [...own.keys()].sort((a, b) => own[b]! - own[a]! || a - b);
    order.forEach((module, place) => (places[i * modules + module] = place));
  }
  return places;
}

function negated(scores: DenseMatrix): DenseMatrix {
  const copy = scores.copy();
  copy.data.forEach((value, at) => (copy.data[at] = -value));
  return copy;
}

/** Mean squared error of each test cell, z-scored. */
function errorsOf(z: DenseMatrix, { test, scaling }: RepairTask): Float64Array {
  const clean = dense(test).data;
  const genes = scaling.mean.length;
  const errors = new Float64Array(test.nObs);
  for (let at = 0; at < clean.length; at++) {
    const g = at % genes;
    errors[Math.floor(at / genes)]! += (z.data[at]! - (clean[at]! - scaling.mean[g]!) / scaling.sd[g]!) ** 2 / genes;
  }
  return errors;
}
