import { ADAM_INPUTS, addAdamNode, lossAndGradients, type Adam } from "./adam.js";
import { DataType, GraphBuilder, shapeAttribute, typeAttribute } from "./graph.js";
import type { NativeBackend } from "./native-backend.js";
import type { ProgramSpec } from "./program.js";
import type { NamedTensors, Tensor, Tf, Variable } from "./tensorflow.js";
import { Tracer, type GraphVariable, type Trace } from "./tracer.js";

/** One tensor that a program keeps between runs, with the nodes that read and write it. */
export interface StateTensor {
  readonly name: string;
  readonly kind: "variable" | "first" | "second";
  readonly shape: readonly number[];
  readonly dtype: "float32" | "int32" | "bool";
  /** Output that reads it. */
  readonly read: string;
  /** Placeholder of a new value, and the node that stores it. */
  readonly feed: string;
  readonly store: string;
}

/** A traced program. */
export interface BuiltGraph {
  readonly graph: GraphBuilder;
  readonly state: readonly StateTensor[];
  /** Output names of the functions' results. */
  readonly functions: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Output of the loss; it waits for all updates. */
export const LOSS = "train_loss:0";

/** Fetched to store state; it waits for all stores of its kind. */
export const storedNode = (moments: boolean) => (moments ? "stored_moments" : "stored_variables");

/**
 * Traces a program twice and returns its graph. Two runs that differ mean that the function depends on something that
 * is no input (a counter, a schedule, the time), which the graph would freeze.
 */
export function buildGraph(tf: Tf, backend: NativeBackend, spec: ProgramSpec, adam: Adam): BuiltGraph {
  const built = buildOnce(tf, backend, spec, adam);
  const again = buildOnce(tf, backend, spec, adam).graph.nodes;
  const { nodes } = built.graph;
  const difference = nodes.findIndex(
    ({ bytes }, i) => Buffer.compare(bytes, again[i]?.bytes ?? new Uint8Array()) !== 0,
  );
  if (difference >= 0 || nodes.length !== again.length) {
    const at = difference >= 0 ? `operation ${difference} (${nodes[difference]!.operation})` : "its length";
    throw new Error(
      `Two runs of the same function differ, at ${at}: it depends on something that changes from call to call (a counter, ` +
        `a schedule, the time). Make that an input.`,
    );
  }
  return built;
}

function buildOnce(tf: Tf, backend: NativeBackend, spec: ProgramSpec, adam: Adam): BuiltGraph {
  const graph = new GraphBuilder();
  const places = new Map<Variable, GraphVariable>();
  for (const [name, variable] of Object.entries(spec.variables)) {
    const dtype = backend.getDTypeInteger(variable.dtype);
    const handle = addHandle(graph, `variable_${places.size}`, dtype, variable.shape);
    places.set(variable, { name, variable, dtype, handle });
  }
  const tracer = new Tracer(tf, backend, graph, places);
  const moments = spec.loss || spec.step ? addTraining(tf, graph, tracer, places, spec, adam) : [];
  const functions: Record<string, Record<string, string>> = {};
  for (const [name, { inputs, run }] of Object.entries(spec.functions ?? {})) {
    const trace = tracer.trace(name, inputs, run);
    if (trace.assigned.length > 0) {
      throw new Error(
        `The function "${name}" assigns the variable "${trace.assigned[0]!.target.name}"; only a step may.`,
      );
    }
    functions[name] = addOutputs(graph, name, trace, []);
  }
  const variables = [...places.values()].map(({ name, variable: { shape, dtype }, handle }) => ({
    ...{ name, kind: "variable" as const, shape, handle },
    dtype: dtype as StateTensor["dtype"],
  }));
  const state = [...variables, ...moments].map((tensor) => addState(graph, backend, tensor));
  for (const ofMoments of [false, true]) {
    const stores = state.filter(({ kind }) => (kind !== "variable") === ofMoments).map(({ store }) => `^${store}`);
    const attributes = { T: typeAttribute(DataType.FLOAT) };
    graph.add("Identity", [graph.floatConstant(0), ...stores], attributes, storedNode(ofMoments));
  }
  return { graph, state, functions };
}

type Kept = Pick<StateTensor, "name" | "kind" | "shape" | "dtype"> & { readonly handle: string };

function addTraining(
  tf: Tf,
  graph: GraphBuilder,
  tracer: Tracer,
  places: ReadonlyMap<Variable, GraphVariable>,
  spec: ProgramSpec,
  adam: Adam,
): Kept[] {
  const trained = new Map([...places.values()].filter((place) => place.variable.trainable).map((p) => [p.name, p]));
  const trace = tracer.trace("train", spec.inputs ?? {}, (inputs) => trainingOutputs(tf, spec, inputs, trained, adam));
  const gradients = Object.entries(trace.outputs).filter(([name]) => name !== "loss");
  const barrier = graph.barrier([
    ...trace.reads,
    ...gradients.map(([, { ref }]) => ref),
    ...trace.assigned.map(({ ref }) => ref),
  ]);
  if (spec.loss) {
    for (const name of ADAM_INPUTS) graph.placeholder(`adam/${name}`, DataType.FLOAT, []);
  }
  const moments: Kept[] = [];
  const updates = trace.assigned.map(({ target, ref }) =>
    graph.add("AssignVariableOp", [target.handle, ref, barrier], { dtype: typeAttribute(target.dtype) }),
  );
  for (const [key, { ref, shape }] of gradients) {
    const { name, handle } = trained.get(key.slice(GRADIENT.length))!;
    const first = addHandle(graph, `${handle.slice(0, -2)}_first`, DataType.FLOAT, shape);
    const second = addHandle(graph, `${handle.slice(0, -2)}_second`, DataType.FLOAT, shape);
    updates.push(addAdamNode(graph, adam, { handle, first, second }, ref, barrier));
    moments.push({ name, kind: "first", shape, dtype: "float32", handle: first });
    moments.push({ name, kind: "second", shape, dtype: "float32", handle: second });
  }
  const { loss } = trace.outputs;
  if (loss!.shape.length > 0) throw new Error(`The loss has shape [${loss!.shape.join(", ")}]; it must be a scalar.`);
  addOutputs(graph, "train", { ...trace, outputs: { loss: loss! } }, updates);
  return moments;
}

const GRADIENT = "gradient of ";

function trainingOutputs(
  tf: Tf,
  spec: ProgramSpec,
  inputs: NamedTensors,
  trained: ReadonlyMap<string, GraphVariable>,
  adam: Adam,
): NamedTensors {
  const minimised = spec.loss;
  if (!minimised) return { loss: spec.step!(inputs) };
  const variables = new Map([...trained].map(([name, { variable }]) => [name, variable]));
  const { loss, gradients } = lossAndGradients(tf, () => minimised(inputs), variables, adam.clipNorm);
  const named: Record<string, Tensor> = { loss };
  for (const [name, gradient] of Object.entries(gradients)) named[GRADIENT + name] = gradient;
  return named;
}

function addHandle(graph: GraphBuilder, name: string, dtype: number, shape: readonly number[]): string {
  const attributes = {
    container: { kind: "string", value: "" },
    shared_name: { kind: "string", value: name },
    dtype: typeAttribute(dtype),
    shape: shapeAttribute(shape),
  } as const;
  return graph.output("VarHandleOp", [], attributes, name);
}

function addOutputs(
  graph: GraphBuilder,
  name: string,
  { outputs }: Trace,
  waitFor: readonly string[],
): Record<string, string> {
  const controls = waitFor.map((node) => `^${node}`);
  return Object.fromEntries(
    Object.entries(outputs).map(([key, { ref, dtype }]) => {
      return [key, graph.output("Identity", [ref, ...controls], { T: typeAttribute(dtype) }, `${name}_${key}`)];
    }),
  );
}

function addState(graph: GraphBuilder, backend: NativeBackend, { handle, ...tensor }: Kept): StateTensor {
  const dtype = backend.getDTypeInteger(tensor.dtype);
  const attributes = { dtype: typeAttribute(dtype) };
  const feed = graph.placeholder(`new_${handle.slice(0, -2)}`, dtype, tensor.shape);
  const store = graph.add("AssignVariableOp", [handle, feed], attributes);
  const read = graph.output("ReadVariableOp", [handle], attributes);
  return { ...tensor, read, feed, store };
}
