import { realHost } from "./backend-host.js";
import type { Tf } from "./tensorflow.js";

/** Names of the backends: native on a GPU, native on the CPU, WebAssembly, plain JavaScript. */
export type BackendName = "tensorflow-gpu" | "tensorflow" | "wasm" | "cpu";

/** The engine all models run on. */
export interface Backend {
  readonly tf: Tf;
  readonly name: BackendName;
  /** True where TensorFlow's C library does the work, so that programs run as one graph. */
  readonly native: boolean;
  readonly device: "GPU" | "CPU";
  /** Threads the backend computes with. */
  readonly threads: number;
  readonly versions: { readonly tfjs: string; readonly tensorflow?: string };
  /** What a person should know: set on the slow backends, with the cure. */
  readonly notice?: string;
}

/** A plain record of the engine, for reports. */
export interface BackendReport {
  readonly name: BackendName;
  readonly native: boolean;
  readonly device: "GPU" | "CPU";
  readonly threads: number;
  readonly tfjs: string;
  /** Version of the TensorFlow C library; null on the backends without it. */
  readonly tensorflow: string | null;
  readonly notice: string | null;
}

/** What the choice of a backend asks of the machine; tests put their own in its place. */
export interface BackendHost {
  /** The value of `DIFFREPAIRER_BACKEND`. */
  readonly override: string | undefined;
  hasNvidiaGpu(): boolean;
  /** Loads a backend and makes it the current one; throws where it cannot be had. */
  load(name: BackendName): Promise<Tf>;
  /** Facts that a loaded native backend tells about itself. */
  describe(tf: Tf, name: BackendName): { gpu: boolean; tensorflow?: string; threads: number };
}

/** Options of {@link backend}. */
export interface BackendOptions {
  /** Called with one paragraph where the backend is slow. */
  readonly onNotice?: (notice: string) => void;
}

const OVERRIDES: Record<string, BackendName> = {
  gpu: "tensorflow-gpu",
  node: "tensorflow",
  wasm: "wasm",
  cpu: "cpu",
};

/** Where programs that do not know this library, such as the kernel of a notebook, find what it computes with. */
const ANNOUNCED = Symbol.for("diffrepairer.backend");

let chosen: Promise<Backend> | undefined;

/**
 * The TensorFlow.js backend of this process, chosen at the first call.
 *
 * The order is tfjs-node-gpu (only where there is an NVIDIA GPU), tfjs-node, WebAssembly, plain JavaScript: the first
 * that loads. `DIFFREPAIRER_BACKEND=gpu|node|wasm|cpu` names one instead, and then nothing else is tried.
 *
 * @example
 * const { tf, name, native } = await engine.backend({ onNotice: console.warn });
 */
export async function backend(options: BackendOptions = {}): Promise<Backend> {
  chosen ??= chooseBackend(realHost());
  try {
    const result = await chosen;
    const { name, device } = result;
    Object.defineProperty(globalThis, ANNOUNCED, { value: { name, device }, configurable: true });
    if (result.notice !== undefined) options.onNotice?.(result.notice);
    return result;
  } catch (error) {
    chosen = undefined;
    throw error;
  }
}

/** The choice itself; {@link backend} calls it once with the real machine. */
export async function chooseBackend(host: BackendHost): Promise<Backend> {
  const failures: string[] = [];
  for (const name of candidates(host)) {
    try {
      return describe(await host.load(name), name, host, failures);
    } catch (error) {
      failures.push(`${name}: ${firstLine(error)}`);
    }
  }
  const cure = host.override
    ? `unset DIFFREPAIRER_BACKEND to let the best backend that loads be chosen, or run "npx diffrepairer setup" to repair it`
    : `run "npm install" again: @tensorflow/tfjs is missing or damaged`;
  throw new Error(`No TensorFlow.js backend could be loaded (${failures.join("; ")}); ${cure}.`);
}

/**
 * The facts of the chosen backend as plain values.
 * @example
 * const { name, device, threads } = await engine.backendReport();
 */
export async function backendReport(): Promise<BackendReport> {
  return reportOf(await backend());
}

/** A backend's facts as plain values. */
export function reportOf(engine: Backend): BackendReport {
  const { name, native, device, threads, versions, notice } = engine;
  const tensorflow = versions.tensorflow ?? null;
  return { name, native, device, threads, tfjs: versions.tfjs, tensorflow, notice: notice ?? null };
}

function candidates(host: BackendHost): BackendName[] {
  if (host.override === undefined || host.override === "") {
    return host.hasNvidiaGpu() ? ["tensorflow-gpu", "tensorflow", "wasm", "cpu"] : ["tensorflow", "wasm", "cpu"];
  }
  const name = OVERRIDES[host.override];
  if (name === undefined) {
    throw new Error(`DIFFREPAIRER_BACKEND is "${host.override}"; allowed: ${Object.keys(OVERRIDES).join(", ")}.`);
  }
  return [name];
}

function describe(tf: Tf, loaded: BackendName, host: BackendHost, failures: string[]): Backend {
  const { gpu, tensorflow, threads } = host.describe(tf, loaded);
  const native = loaded === "tensorflow" || loaded === "tensorflow-gpu";
  const name = loaded === "tensorflow-gpu" && !gpu ? "tensorflow" : loaded;
  const versions = { tfjs: tf.version.tfjs, ...(tensorflow === undefined ? {} : { tensorflow }) };
  const facts = { tf, name, native, device: gpu ? "GPU" : "CPU", threads, versions } as const;
  return native ? facts : { ...facts, notice: slowNotice(loaded, host.override, failures) };
}

/**
 * The factors are medians of one training step of the paper's Transformer (5,000 genes, batch 64, two cores), against
 * the native graph.
 */
function slowNotice(name: BackendName, override: string | undefined, failures: string[]): string {
  const [what, factor] = name === "wasm" ? ["WebAssembly", SLOWDOWN.wasm] : ["plain JavaScript", SLOWDOWN.cpu];
  const reason = override ? "as DIFFREPAIRER_BACKEND asks" : `because ${failures.join("; ")}`;
  return (
    `SLOW ENGINE: TensorFlow.js runs on ${what}, ${reason}. A training step takes about ${factor} times as long as on ` +
    `native TensorFlow, so training is shortened. Run "npx diffrepairer setup" to install the native engine.`
  );
}

const SLOWDOWN = { wasm: 40, cpu: 200 };

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0]!.trim();
}
