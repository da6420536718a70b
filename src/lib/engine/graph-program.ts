import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ADAM_INPUTS, adamInputs, adamOptions, type Adam } from "./adam.js";
import { buildGraph, LOSS, storedNode, type BuiltGraph, type StateTensor } from "./build-graph.js";
import { feedTensors, type Feeds, type InputSpecs } from "./inputs.js";
import { nativeBackend, type NativeBackend } from "./native-backend.js";
import type { Program, ProgramSpec, ProgramState, PullOptions } from "./program.js";
import type { Tensor, TensorValues, Tf } from "./tensorflow.js";

/** A program that runs as one TensorFlow graph a call. */
export class GraphProgram implements Program {
  readonly eager = false;
  readonly #backend: NativeBackend;
  readonly #adam: Adam;
  readonly #built: Omit<BuiltGraph, "graph">;
  readonly #session: number;
  #step = 0;
  #disposed = false;

  constructor(
    private readonly tf: Tf,
    private readonly spec: ProgramSpec,
  ) {
    this.#backend = nativeBackend(tf);
    this.#adam = adamOptions(spec.optimizer);
    const { graph, ...built } = buildGraph(tf, this.#backend, spec, this.#adam);
    this.#built = built;
    this.#session = loadSession(this.#backend, graph.savedModel());
    const zeros = built.state
      .filter(({ kind }) => kind !== "variable")
      .map((tensor) => [tensor, new Float32Array(size(tensor))] as const);
    const initial = built.state
      .filter(({ kind }) => kind === "variable")
      .map((tensor) => [tensor, valuesOf(spec.variables[tensor.name]!)] as const);
    this.#store(false, initial);
    this.#store(true, zeros);
  }

  train(inputs: Feeds, learningRate: number): number {
    const { spec } = this;
    if (!spec.loss && !spec.step) throw new Error("This program has no training step.");
    return this.tf.tidy(() => {
      const feeds = this.#feeds("train", spec.inputs ?? {}, inputs);
      this.#step++;
      if (spec.loss) {
        adamInputs(this.#adam, learningRate, this.#step).forEach((value, i) =>
          feeds.push([`adam/${ADAM_INPUTS[i]!}:0`, this.tf.scalar(value)]),
        );
      }
      return this.#run(feeds, [LOSS])[0]!.dataSync()[0]!;
    });
  }

  call(name: string, inputs: Feeds): Record<string, TensorValues> {
    const called = this.spec.functions?.[name];
    const outputs = Object.entries(this.#built.functions[name] ?? {});
    if (!called) throw new Error(`The program has no function "${name}".`);
    const results: Record<string, TensorValues> = {};
    this.tf.tidy(() => {
      const feeds = this.#feeds(name, called.inputs, inputs);
      const fetched = this.#run(
        feeds,
        outputs.map(([, output]) => output),
      );
      outputs.forEach(([key], i) => (results[key] = valuesOf(fetched[i]!)));
    });
    return results;
  }

  pull({ moments = true }: PullOptions = {}): ProgramState {
    const wanted = this.#built.state.filter(({ kind }) => moments || kind === "variable");
    const parts = { variable: {}, first: {}, second: {} } as Record<StateTensor["kind"], Record<string, TensorValues>>;
    this.tf.tidy(() => {
      const fetched = this.#run(
        [],
        wanted.map(({ read }) => read),
      );
      wanted.forEach(({ kind, name }, i) => (parts[kind][name] = valuesOf(fetched[i]!)));
    });
    const { variable: variables, first, second } = parts;
    const state = { step: this.#step, variables };
    return moments && Object.keys(first).length > 0 ? { ...state, moments: { first, second } } : state;
  }

  push(state: ProgramState): void {
    const values = ({ kind, name }: StateTensor): TensorValues => {
      const found = kind === "variable" ? state.variables[name] : state.moments?.[kind][name];
      if (found) return found;
      throw new Error(`The state has no values of ${kind === "variable" ? name : `the ${kind} moment of ${name}`}.`);
    };
    for (const moments of state.moments ? [false, true] : [false]) {
      const stored = this.#built.state.filter(({ kind }) => (kind !== "variable") === moments);
      this.#store(
        moments,
        stored.map((tensor) => [tensor, values(tensor)] as const),
      );
    }
    this.#step = state.step;
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#backend.deleteSavedModel(this.#session);
  }

  #store(moments: boolean, values: readonly (readonly [StateTensor, TensorValues])[]): void {
    if (values.length === 0) return;
    this.tf.tidy(() => {
      const feeds = values.map(([{ name, feed, shape, dtype }, data]): [string, Tensor] => {
        const spec = { [name]: { shape, dtype } };
        return [feed, feedTensors(this.tf, "push", spec, { [name]: data })[name]!];
      });
      this.#run(feeds, [`${storedNode(moments)}:0`]);
    });
  }

  #feeds(name: string, specs: InputSpecs, inputs: Feeds): [string, Tensor][] {
    const tensors = feedTensors(this.tf, name, specs, inputs);
    return Object.entries(tensors).map(([key, tensor]) => [`${name}/${key}:0`, tensor]);
  }

  #run(feeds: readonly [string, Tensor][], outputs: string[]): Tensor[] {
    if (this.#disposed) throw new Error("The program was disposed.");
    const tensors = feeds.map(([, tensor]) => tensor);
    const names = feeds.map(([name]) => ({ name }));
    return this.#backend.runSavedModel(this.#session, tensors, names, outputs);
  }
}

/** TensorFlow reads the graph from a folder and keeps nothing of it, so the folder lives for the load alone. */
function loadSession(backend: NativeBackend, savedModel: Uint8Array): number {
  const folder = mkdtempSync(join(tmpdir(), "diffrepairer-graph-"));
  try {
    writeFileSync(join(folder, "saved_model.pb"), savedModel);
    return backend.loadSavedModelMetaGraph(folder, "serve");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function valuesOf(tensor: Tensor): TensorValues {
  return tensor.dataSync<"float32" | "int32" | "bool">();
}

function size({ shape }: StateTensor): number {
  return shape.reduce((product, length) => product * length, 1);
}
