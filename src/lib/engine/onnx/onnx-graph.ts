import { bytesOf } from "../graph.js";
import { bytesField, message, varintField, type Bytes } from "../protobuf.js";

/** ONNX's numbers of the types used here (onnx.proto, TensorProto.DataType). */
export const OnnxType = { FLOAT: 1, INT32: 6, INT64: 7, BOOL: 9 } as const;

/** Versions of the format and of the operators: onnxruntime reads them from 1.14 on. */
const IR_VERSION = 8;
const OPERATORS = 18;

/** Kinds of attributes (onnx.proto, AttributeProto.AttributeType). */
const ATTRIBUTE = { int: 2, ints: 7 } as const;

/** Lengths of a tensor's axes; one that has a name may have any. */
export type OnnxShape = readonly (number | string)[];

/** A value's name in the file, its type and its shape. */
export interface OnnxValue {
  readonly name: string;
  readonly type: number;
  readonly shape: OnnxShape;
}

/** A graph of ONNX operators under construction; values are known by their names. */
export class OnnxGraph {
  readonly #nodes: Bytes[] = [];
  readonly #initializers: Bytes[] = [];
  readonly #constants = new Map<string, string>();
  #count = 0;

  /** Adds an operator and returns the names of its outputs. */
  node(
    operator: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, number | readonly number[]>> = {},
    outputs = 1,
  ): string[] {
    const names = Array.from({ length: outputs }, () => `v${this.#count++}`);
    this.#named(operator, inputs, names, attributes);
    return names;
  }

  /** Adds an operator with one output and returns its name. */
  apply(operator: string, inputs: readonly string[], attributes?: Parameters<OnnxGraph["node"]>[2]): string {
    return this.node(operator, inputs, attributes)[0]!;
  }

  /** Gives a value the name that it has outside. */
  rename(value: string, name: string): void {
    this.#named("Identity", [value], [name], {});
  }

  /** A tensor that is part of the file: row-major, little-endian. */
  tensor(type: number, shape: readonly number[], content: Bytes, name = `c${this.#count++}`): string {
    const dims = shape.map((side) => varintField(1, side));
    this.#initializers.push(
      bytesField(5, message(...dims, varintField(2, type), bytesField(8, name), bytesField(9, content))),
    );
    return name;
  }

  /** Whole numbers as a vector, such as a shape or axes. */
  integers(values: readonly number[]): string {
    const key = `i${values.join()}`;
    const name = this.#constants.get(key) ?? this.tensor(OnnxType.INT64, [values.length], int64(values));
    this.#constants.set(key, name);
    return name;
  }

  /** A single number. */
  scalar(value: number): string {
    const key = `f${value}`;
    const name = this.#constants.get(key) ?? this.tensor(OnnxType.FLOAT, [], bytesOf(Float32Array.of(value)));
    this.#constants.set(key, name);
    return name;
  }

  /** The content of an `.onnx` file; `about` is kept as its metadata. */
  model(
    inputs: readonly OnnxValue[],
    outputs: readonly OnnxValue[],
    about: Readonly<Record<string, string>>,
  ): readonly Bytes[] {
    const head = message(bytesField(2, "repair"));
    const borders = message(
      ...inputs.map((value) => bytesField(11, valueInfo(value))),
      ...outputs.map((value) => bytesField(12, valueInfo(value))),
    );
    // The graph's fields are not copied together: weights are most of them.
    const fields = [head, ...this.#nodes, ...this.#initializers, borders];
    const size = fields.reduce((sum, { byteLength }) => sum + byteLength, 0);
    if (size > MOST) throw new RangeError(`The network has ${size} bytes; an ONNX file holds at most ${MOST}`);
    const metadata = Object.entries(about).map(([key, value]) =>
      bytesField(14, message(bytesField(1, key), bytesField(2, value))),
    );
    return [
      message(varintField(1, IR_VERSION), bytesField(2, "diffrepairer"), ...metadata),
      bytesField(8, message(bytesField(1, ""), varintField(2, OPERATORS))),
      lengthOf(7, size),
      ...fields,
    ];
  }

  #named(
    operator: string,
    inputs: readonly string[],
    outputs: readonly string[],
    attributes: Readonly<Record<string, number | readonly number[]>>,
  ): void {
    const fields = Object.entries(attributes).map(([name, value]) => bytesField(5, attribute(name, value)));
    this.#nodes.push(
      bytesField(
        1,
        message(
          ...inputs.map((input) => bytesField(1, input)),
          ...outputs.map((output) => bytesField(2, output)),
          bytesField(4, operator),
          ...fields,
        ),
      ),
    );
  }
}

/** Protocol buffers end here. */
const MOST = 2 ** 31 - (1 << 20);

/** The start of a field of bytes that follow. */
function lengthOf(field: number, size: number): Bytes {
  // A varint field of the length has the same bytes but for its kind.
  const bytes = varintField(field, size);
  bytes[0]! |= 2;
  return bytes;
}

function attribute(name: string, value: number | readonly number[]): Bytes {
  const single = typeof value === "number";
  const content = single ? varintField(3, value) : message(...value.map((one) => varintField(8, one)));
  return message(bytesField(1, name), content, varintField(20, single ? ATTRIBUTE.int : ATTRIBUTE.ints));
}

function valueInfo({ name, type, shape }: OnnxValue): Bytes {
  const axes = shape.map((side) =>
    bytesField(1, typeof side === "number" ? varintField(1, side) : bytesField(2, side)),
  );
  const tensor = message(varintField(1, type), bytesField(2, message(...axes)));
  return message(bytesField(1, name), bytesField(2, bytesField(1, tensor)));
}

function int64(values: readonly number[]): Bytes {
  return bytesOf(BigInt64Array.from(values, (value) => BigInt(value)));
}
