import { DataType, typeAttribute, type Attribute, type Attributes } from "./graph.js";
import type { EagerAttribute, EagerInput, NativeBackend } from "./native-backend.js";

/** Type attributes that eager kernels leave to inference and a graph must state: attribute → index of the input. */
const INFERRED_TYPES: Record<string, Record<string, number>> = {
  Where: { T: 0 },
  Select: { T: 1 },
  GatherNd: { Tparams: 0, Tindices: 1 },
  ExpandDims: { T: 0, Tdim: 1 },
};

/** The attributes of an eager operation as those of a graph's node. */
export function graphAttributes(
  backend: NativeBackend,
  operation: string,
  eager: readonly EagerAttribute[],
  inputs: readonly EagerInput[],
): Attributes {
  const attributes: Attributes = {};
  for (const attribute of eager) attributes[attribute.name] = graphAttribute(backend, operation, attribute);
  for (const [key, index] of Object.entries(INFERRED_TYPES[operation] ?? {})) {
    attributes[key] ??= typeAttribute(backend.getDTypeInteger(inputs[index]!.dtype));
  }
  return attributes;
}

function graphAttribute(backend: NativeBackend, operation: string, { name, type, value }: EagerAttribute): Attribute {
  const { binding } = backend;
  switch (type) {
    case binding.TF_ATTR_TYPE:
      return typeAttribute(value as number);
    case binding.TF_ATTR_BOOL:
      return { kind: "bool", value: value as boolean };
    case binding.TF_ATTR_STRING:
      return { kind: "string", value: value as string };
    case binding.TF_ATTR_SHAPE:
      return { kind: "shape", value: value as number[] };
    case binding.TF_ATTR_INT:
      return Array.isArray(value) ? { kind: "ints", value } : { kind: "int", value: value as number };
    case binding.TF_ATTR_FLOAT:
      return Array.isArray(value) ? { kind: "floats", value } : { kind: "float", value: value as number };
    default:
      throw new Error(`The operation ${operation} cannot be compiled: its attribute "${name}" is of an unknown kind.`);
  }
}

/** A constant's values in the array type of its data type. */
export function typedValues(dtype: number, values: ArrayLike<number>): Float32Array | Int32Array | Uint8Array {
  switch (dtype) {
    case DataType.FLOAT:
      return values instanceof Float32Array ? values : Float32Array.from(values);
    case DataType.INT32:
      return values instanceof Int32Array ? values : Int32Array.from(values);
    case DataType.BOOL:
      return values instanceof Uint8Array ? values : Uint8Array.from(values);
    default:
      throw new Error("A compiled function uses a constant that is neither float32, int32 nor bool.");
  }
}
