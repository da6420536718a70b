import type { Tensor, Tf } from "../engine/tensorflow.js";
import type { Scaling } from "./training-data.js";

/** z-scores as tensor operations, for use inside programs: log1p values in, log1p values out. */
export class Scaler {
  readonly #mean: Tensor;
  readonly #sd: Tensor;

  constructor(
    private readonly tf: Tf,
    { mean, sd }: Scaling,
  ) {
    this.#mean = tf.tensor1d(mean);
    this.#sd = tf.tensor1d(sd);
  }

  /** log1p values, cells × genes → z-scores. */
  toZ(x: Tensor): Tensor {
    return x.sub(this.#mean).div(this.#sd);
  }

  /** z-scores → log1p values. */
  fromZ(z: Tensor): Tensor {
    return z.mul(this.#sd).add(this.#mean);
  }

  /** Standard deviations of z-scores → of log1p values. */
  spreadFromZ(sd: Tensor): Tensor {
    return sd.mul(this.#sd);
  }

  /** Standard deviations of log1p values → of z-scores. */
  spreadToZ(sd: Tensor): Tensor {
    return sd.div(this.#sd);
  }

  dispose(): void {
    this.tf.dispose([this.#mean, this.#sd]);
  }
}
