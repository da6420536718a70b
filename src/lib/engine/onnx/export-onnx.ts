import { GraphBuilder } from "../graph.js";
import { nativeBackend } from "../native-backend.js";
import type { InputSpecs } from "../inputs.js";
import type { Bytes } from "../protobuf.js";
import type { NamedTensors, Tf, Variable } from "../tensorflow.js";
import { Tracer, type Trace } from "../tracer.js";
import { OnnxType, type OnnxValue } from "./onnx-graph.js";
import { Translation, type TracedFunction } from "./translate.js";

/** A function to export: plain TensorFlow.js over batches of any size. */
export interface OnnxFunction {
  /** Its inputs' shapes beside the first axis, the batch. */
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly run: (inputs: NamedTensors) => NamedTensors;
  readonly variables: Readonly<Record<string, Variable>>;
  /** Kept in the file as its metadata. */
  readonly about: Readonly<Record<string, string>>;
}

/** Sizes of the batches that are traced; any two do. */
const BATCHES = [2, 3] as const;

/**
 * The content of an ONNX file that computes a function (opset 18), for batches of any size. It needs tfjs-node's backend, which
 * alone can be traced.
 *
 * @throws Error on another backend, or for operations that have no translation.
 */
export function exportOnnx(tf: Tf, { inputs, run, variables, about }: OnnxFunction): readonly Bytes[] {
  const backend = nativeBackend(tf);
  const places = new Map(
    Object.entries(variables).map(([name, variable]) => {
      const dtype = backend.getDTypeInteger(variable.dtype);
      return [variable, { name, variable, dtype, handle: `${name}:0` }];
    }),
  );
  const traced = (batch: number): TracedFunction & { readonly results: Trace["outputs"] } => {
    const graph = new GraphBuilder();
    const specs: InputSpecs = Object.fromEntries(
      Object.entries(inputs).map(([name, shape]) => [name, { shape: [batch, ...shape] }]),
    );
    const results = new Tracer(tf, backend, graph, places).trace("onnx", specs, run).outputs;
    const outputs = Object.fromEntries(Object.entries(results).map(([name, { ref }]) => [name, ref]));
    return { graph, outputs, batch, results };
  };
  const traces = [traced(BATCHES[0]), traced(BATCHES[1])] as const;
  const weights = new Map(
    [...places.values()].map(({ handle, variable }) => [
      handle,
      { shape: variable.shape, data: variable.dataSync<"float32">() },
    ]),
  );
  const translation = new Translation(traces, weights, Object.keys(inputs)[0]!);
  translation.run();
  const value = (name: string, shape: readonly number[]): OnnxValue => {
    return { name, type: OnnxType.FLOAT, shape: ["cells", ...shape] };
  };
  return translation.onnx.model(
    Object.entries(inputs).map(([name, shape]) => value(name, shape)),
    Object.entries(traces[0].results).map(([name, { shape }]) => value(name, shape.slice(1))),
    about,
  );
}
