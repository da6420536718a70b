import type { InputSpecs } from "./inputs.js";
import { graphAttributes, typedValues } from "./eager-operation.js";
import { bytesOf, DataType, typeAttribute, type GraphBuilder } from "./graph.js";
import type { EagerAttribute, EagerInput, NativeBackend } from "./native-backend.js";
import { Patches } from "./patches.js";
import { scoped } from "./scope.js";
import type { DataId, NamedTensors, Tensor, Tf, Variable } from "./tensorflow.js";
import { guardTrace } from "./trace-guards.js";

/** A variable's place in a graph. */
export interface GraphVariable {
  readonly name: string;
  readonly variable: Variable;
  readonly dtype: number;
  /** Output of its VarHandleOp. */
  readonly handle: string;
}

/** What one traced function became. */
export interface Trace {
  /** The result tensors: where they are in the graph. */
  readonly outputs: Record<string, { readonly ref: string; readonly dtype: number; readonly shape: readonly number[] }>;
  /** Variables that the function assigned, with their new values. */
  readonly assigned: readonly { readonly target: GraphVariable; readonly ref: string }[];
  /** Reads of variables: no update may overtake them. */
  readonly reads: readonly string[];
}

/** The graph's output that holds a tensor's value. */
interface TracedValue {
  readonly ref: string;
  readonly shape: readonly number[];
  readonly constant: boolean;
}

/** Constants of one repeated value from this size on are made in the graph instead of written into it. */
const FILL_SIZE = 64;

/**
 * Records what a function of plain TensorFlow.js does: the function runs once, eagerly, on zeros, and every operation
 * that reaches tfjs-node's backend becomes a node. Values that no traced operation made are constants.
 */
export class Tracer {
  #values = new WeakMap<DataId, TracedValue>();
  #variables = new WeakMap<DataId, Variable>();
  #reads: string[] = [];
  #failure: Error | undefined;

  constructor(
    private readonly tf: Tf,
    private readonly backend: NativeBackend,
    private readonly graph: GraphBuilder,
    private readonly known: ReadonlyMap<Variable, GraphVariable>,
  ) {}

  /** Traces one function; its placeholders are named `<name>/<input>`. */
  trace(name: string, inputs: InputSpecs, run: (inputs: NamedTensors) => NamedTensors): Trace {
    this.#values = new WeakMap();
    this.#variables = new WeakMap();
    this.#reads = [];
    this.#failure = undefined;
    const { tf } = this;
    const registered = Object.values(tf.engine().registeredVariables);
    for (const variable of registered) {
      this.#ownData(variable);
      this.#variables.set(variable.dataId, variable);
    }
    const before = new Map(registered.map((variable) => [variable, variable.clone()]));
    const patches = new Patches();
    try {
      return scoped(tf, () => this.#record(name, inputs, run, registered, patches));
    } finally {
      patches.restore();
      for (const [variable, value] of before) {
        if (variable.dataId !== value.dataId) variable.assign(value);
        value.dispose();
      }
    }
  }

  #record(
    name: string,
    inputs: InputSpecs,
    run: (inputs: NamedTensors) => NamedTensors,
    registered: readonly Variable[],
    patches: Patches,
  ): Trace {
    const { tf, backend, graph } = this;
    const examples: NamedTensors = {};
    for (const [key, { shape, dtype = "float32" }] of Object.entries(inputs)) {
      const example = tf.zeros([...shape], dtype);
      const ref = graph.placeholder(`${name}/${key}`, backend.getDTypeInteger(dtype), shape);
      this.#values.set(example.dataId, { ref, shape, constant: false });
      examples[key] = example;
    }
    const dataIds = new Map(registered.map((variable) => [variable, variable.dataId]));
    this.#watch(patches);
    const results = run(examples);
    if (results instanceof Promise)
      throw new Error(`The function "${name}" is asynchronous; a compiled one cannot be.`);
    patches.restore();
    if (this.#failure) throw this.#failure;

    const outputs: Trace["outputs"] = {};
    for (const [key, result] of Object.entries(results)) {
      if (!(result instanceof tf.Tensor)) throw new Error(`The function "${name}" returns no tensor as "${key}".`);
      outputs[key] = {
        ref: this.#reference(result),
        dtype: backend.getDTypeInteger(result.dtype),
        shape: result.shape,
      };
    }
    const assigned = registered
      .filter((variable) => variable.dataId !== dataIds.get(variable))
      .map((variable) => ({ target: this.#place(variable), ref: this.#reference(variable) }));
    return { outputs, assigned, reads: this.#reads };
  }

  #watch(patches: Patches): void {
    const { backend } = this;
    patches.replace(backend, "executeSingleOutput", (execute) => (operation, attributes, inputs) => {
      const output = execute.call(backend, operation, attributes, inputs);
      this.#node(operation, attributes, inputs, [output]);
      return output;
    });
    patches.replace(backend, "executeMultipleOutputs", (execute) => (operation, attributes, inputs, count) => {
      const outputs = execute.call(backend, operation, attributes, inputs, count);
      this.#node(operation, attributes, inputs, outputs);
      return outputs;
    });
    const observer = {
      isTraced: (dataId: DataId) => this.#variables.has(dataId) || this.#values.get(dataId)?.constant === false,
      fail: (error: Error) => (this.#failure ??= error),
    };
    guardTrace(this.tf, backend, observer, patches);
  }

  /** A variable made from a tensor shares its data; apart, an assignment to one cannot be taken for the other. */
  #ownData(variable: Variable): void {
    if (this.backend.refCount(variable.dataId) <= 1) return;
    const copy = this.tf.tensor(variable.dataSync().slice(), variable.shape, variable.dtype);
    variable.assign(copy);
    copy.dispose();
  }

  #node(operation: string, eager: EagerAttribute[], inputs: EagerInput[], outputs: Tensor[]): void {
    const attributes = graphAttributes(this.backend, operation, eager, inputs);
    const refs = inputs.map((input) => this.#reference(input));
    const shapes = outputs.map(({ shape }) => shape);
    const node = this.graph.add(operation, refs, attributes, undefined, shapes);
    outputs.forEach((output, index) =>
      this.#values.set(output.dataId, { ref: `${node}:${index}`, shape: output.shape, constant: false }),
    );
  }

  /** Where a tensor's value is in the graph; constants and reads of variables are added at their first use. */
  #reference(tensor: EagerInput): string {
    if (tensor.valueArray) {
      return this.graph.constant(DataType.INT64, [], bytesOf(BigInt64Array.of(BigInt(tensor.valueArray[0]!))));
    }
    let value = this.#values.get(tensor.dataId);
    if (!value) {
      value = this.#read(tensor.dataId) ?? this.#constant(tensor.dataId);
      this.#values.set(tensor.dataId, value);
    }
    if (value.shape.join() === tensor.shape.join()) return value.ref;
    const attributes = {
      T: typeAttribute(this.backend.getDTypeInteger(tensor.dtype)),
      Tshape: typeAttribute(DataType.INT32),
    };
    const inputs = [value.ref, this.graph.shapeConstant(tensor.shape)];
    return `${this.graph.add("Reshape", inputs, attributes, undefined, [tensor.shape])}:0`;
  }

  #read(dataId: DataId): TracedValue | undefined {
    const variable = this.#variables.get(dataId);
    if (!variable) return undefined;
    const { handle, dtype } = this.#place(variable);
    const ref = this.graph.output("ReadVariableOp", [handle], { dtype: typeAttribute(dtype) });
    this.#reads.push(ref);
    return { ref, shape: variable.shape, constant: false };
  }

  #place(variable: Variable): GraphVariable {
    const place = this.known.get(variable);
    if (place) return place;
    throw new Error(
      `A compiled function uses the variable "${variable.name}" (shape [${variable.shape.join(", ")}]), which is not ` +
        `among the program's variables; add it to { variables }.`,
    );
  }

  #constant(dataId: DataId): TracedValue {
    const record = this.backend.tensorMap.get(dataId);
    if (!record) throw new Error("A compiled function uses a tensor that was disposed.");
    const { dtype, shape } = record;
    const values = typedValues(dtype, record.values ?? this.backend.binding.tensorDataSync(record.id));
    const first = values[0];
    if (values.length > FILL_SIZE && values.every((value) => value === first)) {
      const scalar = this.graph.constant(dtype, [], bytesOf(values.slice(0, 1)));
      const attributes = { T: typeAttribute(dtype), index_type: typeAttribute(DataType.INT32) };
      const ref = this.graph.output("Fill", [this.graph.shapeConstant(shape), scalar], attributes);
      return { ref, shape, constant: true };
    }
    return { ref: this.graph.constant(dtype, shape, bytesOf(values)), shape, constant: true };
  }
}
