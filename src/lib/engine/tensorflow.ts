import type * as tensorflow from "@tensorflow/tfjs";

/** The TensorFlow.js API, as the chosen backend's package hands it out. */
export type Tf = typeof tensorflow;

/** A tensor of the chosen backend. */
export type Tensor = tensorflow.Tensor;
/** A tensor that training changes. */
export type Variable = tensorflow.Variable;
export type DataId = tensorflow.DataId;

/** Tensors by name. */
export type NamedTensors = Record<string, Tensor>;

/** What crosses the border of a program: the values of a tensor, row-major. */
export type TensorValues = Float32Array | Int32Array | Uint8Array;
