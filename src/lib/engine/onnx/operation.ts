import { DataType } from "../graph.js";
import { OnnxType } from "./onnx-graph.js";

/** An operation, in both traces, with what the translation of operators asks of it. */
export interface Operation {
  /** How many inputs it has. */
  readonly inputs: number;
  /** The ONNX value of an input. */
  value(input: number): string;
  /** Axes of an input. */
  rank(input: number): number;
  /** An input's whole numbers, alike whatever the batch. */
  integers(input: number): number[];
  /** An input's whole numbers as an ONNX vector; what grows with the batch is computed from it. */
  lengths(input: number): string;
  flag(attribute: string): boolean;
  number(attribute: string): number;
}

const TYPES: Readonly<Record<number, number>> = {
  [DataType.FLOAT]: OnnxType.FLOAT,
  [DataType.INT32]: OnnxType.INT32,
  [DataType.BOOL]: OnnxType.BOOL,
};

/** ONNX's number of a TensorFlow type. */
export function onnxType(dtype: number): number {
  const type = TYPES[dtype];
  if (type === undefined) throw new Error(`ONNX export knows no values of TensorFlow's type ${dtype}.`);
  return type;
}
