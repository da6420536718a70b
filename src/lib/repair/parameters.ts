import type { TensorValues, Tf, Variable } from "../engine/tensorflow.js";
import { random, type Random } from "../stats/random.js";
import { linearBound, xavierUniformBound } from "./initialisation.js";
import type { AttentionWeights, EncoderLayerWeights, LayerNormWeights, LinearWeights } from "./layers.js";

/** What a network's variables start from: a seed, or the values of a network trained before. */
export type Start = number | ((name: string, shape: readonly number[]) => Float32Array);

/** Fills an array with first values. */
type Fill = (values: Float32Array, stream: () => Random) => void;

/**
 * A network's trainable variables by PyTorch's names, initialised from PyTorch's distributions. Every one has its own
 * stream of the seed, so that adding a layer changes no other's start; layers of a stack differ, where PyTorch's
 * `TransformerEncoder` copies one.
 */
export class Parameters {
  readonly variables: Record<string, Variable> = {};

  constructor(
    private readonly tf: Tf,
    private readonly start: Start,
    private readonly network: string,
  ) {}

  /** Number of trainable values. */
  get count(): number {
    return Object.values(this.variables).reduce((sum, { size }) => sum + size, 0);
  }

  /**
   * PyTorch's `nn.Linear`: weight and bias uniform within ±1/√inputs; times `scale` for layers that start small, or with a `bias`
   * known beforehand.
   */
  linear(name: string, inputs: number, outputs: number, scale = 1, bias?: Float32Array): Required<LinearWeights> {
    const bound = scale * linearBound(inputs);
    return {
      weight: this.#uniform(`${name}.weight`, [outputs, inputs], bound),
      bias: bias ? this.given(`${name}.bias`, bias, [outputs]) : this.#uniform(`${name}.bias`, [outputs], bound),
    };
  }

  /** As many linear maps without bias as `count`, count × inputs × outputs, each uniform within ±1/√inputs. */
  stack(name: string, count: number, inputs: number, outputs: number): Variable {
    return this.#uniform(name, [count, inputs, outputs], linearBound(inputs));
  }

  /** Normal values of mean zero. */
  normal(name: string, shape: number[], sd: number): Variable {
    return this.#add(name, shape, (values, stream) => {
      stream().fillNormal(values);
      for (let i = 0; i < values.length; i++) values[i]! *= sd;
    });
  }

  /** Values known beforehand; trained on from there. */
  given(name: string, values: Float32Array, shape: number[]): Variable {
    return this.#add(name, shape, (own) => own.set(values));
  }

  layerNorm(name: string, size: number): LayerNormWeights {
    return { weight: this.#constant(`${name}.weight`, size, 1), bias: this.#constant(`${name}.bias`, size, 0) };
  }

  /** PyTorch's `nn.MultiheadAttention`: Xavier uniform for the stacked projection, zero biases. */
  attention(name: string, width: number): AttentionWeights {
    const inProjection = {
      weight: this.#uniform(`${name}.in_proj_weight`, [3 * width, width], xavierUniformBound(width, 3 * width)),
      bias: this.#constant(`${name}.in_proj_bias`, 3 * width, 0),
    };
    const outProjection = {
      weight: this.#uniform(`${name}.out_proj.weight`, [width, width], linearBound(width)),
      bias: this.#constant(`${name}.out_proj.bias`, width, 0),
    };
    return { inProjection, outProjection };
  }

  encoderLayer(name: string, width: number, feedForward: number): EncoderLayerWeights {
    return {
      attention: this.attention(`${name}.self_attn`, width),
      linear1: this.linear(`${name}.linear1`, width, feedForward),
      linear2: this.linear(`${name}.linear2`, feedForward, width),
      norm1: this.layerNorm(`${name}.norm1`, width),
      norm2: this.layerNorm(`${name}.norm2`, width),
    };
  }

  /** A value that training leaves alone. */
  fixed(name: string, values: Float32Array, shape: number[]): Variable {
    return this.#add(name, shape, (own) => own.set(values), false);
  }

  /** Puts values into a variable. */
  set(name: string, values: TensorValues): void {
    const variable = this.variables[name]!;
    this.tf.tidy(() => variable.assign(this.tf.tensor(values, variable.shape)));
  }

  dispose(): void {
    for (const variable of Object.values(this.variables)) variable.dispose();
  }

  #uniform(name: string, shape: number[], bound: number): Variable {
    return this.#add(name, shape, (values, stream) => {
      stream().fillUniform(values);
      for (let i = 0; i < values.length; i++) values[i] = (2 * values[i]! - 1) * bound;
    });
  }

  #constant(name: string, size: number, value: number): Variable {
    return this.#add(name, [size], (values) => values.fill(value));
  }

  #add(name: string, shape: number[], fill: Fill, trainable = true): Variable {
    const { tf } = this;
    const variable = tf.tidy(() => tf.variable(tf.tensor(this.#first(name, shape, fill), shape), trainable));
    this.variables[name] = variable;
    return variable;
  }

  #first(name: string, shape: number[], fill: Fill): Float32Array {
    const { start, network } = this;
    if (typeof start !== "number") return start(name, shape);
    const values = new Float32Array(shape.reduce((product, length) => product * length, 1));
    fill(values, () => random(start, network, name));
    return values;
  }
}
