import { adamOptions, applyAdam, lossAndGradients, type Adam, type Moments } from "./adam.js";
import { feedTensors, type Feeds } from "./inputs.js";
import type { Program, ProgramSpec, ProgramState, PullOptions } from "./program.js";
import type { Tensor, TensorValues, Tf, Variable } from "./tensorflow.js";

/** A program that runs operation by operation, on any backend. */
export class EagerProgram implements Program {
  readonly eager = true;
  readonly #adam: Adam;
  readonly #trained: Map<string, Variable>;
  readonly #moments = new Map<string, Moments>();
  #step = 0;

  constructor(
    private readonly tf: Tf,
    private readonly spec: ProgramSpec,
  ) {
    this.#adam = adamOptions(spec.optimizer);
    const trained = spec.loss ? Object.entries(spec.variables).filter(([, { trainable }]) => trainable) : [];
    this.#trained = new Map(trained);
    for (const [name, { shape }] of trained) {
      const zeros = () => tf.tidy(() => tf.variable(tf.zeros(shape), false));
      this.#moments.set(name, { first: zeros(), second: zeros() });
    }
  }

  train(inputs: Feeds, learningRate: number): number {
    const { tf, spec } = this;
    return tf.tidy(() => {
      const tensors = feedTensors(tf, "train", spec.inputs ?? {}, inputs);
      this.#step++;
      return scalarOf(spec.step ? spec.step(tensors) : this.#minimise(tensors, learningRate));
    });
  }

  #minimise(tensors: Record<string, Tensor>, learningRate: number): Tensor {
    const { tf, spec } = this;
    const minimised = spec.loss;
    if (!minimised) throw new Error("This program has no training step.");
    const { loss, gradients } = lossAndGradients(tf, () => minimised(tensors), this.#trained, this.#adam.clipNorm);
    for (const [name, gradient] of Object.entries(gradients)) {
      const moments = this.#moments.get(name)!;
      applyAdam(tf, this.#adam, this.#trained.get(name)!, gradient, moments, learningRate, this.#step);
    }
    return loss;
  }

  call(name: string, inputs: Feeds): Record<string, TensorValues> {
    const { tf, spec } = this;
    const called = spec.functions?.[name];
    if (!called) throw new Error(`The program has no function "${name}".`);
    const results: Record<string, TensorValues> = {};
    tf.tidy(() => {
      const tensors = called.run(feedTensors(tf, name, called.inputs, inputs));
      for (const [key, tensor] of Object.entries(tensors)) results[key] = valuesOf(tensor);
    });
    return results;
  }

  pull({ moments = true }: PullOptions = {}): ProgramState {
    const variables = mapValues(this.spec.variables, valuesOf);
    if (!moments || this.#moments.size === 0) return { step: this.#step, variables };
    const first: Record<string, TensorValues> = {};
    const second: Record<string, TensorValues> = {};
    for (const [name, moment] of this.#moments) {
      first[name] = valuesOf(moment.first);
      second[name] = valuesOf(moment.second);
    }
    return { step: this.#step, variables, moments: { first, second } };
  }

  push(state: ProgramState): void {
    const { tf } = this;
    const set = (variable: Variable, what: string, values: TensorValues | undefined) => {
      if (!values) throw new Error(`The state has no values of ${what}.`);
      tf.tidy(() => variable.assign(tf.tensor(values.slice(), variable.shape, variable.dtype)));
    };
    for (const [name, variable] of Object.entries(this.spec.variables)) set(variable, name, state.variables[name]);
    if (state.moments) {
      for (const [name, { first, second }] of this.#moments) {
        set(first, `the first moment of ${name}`, state.moments.first[name]);
        set(second, `the second moment of ${name}`, state.moments.second[name]);
      }
    }
    this.#step = state.step;
  }

  dispose(): void {
    for (const { first, second } of this.#moments.values()) {
      first.dispose();
      second.dispose();
    }
    this.#moments.clear();
  }
}

function scalarOf(loss: Tensor): number {
  return loss.asScalar().dataSync()[0]!;
}

function valuesOf(tensor: Tensor): TensorValues {
  return tensor.dataSync<"float32" | "int32" | "bool">().slice();
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, map: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
