import { bytesField, floatField, message, varintField, type Bytes } from "./protobuf.js";

/** TensorFlow's numbers of the types used here (types.proto). */
export const DataType = { FLOAT: 1, INT32: 3, STRING: 7, INT64: 9, BOOL: 10 } as const;

/** The producer version written into a graph: that of TensorFlow 2.9, the oldest library tfjs-node 4.22 comes with. */
const PRODUCER = 1087;

/** The value of a node's attribute, with its kind in attr_value.proto. */
export type Attribute =
  | { readonly kind: "type" | "int" | "float"; readonly value: number }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "shape" | "ints" | "floats"; readonly value: readonly number[] }
  | { readonly kind: "tensor"; readonly dtype: number; readonly shape: readonly number[]; readonly content: Bytes };

export type Attributes = Record<string, Attribute>;

export const typeAttribute = (value: number): Attribute => ({ kind: "type", value });
export const shapeAttribute = (value: readonly number[]): Attribute => ({ kind: "shape", value });

/** One node of a graph, and what it is encoded as. */
export interface GraphNode {
  readonly name: string;
  readonly operation: string;
  readonly inputs: readonly string[];
  readonly attributes: Attributes;
  /** Shapes of the outputs of an operation that was traced. */
  readonly shapes: readonly (readonly number[])[];
  readonly bytes: Bytes;
}

/** Constants up to this many bytes are shared between the places that use them. */
const SHARED_CONSTANT_BYTES = 4096;

/** A TensorFlow graph under construction. Outputs are named `node:index`, control inputs `^node`. */
export class GraphBuilder {
  readonly nodes: GraphNode[] = [];
  readonly #constants = new Map<string, string>();

  /** Adds a node and returns its name. */
  add(
    operation: string,
    inputs: readonly string[],
    attributes: Attributes,
    name?: string,
    shapes: GraphNode["shapes"] = [],
  ): string {
    const unique = name ?? `${operation.replace(/^_/, "")}_${this.nodes.length}`;
    const bytes = message(
      bytesField(1, unique),
      bytesField(2, operation),
      ...inputs.map((input) => bytesField(3, input)),
      ...Object.entries(attributes).map(([key, value]) =>
        bytesField(5, message(bytesField(1, key), bytesField(2, encodeAttribute(value)))),
      ),
    );
    this.nodes.push({ name: unique, operation, inputs, attributes, shapes, bytes });
    return unique;
  }

  /** Adds a node and returns its first output. */
  output(operation: string, inputs: readonly string[], attributes: Attributes, name?: string): string {
    return `${this.add(operation, inputs, attributes, name)}:0`;
  }

  /** A node that does nothing but wait for others; returned as a control input. */
  barrier(outputs: Iterable<string>): string {
    const controls = new Set([...outputs].map((output) => `^${output.replace(/^\^|:\d+$/g, "")}`));
    return `^${this.add("NoOp", [...controls], {})}`;
  }

  placeholder(name: string, dtype: number, shape: readonly number[]): string {
    return this.output("Placeholder", [], { dtype: typeAttribute(dtype), shape: shapeAttribute(shape) }, name);
  }

  /** A constant tensor; `content` holds its values, row-major and little-endian. */
  constant(dtype: number, shape: readonly number[], content: Bytes): string {
    const small = content.byteLength <= SHARED_CONSTANT_BYTES;
    const key = small ? `${dtype}|${shape.join()}|${Buffer.from(content).toString("latin1")}` : "";
    const known = small ? this.#constants.get(key) : undefined;
    if (known !== undefined) return known;
    const value = { kind: "tensor", dtype, shape, content } as const;
    const output = this.output("Const", [], { dtype: typeAttribute(dtype), value });
    if (small) this.#constants.set(key, output);
    return output;
  }

  floatConstant(value: number): string {
    return this.constant(DataType.FLOAT, [], bytesOf(Float32Array.of(value)));
  }

  /** A shape as an int32 vector. */
  shapeConstant(shape: readonly number[]): string {
    return this.constant(DataType.INT32, [shape.length], bytesOf(Int32Array.from(shape)));
  }

  /** The graph as the content of a `saved_model.pb` without variables' values and signatures. */
  savedModel(): Bytes {
    const versions = varintField(1, PRODUCER);
    const graph = message(...this.nodes.map(({ bytes }) => bytesField(1, bytes)), bytesField(4, versions));
    const metaInfo = bytesField(4, "serve");
    return message(varintField(1, 1), bytesField(2, message(bytesField(1, metaInfo), bytesField(2, graph))));
  }
}

/** The bytes of a typed array, not copied. */
export function bytesOf(values: ArrayBufferView): Bytes {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

function encodeAttribute(attribute: Attribute): Bytes {
  switch (attribute.kind) {
    case "string":
      return bytesField(2, attribute.value);
    case "int":
      return varintField(3, attribute.value);
    case "float":
      return floatField(4, attribute.value);
    case "bool":
      return varintField(5, attribute.value ? 1 : 0);
    case "type":
      return varintField(6, attribute.value);
    case "shape":
      return bytesField(7, encodeShape(attribute.value));
    case "ints":
      return bytesField(1, message(...attribute.value.map((value) => varintField(3, value))));
    case "floats":
      return bytesField(1, message(...attribute.value.map((value) => floatField(4, value))));
    case "tensor": {
      const { dtype, shape, content } = attribute;
      return bytesField(8, message(varintField(1, dtype), bytesField(2, encodeShape(shape)), bytesField(4, content)));
    }
  }
}

function encodeShape(shape: readonly number[]): Bytes {
  return message(...shape.map((size) => bytesField(2, varintField(1, size))));
}
