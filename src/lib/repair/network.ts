import type { DenseMatrix } from "../anndata/dense.js";
import type { NamedTensors, Tensor, Tf } from "../engine/tensorflow.js";
import type { NetworkModel } from "./network-model.js";
import type { Parameters, Start } from "./parameters.js";
import type { SeveritySource } from "./severity-source.js";
import type { Scaling, TrainingData } from "./training-data.js";

/** A network's sizes and settings; plain numbers and words, so that they can be saved. */
export type NetworkConfig = Readonly<Record<string, number | string | boolean>>;

/** What a network sees of a batch of cells. */
export interface NetworkInput {
  /** Degraded values, log1p: B × G. */
  readonly y: Tensor;
  /** The same z-scored with the clean training cells' mean and sd. */
  readonly z: Tensor;
  /** Severity of each cell, B × 3 ({@link SEVERITY_NAMES}); zeros where the kind does not ask for it. */
  readonly severity: Tensor;
}

/** What a network says of the clean cells. */
export interface NetworkOutput {
  /** Their values, z-scored: B × G. */
  readonly x: Tensor;
  /** Standard deviation of what is not known about x, z-scored: B × G. */
  readonly sd?: Tensor;
  /** Probability that the gene is expressed in the clean cell: B × G. */
  readonly pExpressed?: Tensor;
}

/** A batch in training. */
export interface TrainingBatch extends NetworkInput {
  /** Clean values, z-scored: B × G. */
  readonly target: Tensor;
  /** Clean values, log1p: B × G. */
  readonly clean: Tensor;
  /** One for a cell, zero for padding: B. */
  readonly weight: Tensor;
  /** The draws that {@link Network.random} asks for. */
  readonly random: NamedTensors;
}

/** Random numbers of a training step: B × columns, drawn anew for every step. */
export interface RandomInput {
  readonly columns: number;
  readonly distribution: "normal" | "uniform";
}

/** Something a trained network can be asked beside its repair. */
export interface NetworkView {
  /** What must be given beside the cells: columns by name. Default: nothing. */
  readonly given?: Readonly<Record<string, number>>;
  /** Every result has the cells as first axis. */
  readonly show: (input: NetworkInput, given: NamedTensors) => NamedTensors;
}

/** A network. */
export interface Network {
  readonly parameters: Parameters;
  /** Random numbers that its loss takes, by name. Default: none. */
  readonly random?: Readonly<Record<string, RandomInput>>;
  forward(input: NetworkInput): NetworkOutput;
  /** The scalar to minimise. Default: the mean squared error of x, the paper's. */
  loss?(batch: TrainingBatch): Tensor;
  /** What else can be asked of a trained network, such as its attention. */
  readonly views?: Readonly<Record<string, NetworkView>>;
  /** Frees tensors that are no parameters. */
  dispose?(): void;
}

/** Arrays that a network needs beside its weights, learned in closed form before the training. */
export type Facts = Readonly<Record<string, Float32Array>>;

/** What a network is built for. */
export interface NetworkGround {
  readonly genes: number;
  readonly scaling: Scaling;
  readonly facts: Facts;
}

/** A kind of network: how to name and build it. */
export interface NetworkKind<Config extends NetworkConfig = NetworkConfig> {
  readonly name: string;
  readonly label: string;
  /** Default of the learning rate. */
  readonly learningRate: number;
  /** Default of the weight decay. Default: 1e-4. */
  readonly weightDecay?: number;
  /** Largest norm of all gradients together. Default: no limit. */
  readonly clipNorm?: number;
  /** Cells that it repairs at once, where they are not as many as with other kinds. */
  repairBatch?(config: Config): number | undefined;
  /** Whether it is told the cells' severity. Default: false. */
  readonly usesSeverity?: boolean;
  /** Learns the facts it needs from the training cells; `severity` is that of kinds which use it. Default: none. */
  facts?(tf: Tf, data: TrainingData, config: Config, severity: SeveritySource): Facts;
  build(tf: Tf, ground: NetworkGround, config: Config, start: Start): Network;
  /** Sets parameters that training left alone by what the trained network does on the validation cells. Default: nothing. */
  settle?(model: NetworkModel, network: Network, data: TrainingData): void;
  /** Draws repaired z-scores, cells × genes, towards training cells in place: {@link RepairOptions.contrast}. Default: it cannot. */
  contrast?(z: DenseMatrix, facts: Facts, strength: number): void;
}

/** The mean over a batch's cells of one number each, padding left out. */
export function meanOverCells(perCell: Tensor, weight: Tensor): Tensor {
  return perCell.mul(weight).sum().div(weight.sum());
}

/** Mean squared error of z-scores over cells and genes: the paper's objective. */
export function meanSquaredError(x: Tensor, { target, weight }: Pick<TrainingBatch, "target" | "weight">): Tensor {
  return meanOverCells(x.sub(target).square().mean(1), weight);
}
