import type { NamedTensors, Tensor, Tf } from "../../../src/lib/engine/tensorflow.js";
import type { Network, TrainingBatch } from "../../../src/lib/repair/network.js";
import { prepare } from "../../../src/lib/repair/index.js";
import { simulate } from "../../helpers/simulate.js";

/** A task of 40 genes that small networks learn in no time. */
export const smallTask = () => prepare(simulate({ cells: 150 }), { nTopGenes: 40, draws: 2 });

/** A training that is short but long enough to see something learned. */
export const BRIEF = { batchSize: 32, epochs: 8, patience: 8, learningRate: 3e-3 };

/** Sizes of a small Transformer. */
export const TINY = { width: 16, layers: 1, heads: 2, feedForward: 16 };

/** A batch of random values; what is asked for is drawn from seeds, the last cells are padding. */
export function batchOf(tf: Tf, network: Network, genes: number, cells: number, padding = 0): TrainingBatch {
  const normal = (columns: number, seed: number) => tf.randomNormal([cells, columns], 0, 1, "float32", seed);
  const random: NamedTensors = {};
  Object.entries(network.random ?? {}).forEach(([name, { columns, distribution }], i) => {
    random[name] =
      distribution === "normal" ? normal(columns, 40 + i) : tf.randomUniform([cells, columns], 0, 1, "float32", 40 + i);
  });
  const weight = tf.tensor1d(Array.from({ length: cells }, (_, i) => (i < cells - padding ? 1 : 0)));
  const y = normal(genes, 1).abs();
  return {
    y,
    z: normal(genes, 2),
    severity: normal(3, 3),
    target: normal(genes, 4),
    clean: normal(genes, 5).abs(),
    weight,
    random,
  };
}

/** The number of a scalar. */
export const scalar = (tensor: Tensor): number => tensor.dataSync()[0]!;
