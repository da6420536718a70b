import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import type { BackendHost, BackendName } from "./backend.js";
import { withPrivateMemory, type TensorMaker } from "./private-memory.js";
import type { Tf } from "./tensorflow.js";

const require = createRequire(import.meta.url);

/** The machine this process runs on. */
export function realHost(): BackendHost {
  return {
    override: process.env["DIFFREPAIRER_BACKEND"],
    hasNvidiaGpu: () => existsSync("/dev/nvidiactl") || existsSync("/proc/driver/nvidia/version"),
    load,
    describe: (tf, name) => {
      if (name === "wasm" || name === "cpu") return { gpu: false, threads: 1 };
      const native = tf.backend() as unknown as { isUsingGpuDevice: boolean; binding: { TF_Version: string } };
      return {
        gpu: native.isUsingGpuDevice,
        tensorflow: native.binding.TF_Version,
        // TensorFlow's own variable, by which a sweep shares a machine among processes.
        threads: Number(process.env.TF_NUM_INTRAOP_THREADS) || availableParallelism(),
      };
    },
  };
}

async function load(name: BackendName): Promise<Tf> {
  switch (name) {
    case "tensorflow-gpu":
      return loadNative("@tensorflow/tfjs-node-gpu");
    case "tensorflow":
      return loadNative("@tensorflow/tfjs-node");
    case "wasm":
      return loadWasm();
    case "cpu":
      return loadCpu();
  }
}

async function loadNative(packageName: string): Promise<Tf> {
  // TensorFlow writes its start-up notes to stderr unless this is set before the library is loaded.
  process.env["TF_CPP_MIN_LOG_LEVEL"] ??= "2";
  // Unless it is told to grow, the first process takes the whole memory of the GPU, and a second notebook finds none.
  process.env["TF_FORCE_GPU_ALLOW_GROWTH"] ??= "true";
  restoreRemovedUtil();
  const tf = require(packageName) as Tf;
  await tf.ready();
  const native = tf.backend() as unknown as { binding: TensorMaker };
  native.binding = withPrivateMemory(native.binding);
  return tf;
}

/** tfjs-node 4.22 calls `util.isNullOrUndefined`, which Node 23 removed. */
function restoreRemovedUtil(): void {
  const util = require("node:util") as { isNullOrUndefined?: (value: unknown) => boolean };
  util.isNullOrUndefined ??= (value) => value === null || value === undefined;
}

async function loadWasm(): Promise<Tf> {
  const tf = require("@tensorflow/tfjs") as Tf;
  require("@tensorflow/tfjs-backend-wasm");
  const started = await withoutNewListeners(["uncaughtException", "unhandledRejection"], () => tf.setBackend("wasm"));
  if (!started) throw new Error("the WebAssembly backend did not start");
  await tf.ready();
  return tf;
}

/** The WebAssembly module ends the process at any unhandled rejection, its own or not; its listeners are removed. */
async function withoutNewListeners<R>(events: string[], action: () => Promise<R>): Promise<R> {
  const before = new Map(events.map((event) => [event, process.listeners(event as NodeJS.Signals)]));
  const result = await action();
  for (const [event, known] of before) {
    for (const listener of process.listeners(event as NodeJS.Signals)) {
      if (!known.includes(listener)) process.removeListener(event, listener);
    }
  }
  return result;
}

async function loadCpu(): Promise<Tf> {
  const tf = require("@tensorflow/tfjs") as Tf;
  // Without this the first operation prints advice to install tfjs-node; the notice of the backend says it better.
  tf.enableProdMode();
  if (!(await tf.setBackend("cpu"))) throw new Error("the JavaScript backend did not start");
  await tf.ready();
  return tf;
}
