import type { AdamOptions } from "./adam.js";
import type { Feeds, InputSpecs } from "./inputs.js";
import type { NamedTensors, Tensor, TensorValues, Variable } from "./tensorflow.js";

/** A function that a program can run beside its training step. */
export interface ProgramFunction {
  readonly inputs: InputSpecs;
  readonly run: (inputs: NamedTensors) => NamedTensors;
}

/** What {@link compile} compiles: plain TensorFlow.js, with its own automatic differentiation. */
export interface ProgramSpec {
  /** Inputs of the training step. */
  readonly inputs?: InputSpecs;
  /** The scalar to minimise with the optimizer. Either `loss` or `step` or neither. */
  readonly loss?: (inputs: NamedTensors) => Tensor;
  /** A whole training step that assigns variables itself and returns its loss. */
  readonly step?: (inputs: NamedTensors) => Tensor;
  /** Every variable that the functions read or assign; those that are trainable are trained. */
  readonly variables: Readonly<Record<string, Variable>>;
  /** The optimizer for `loss`. Default: Adam with PyTorch's defaults. */
  readonly optimizer?: AdamOptions;
  readonly functions?: Readonly<Record<string, ProgramFunction>>;
  /** Run operation by operation even where graphs can run. Default: false. */
  readonly eager?: boolean;
}

/** Everything that training changes: enough to go on from there. */
export interface ProgramState {
  /** Training steps taken. */
  readonly step: number;
  readonly variables: Readonly<Record<string, TensorValues>>;
  /** Adam's moments by variable; absent where they were not asked for, or there are none. */
  readonly moments?: {
    readonly first: Readonly<Record<string, TensorValues>>;
    readonly second: Readonly<Record<string, TensorValues>>;
  };
}

/** Options of {@link Program.pull}. */
export interface PullOptions {
  /** With the optimizer's moments. Default: true. */
  readonly moments?: boolean;
}

/** A compiled training step and functions, with the variables they share. */
export interface Program {
  /** True where operations run one by one. */
  readonly eager: boolean;
  /** Takes one training step and returns the loss before it. */
  train(inputs: Feeds, learningRate: number): number;
  /** Runs a function and returns its results' values. */
  call(name: string, inputs: Feeds): Record<string, TensorValues>;
  /** Reads the state out of the program. */
  pull(options?: PullOptions): ProgramState;
  /** Puts a state back; without moments those of the program stay. */
  push(state: ProgramState): void;
  /** Frees the graph or the moments. The variables belong to the caller. */
  dispose(): void;
}
