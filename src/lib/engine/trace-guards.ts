import type { NativeBackend } from "./native-backend.js";
import type { Patches } from "./patches.js";
import type { DataId, Tf } from "./tensorflow.js";

/** What the guards ask about a tensor, and where they leave an error that cannot be thrown on the spot. */
export interface TraceObserver {
  /** True for tensors whose value changes from run to run. */
  isTraced(dataId: DataId): boolean;
  fail(error: Error): void;
}

/**
 * Makes everything that would be frozen silently into a graph throw for the time of a trace: reading the value of a
 * traced tensor, and JavaScript randomness.
 */
export function guardTrace(tf: Tf, backend: NativeBackend, observer: TraceObserver, patches: Patches): void {
  let boundsCheck = 0;
  // The kernel of gather reads its indices to check their bounds; its operation in the graph checks them itself.
  const gather = tf.getKernel("GatherV2", "tensorflow");
  patches.replace(gather, "kernelFunc", (kernel) => (parameters) => {
    boundsCheck++;
    try {
      return kernel(parameters);
    } finally {
      boundsCheck--;
    }
  });
  const readSync = backend.readSync;
  patches.replace(backend, "readSync", () => (dataId) => {
    if (boundsCheck === 0 && observer.isTraced(dataId)) throw frozenValue("dataSync() or arraySync()");
    return readSync.call(backend, dataId);
  });
  patches.replace(backend, "read", () => async (dataId) => {
    if (observer.isTraced(dataId)) observer.fail(frozenValue("data() or array()"));
    return readSync.call(backend, dataId);
  });
  patches.replace(Math, "random", () => () => {
    throw new Error(
      "Random numbers drawn by JavaScript while a function is compiled (tf.randomNormal, tf.dropout and others " +
        "without a seed) would be the same in every run; pass them in as an input.",
    );
  });
}

function frozenValue(method: string): Error {
  return new Error(
    `A compiled function calls ${method} on a value that changes from run to run: the number of the first run would ` +
      `be frozen into the graph. Compute with tensors (tf.where instead of a branch), or compile with { eager: true }.`,
  );
}
