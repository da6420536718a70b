import type { DataId, Tensor, Tf } from "./tensorflow.js";

/** What tfjs-node keeps for a tensor. `values` are those not handed to TensorFlow yet. */
export interface TensorRecord {
  readonly id: number;
  readonly dtype: number;
  readonly shape: readonly number[];
  readonly values: ArrayLike<number> | null;
}

/** An attribute of an eager operation, as tfjs-node's kernels write it. */
export interface EagerAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** Inputs of an eager operation: tensors, or tfjs-node's 64-bit integer scalar. */
export interface EagerInput {
  readonly dataId: DataId;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly valueArray?: ArrayLike<number>;
}

/**
 * The parts of tfjs-node 4.22's backend that tracing stands on. They are not a documented interface: the version of
 * tfjs-node is pinned, {@link nativeBackend} checks that they are there, and the sweep of operations in the tests
 * checks that they still mean the same.
 */
export interface NativeBackend {
  readonly binding: {
    tensorDataSync(id: number): ArrayLike<number>;
    readonly TF_ATTR_STRING: number;
    readonly TF_ATTR_INT: number;
    readonly TF_ATTR_FLOAT: number;
    readonly TF_ATTR_BOOL: number;
    readonly TF_ATTR_TYPE: number;
    readonly TF_ATTR_SHAPE: number;
  };
  readonly tensorMap: { get(dataId: DataId): TensorRecord | undefined };
  executeSingleOutput(name: string, attributes: EagerAttribute[], inputs: EagerInput[]): Tensor;
  executeMultipleOutputs(name: string, attributes: EagerAttribute[], inputs: EagerInput[], count: number): Tensor[];
  readSync(dataId: DataId): unknown;
  read(dataId: DataId): Promise<unknown>;
  refCount(dataId: DataId): number;
  getDTypeInteger(dtype: string): number;
  loadSavedModelMetaGraph(folder: string, tags: string): number;
  deleteSavedModel(session: number): void;
  runSavedModel(session: number, inputs: Tensor[], names: { name: string }[], outputs: string[]): Tensor[];
}

const METHODS = [
  "executeSingleOutput",
  "executeMultipleOutputs",
  "readSync",
  "read",
  "refCount",
  "getDTypeInteger",
  "loadSavedModelMetaGraph",
  "deleteSavedModel",
  "runSavedModel",
] as const;

/** The current backend as tfjs-node's, or an error that names what is missing. */
export function nativeBackend(tf: Tf): NativeBackend {
  const candidate = tf.backend() as unknown as NativeBackend;
  const missing = METHODS.filter((method) => typeof candidate[method] !== "function");
  if (!candidate.binding || !candidate.tensorMap || missing.length > 0) {
    throw new Error(
      `The backend "${tf.getBackend()}" cannot run graphs (missing: ${["binding", "tensorMap", ...missing].join(", ")}); ` +
        `install @tensorflow/tfjs-node 4.22, or compile with { eager: true }.`,
    );
  }
  return candidate;
}
