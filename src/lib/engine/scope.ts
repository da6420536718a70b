import type { Tf } from "./tensorflow.js";

/** `tf.tidy` for results that hold no tensors: every tensor made in the body is disposed. */
export function scoped<R>(tf: Tf, body: () => R): R {
  tf.engine().startScope();
  try {
    return body();
  } finally {
    tf.engine().endScope();
  }
}
