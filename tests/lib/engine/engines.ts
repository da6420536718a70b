import { realHost } from "../../../src/lib/engine/backend-host.js";
import type { BackendName } from "../../../src/lib/engine/backend.js";
import type { Tf } from "../../../src/lib/engine/tensorflow.js";

/** The named backend, or undefined where this machine has none (native TensorFlow is optional). */
export async function tryEngine(name: BackendName): Promise<Tf | undefined> {
  try {
    return await realHost().load(name);
  } catch {
    return undefined;
  }
}

/** Native TensorFlow: the package for GPUs where `DIFFREPAIRER_BACKEND=gpu` asks for it, else the one for the CPU. */
export function tryNativeEngine(): Promise<Tf | undefined> {
  return tryEngine(process.env["DIFFREPAIRER_BACKEND"] === "gpu" ? "tensorflow-gpu" : "tensorflow");
}
