export { backend, backendReport } from "./backend.js";
export type { Backend, BackendName, BackendOptions, BackendReport } from "./backend.js";
export { compile } from "./compile.js";
export type { AdamOptions } from "./adam.js";
export type { Feed, Feeds, InputSpec, InputSpecs } from "./inputs.js";
export type { Program, ProgramFunction, ProgramSpec, ProgramState, PullOptions } from "./program.js";
export type { NamedTensors, Tensor, TensorValues, Tf, Variable } from "./tensorflow.js";
