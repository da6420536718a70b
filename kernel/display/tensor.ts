import type { MimeBundle } from "../protocol/messages.js";
import { hasMethods, propertyOf } from "./shape.js";

/** What is read of a TensorFlow.js tensor or variable. */
export interface TensorLike {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly size: number;
  readonly isDisposed: boolean;
  toString(verbose: boolean): string;
}

/** Values of larger tensors are not brought from where they are computed. */
const MAX_SIZE = 10_000_000;

/** Whether a value is a TensorFlow.js tensor, told by its shape. */
export function isTensor(value: object): value is TensorLike {
  return (
    typeof propertyOf(value, "dtype") === "string" &&
    Array.isArray(propertyOf(value, "shape")) &&
    typeof propertyOf(value, "dataId") === "object" &&
    hasMethods(value, ["dataSync", "arraySync", "dispose"])
  );
}

/** Type, shape and values, or that there are none any more. */
export function tensorBundle(tensor: TensorLike): MimeBundle {
  return { data: { "text/plain": textOfTensor(tensor) }, metadata: {} };
}

function textOfTensor(tensor: TensorLike): string {
  const name =
    propertyOf(tensor, "trainable") === undefined ? "Tensor" : `Variable "${String(propertyOf(tensor, "name"))}"`;
  const title = `${name} ${tensor.dtype} [${tensor.shape.join(", ")}]`;
  if (tensor.isDisposed) return `${title}, disposed`;
  if (tensor.size > MAX_SIZE) return `${title}, its ${tensor.size} values not shown`;
  try {
    const [, ...values] = tensor.toString(false).split("\n");
    return [title, ...values.map((line) => line.replace(/^ {4}/, ""))].join("\n");
  } catch (error) {
    return `${title}, its values cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}
