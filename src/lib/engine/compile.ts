import { EagerProgram } from "./eager-program.js";
import { GraphProgram } from "./graph-program.js";
import type { Program, ProgramSpec } from "./program.js";
import type { Tf } from "./tensorflow.js";

/**
 * Compiles a training step and functions written in plain TensorFlow.js into one TensorFlow graph.
 *
 * On tfjs-node every function is run once on zeros, recorded operation by operation (its gradients too), written as a
 * graph with the optimizer inside, and runs from then on as one call into TensorFlow. On the other backends, or with
 * `eager: true`, the same object runs operation by operation, with equal numbers.
 *
 * Shapes are fixed: pad the last partial batch and give every sample a weight, zero for the padding. Whatever changes
 * from run to run must be an input: noise and masks, the values of a schedule. A function must not read the values of
 * tensors it computes, draw random numbers, or behave differently when run a second time: each of these throws.
 *
 * @example
 * const { tf } = await engine.backend();
 * const w = tf.variable(tf.zeros([3, 1]));
 * const program = engine.compile(tf, {
 *   inputs: { x: { shape: [8, 3] }, y: { shape: [8, 1] } },
 *   loss: ({ x, y }) => tf.matMul(x, w).sub(y).square().mean(),
 *   variables: { w },
 * });
 * program.train({ x: new Float32Array(24).fill(1), y: new Float32Array(8).fill(1) }, 1e-3); // 1
 */
export function compile(tf: Tf, spec: ProgramSpec): Program {
  checkSpec(spec);
  const graph = tf.getBackend() === "tensorflow" && spec.eager !== true;
  return graph ? new GraphProgram(tf, spec) : new EagerProgram(tf, spec);
}

function checkSpec(spec: ProgramSpec): void {
  if (spec.loss && spec.step) throw new Error("A program has either { loss } or { step }, not both.");
  if (spec.step && spec.optimizer)
    throw new Error("{ optimizer } works on { loss }; a { step } updates variables itself.");
  if (!spec.loss && !spec.step && Object.keys(spec.functions ?? {}).length === 0) {
    throw new Error("A program needs { loss }, { step } or { functions }.");
  }
  if (spec.loss && !Object.values(spec.variables).some((variable) => variable.trainable)) {
    throw new Error("None of the program's variables is trainable.");
  }
  const named = [spec.functions, spec.inputs, ...Object.values(spec.functions ?? {}).map(({ inputs }) => inputs)];
  const bad = named.flatMap((part) => Object.keys(part ?? {})).find((name) => !/^\w[\w.-]*$/.test(name));
  if (bad !== undefined) {
    throw new Error(`"${bad}" cannot be the name of a function or input: use letters, digits, "_", "." and "-".`);
  }
  if (spec.functions && "train" in spec.functions) throw new Error('"train" is the name of the training step.');
}
