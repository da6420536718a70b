/** Bound of the uniform start of weights and biases of PyTorch's `nn.Linear`: He et al. 2015 with a slope of √5. */
export function linearBound(inputs: number): number {
  return 1 / Math.sqrt(inputs);
}

/** Bound of the uniform start that keeps variances both ways (Glorot & Bengio 2010). */
export function xavierUniformBound(inputs: number, outputs: number): number {
  return Math.sqrt(6 / (inputs + outputs));
}

/** Standard deviation of the normal start that keeps variances both ways. */
export function xavierNormalSd(inputs: number, outputs: number): number {
  return Math.sqrt(2 / (inputs + outputs));
}

/** Bound of the uniform start for weights before a ReLU (He et al. 2015). */
export function kaimingUniformBound(inputs: number): number {
  return Math.sqrt(6 / inputs);
}
