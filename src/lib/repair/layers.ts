/** The building blocks of networks, equal to PyTorch's of the same names. */
export { elu, gelu, geluTanh, leakyRelu, silu, softplus } from "./layers/activations.js";
export {
  linearAttention,
  multiHeadAttention,
  type AttentionOptions,
  type AttentionWeights,
} from "./layers/attention.js";
export { encoderLayer, type EncoderLayerOptions, type EncoderLayerWeights } from "./layers/encoder-layer.js";
export { embedding, linear, type LinearWeights } from "./layers/linear.js";
export {
  batchMoments,
  batchNorm,
  layerNorm,
  runningMoments,
  type BatchMoments,
  type LayerNormWeights,
} from "./layers/normalisation.js";
