export { backend, backendReport } from "./backend.js";
export type { Backend, BackendName, BackendOptions, BackendReport } from "./backend.js";
export { compile } from "./compile.js";
export type { AdamOptions } from "./adam.js";
export type { Feed, Feeds, InputSpec, InputSpecs } from "./inputs.js";
export {
  cosineRate,
  cosineRestartsRate,
  linearRate,
  oneCycleRate,
  stepRate,
  warmUpCosineRate,
} from "./learning-rates.js";
export { applyAmsGrad, applyRmsProp, applySgd, withWeightDecay } from "./optimizers.js";
export type { RmsPropOptions, SgdOptions } from "./optimizers.js";
export type { Program, ProgramFunction, ProgramSpec, ProgramState, PullOptions } from "./program.js";
export type { NamedTensors, Tensor, TensorValues, Tf, Variable } from "./tensorflow.js";
