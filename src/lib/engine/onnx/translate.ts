import { bytesOf, DataType, type GraphBuilder, type GraphNode } from "../graph.js";
import type { Bytes } from "../protobuf.js";
import { OnnxGraph, OnnxType } from "./onnx-graph.js";
import { onnxType, type Operation } from "./operation.js";
import { OPERATORS } from "./operators.js";

/** Where a function's results are in a graph that was traced with a batch of some size. */
export interface TracedFunction {
  readonly graph: GraphBuilder;
  /** References of the results, by name. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly batch: number;
}

/** A variable's values. */
export interface Weights {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** The same place in both traces: `node:output`. */
type Place = readonly [string, string];

/** A whole number that may grow with the batch: its value in both traces. */
type Pair = readonly [number, number];

/**
 * Translates a function that was traced twice, with batches of two sizes, into ONNX for batches of any size: whole numbers
 * that differ between the traces (in shapes, repetitions) grow with the batch, everything else has to be equal.
 */
export class Translation {
  readonly onnx = new OnnxGraph();
  readonly #values = new Map<string, string>();
  readonly #nodes: readonly [ReadonlyMap<string, GraphNode>, ReadonlyMap<string, GraphNode>];
  readonly #batches: Pair;

  /**
   * @param variables - by the reference of their handle.
   * @param batched - name of an input whose first axis is the batch.
   */
  constructor(
    private readonly traces: readonly [TracedFunction, TracedFunction],
    private readonly variables: ReadonlyMap<string, Weights>,
    private readonly batched: string,
  ) {
    const [first, second] = traces.map(({ graph }) => new Map(graph.nodes.map((node) => [node.name, node])));
    this.#nodes = [first!, second!];
    this.#batches = [traces[0].batch, traces[1].batch];
  }

  /** Translates all results, under their names. */
  run(): void {
    const [first, second] = this.traces;
    for (const [name, ref] of Object.entries(first.outputs)) {
      this.onnx.rename(this.#value([ref, second.outputs[name]!]), name);
    }
  }

  #value(place: Place): string {
    const key = place.join();
    const known = this.#values.get(key);
    if (known !== undefined) return known;
    const [a, b] = this.#at(place);
    const made = this.#translate(a, b);
    made.forEach((value, i) => this.#values.set(place.map((ref) => `${nodeOf(ref)}:${i}`).join(), value));
    return this.#values.get(key)!;
  }

  #at(place: Place): readonly [GraphNode, GraphNode] {
    const [a, b] = place.map((ref, i) => unfilled(this.#nodes[i]!, nodeOf(ref)));
    if (a && b && a.operation === b.operation && a.inputs.length === b.inputs.length) return [a, b];
    throw new Error("The function does other things with batches of another size; it cannot be exported.");
  }

  #translate(a: GraphNode, b: GraphNode): readonly string[] {
    switch (a.operation) {
      case "Placeholder":
        return [a.name.slice(a.name.indexOf("/") + 1)];
      case "ReadVariableOp": {
        const { shape, data } = this.variables.get(a.inputs[0]!)!;
        return [this.onnx.tensor(OnnxType.FLOAT, shape, bytesOf(data), a.inputs[0]!.replace(/:0$/, ""))];
      }
      case "Const":
        return [this.#constant(a, b)];
    }
    const translate = OPERATORS[a.operation];
    if (!translate) throw new Error(`ONNX export knows no operation "${a.operation}".`);
    return translate(this.onnx, this.#operation(a, b));
  }

  #operation(a: GraphNode, b: GraphNode): Operation {
    const input = (i: number): Place => [a.inputs[i]!, b.inputs[i]!];
    const pairs = (i: number): Pair[] => {
      const [one, other] = this.#at(input(i)).map(integersOf);
      return one!.map((value, k) => [value, other![k]!]);
    };
    const attribute = (name: string) => {
      const found = a.attributes[name];
      if (found?.kind === "bool" || found?.kind === "int" || found?.kind === "type") return found.value;
      throw new Error(`ONNX export finds no attribute "${name}" of ${a.operation}.`);
    };
    return {
      inputs: a.inputs.length,
      value: (i) => this.#value(input(i)),
      rank: (i) => this.#rank(input(i)),
      integers: (i) =>
        pairs(i).map(([one, other]) => {
          if (one === other) return one;
          throw new Error(`ONNX export cannot let ${a.operation} depend on the batch.`);
        }),
      lengths: (i) => this.#lengths(pairs(i)),
      flag: (name) => Boolean(attribute(name)),
      number: (name) => Number(attribute(name)),
    };
  }

  #rank(place: Place): number {
    const [node] = this.#at(place);
    if (node.operation === "ReadVariableOp") return this.variables.get(node.inputs[0]!)!.shape.length;
    return (node.shapes[Number(place[0].split(":")[1])] ?? tensorOf(node).shape).length;
  }

  #lengths(pairs: readonly Pair[]): string {
    const [first, second] = this.#batches;
    if (pairs.every(([one, other]) => one === other)) return this.onnx.integers(pairs.map(([one]) => one));
    const batch = this.onnx.apply("Shape", [this.batched], { start: 0, end: 1 });
    const parts = pairs.map(([one, other]) => {
      if (one === other) return this.onnx.integers([one]);
      const times = one / first;
      if (times !== other / second) throw new Error("A length grows with the batch, but not in proportion to it.");
      return times === 1 ? batch : this.onnx.apply("Mul", [batch, this.onnx.integers([times])]);
    });
    return this.onnx.apply("Concat", parts, { axis: 0 });
  }

  #constant(a: GraphNode, b: GraphNode): string {
    const [one, other] = [tensorOf(a), tensorOf(b)];
    if (Buffer.compare(one.content, other.content) === 0 && one.shape.join() === other.shape.join()) {
      return this.onnx.tensor(onnxType(one.dtype), one.shape, one.content);
    }
    // Constants with an axis for the batch are of one repeated value.
    const size = one.content.byteLength / one.shape.reduce((product, side) => product * side, 1);
    const first = one.content.subarray(0, size);
    for (const { content } of [one, other]) {
      for (let at = 0; at < content.byteLength; at += size) {
        if (Buffer.compare(content.subarray(at, at + size), first) === 0) continue;
        throw new Error("The function has constants of its own for batches of another size; it cannot be exported.");
      }
    }
    const lengths = this.#lengths(one.shape.map((side, i) => [side, other.shape[i]!]));
    return this.onnx.apply("Expand", [this.onnx.tensor(onnxType(one.dtype), [], first), lengths]);
  }
}

interface ConstantTensor {
  readonly dtype: number;
  readonly shape: readonly number[];
  readonly content: Bytes;
}

function tensorOf({ operation, attributes }: GraphNode): ConstantTensor {
  const value = attributes["value"];
  if (value?.kind !== "tensor") throw new Error(`ONNX export needs a constant where ${operation} is.`);
  return value;
}

function integersOf(node: GraphNode): number[] {
  const { dtype, content } = tensorOf(node);
  const copy = Uint8Array.from(content).buffer;
  return dtype === DataType.INT64 ? Array.from(new BigInt64Array(copy), Number) : Array.from(new Int32Array(copy));
}

/** A node by its name; constants that a trace wrote as a number to fill a shape with are constants like others. */
function unfilled(nodes: ReadonlyMap<string, GraphNode>, name: string): GraphNode | undefined {
  const node = nodes.get(name);
  if (node?.operation !== "Fill") return node;
  const [lengths, value] = node.inputs.map((ref) => nodes.get(nodeOf(ref))!);
  const { dtype, content: one } = tensorOf(value!);
  const shape = integersOf(lengths!);
  const content = Buffer.alloc(one.byteLength * shape.reduce((product, side) => product * side, 1), one);
  return { ...node, operation: "Const", inputs: [], attributes: { value: { kind: "tensor", dtype, shape, content } } };
}

/** The node of an output. */
function nodeOf(ref: string): string {
  return ref.slice(0, ref.lastIndexOf(":"));
}
