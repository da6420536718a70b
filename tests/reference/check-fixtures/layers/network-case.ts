import type { NamedTensors, Tensor, Tf } from "../../../../src/lib/engine/tensorflow.js";
import type { FixtureCase } from "../fixture-case.js";
import { float32, FLOAT32_GRADIENTS, FLOAT32_LAYERS, type Marked, type Results } from "../results.js";

/** What computes the cases whose names match. */
export type Kind = readonly [RegExp, (network: NetworkCase) => Results];

/** A case of the area layers: its arrays as tensors. */
export class NetworkCase {
  constructor(
    readonly tf: Tf,
    readonly fixture: FixtureCase,
  ) {}

  parameter<T = number>(name: string): T {
    return this.fixture.parameters[name] as T;
  }

  input(name: string): Tensor {
    const { shape } = this.fixture.inputs[name]!;
    return this.tf.tensor(Float32Array.from(this.fixture.input(name)), shape);
  }

  /** Inputs by name. */
  inputs(...names: readonly string[]): NamedTensors {
    return Object.fromEntries(names.map((name) => [name, this.input(name)]));
  }

  /** The inputs named `param.<name>`, by name. */
  weights(): NamedTensors {
    const names = Object.keys(this.fixture.inputs).filter((name) => name.startsWith("param."));
    return Object.fromEntries(names.map((name) => [name.slice("param.".length), this.input(name)]));
  }

  /** The gradients of a scalar by its arguments, named for the results. */
  gradients(loss: (tensors: NamedTensors) => Tensor, tensors: NamedTensors, prefix = "grad."): Results {
    const names = Object.keys(tensors);
    const byName = (values: readonly Tensor[]) => Object.fromEntries(names.map((name, i) => [name, values[i]!]));
    const found = this.tf.grads((...values) => loss(byName(values)))(Object.values(tensors));
    return Object.fromEntries(
      names.map((name, i) => [`${prefix}${name}`, float32(found[i]!.dataSync(), FLOAT32_GRADIENTS)]),
    );
  }

  /** A block's output, and the gradients of Σ output · upstream_grad by its inputs and weights. */
  block(apply: (inputs: NamedTensors, weights: NamedTensors) => Tensor, names: readonly string[] = ["x"]): Results {
    const inputs = this.inputs(...names);
    const weights = this.weights();
    const upstream = this.input("upstream_grad");
    const gradients = this.gradients((tensors) => apply(tensors, tensors).mul(upstream).sum(), {
      ...inputs,
      ...weights,
    });
    return { y: values(apply(inputs, weights)), ...gradients };
  }
}

/** A tensor's numbers as a result. */
export function values(tensor: Tensor): Marked {
  return float32(tensor.dataSync(), FLOAT32_LAYERS);
}
