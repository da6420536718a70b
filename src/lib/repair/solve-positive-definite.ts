import type { Tensor, Tf } from "../engine/tensorflow.js";
import { choleskyFactor } from "../stats/cholesky.js";

/** Side of the blocks that are factored in float64 here; all the rest is matrix products on the engine. */
const BLOCK = 256;

/**
 * Solves A X = B for a symmetric positive definite A by a blocked Cholesky factorisation (right-looking; Golub & Van
 * Loan, section 4.2.6). TensorFlow.js has no solver of its own.
 *
 * @param a - n × n.
 * @param b - n × m.
 * @returns n × m; belongs to the surrounding `tf.tidy`.
 */
export function solvePositiveDefinite(tf: Tf, a: Tensor, b: Tensor): Tensor {
  return tf.tidy(() => {
    const n = a.shape[0]!;
    const columns = b.shape[1]!;
    const panels: { inverse: Tensor; below: Tensor; y: Tensor }[] = [];
    let rest = a;
    let right = b;
    for (let start = 0; start < n; start += BLOCK) {
      const size = Math.min(BLOCK, n - start);
      const left = n - start - size;
      const corner = rest.slice([0, 0], [size, size]);
      const inverse = tf.tensor2d(inverseFactor(corner.dataSync<"float32">(), size), [size, size]);
      const below = tf.matMul(rest.slice([size, 0], [left, size]), inverse, false, true); // left × size
      const y = tf.matMul(inverse, right.slice([0, 0], [size, columns])); // size × m
      panels.push({ inverse, below, y });
      const next = tf.tidy(() => [
        rest.slice([size, size], [left, left]).sub(tf.matMul(below, below, false, true)),
        right.slice([size, 0], [left, columns]).sub(tf.matMul(below, y)),
      ]);
      if (start > 0) tf.dispose([rest, right]);
      [rest, right] = next as [Tensor, Tensor];
    }
    let x = tf.zeros([0, columns]);
    for (const { inverse, below, y } of panels.reverse()) {
      const solved = x;
      x = tf.tidy(() => tf.concat([tf.matMul(inverse, y.sub(tf.matMul(below, solved, true)), true), solved]));
      solved.dispose();
    }
    return x;
  });
}

/** The inverse of the lower triangular Cholesky factor of a symmetric n × n matrix. */
function inverseFactor(values: Float32Array, n: number): Float32Array {
  const factor = choleskyFactor(Float64Array.from(values), n);
  const inverse = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    inverse[j * n + j] = 1 / factor[j * n + j]!;
    for (let i = j + 1; i < n; i++) {
      let sum = 0;
      for (let k = j; k < i; k++) sum += factor[i * n + k]! * inverse[k * n + j]!;
      inverse[i * n + j] = -sum / factor[i * n + i]!;
    }
  }
  return Float32Array.from(inverse);
}
