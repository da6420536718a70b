import { type Matrix, rowMajor, type RowMatrix } from "../anndata/matrix.js";
import { dot } from "./linear-algebra.js";
import { denseGramKernel, gramKernelBytes } from "./dense-gram.js";
import type { GramKernel } from "./gram-kernel.js";
import { sparseGramBytes, sparseGramKernel } from "./sparse-gram.js";
import type { LinearOperator } from "./truncated-svd.js";
import { fitsInMemory } from "./wasm-code.js";

/**
 * The products of a matrix, its columns less `center` where given: centring costs no memory, a sparse matrix stays sparse.
 */
export function matrixOperator(given: Matrix, center?: Float64Array): LinearOperator {
  const matrix = rowMajor(given);
  const [rows, columns] = matrix.shape;
  const kernel = columns <= rows ? gramKernel(matrix) : undefined;
  return {
    rows,
    columns,
    multiply(x, out) {
      multiply(matrix, x, out);
      if (!center) return;
      const shift = dot(center, x);
      for (let i = 0; i < rows; i++) out[i]! -= shift;
    },
    multiplyTransposed(y, out) {
      multiplyTransposed(matrix, y, out);
      if (!center) return;
      let sum = 0;
      for (let i = 0; i < rows; i++) sum += y[i]!;
      for (let j = 0; j < columns; j++) out[j]! -= sum * center[j]!;
    },
    ...(kernel && {
      multiplyGram(x: Float64Array, out: Float64Array, products?: Float64Array) {
        const { x: input, out: output, products: ofRows, multiply: run } = kernel.get();
        input.set(x);
        const sum = run(center ? dot(center, x) : 0);
        for (let j = 0; j < columns; j++) out[j] = output[j]! - (center ? sum * center[j]! : 0);
        products?.set(ofRows);
      },
      close: kernel.close,
    }),
  };
}

/** The kernel of a matrix, made when it is needed first; undefined where the matrix is too large to be copied. */
function gramKernel(matrix: RowMatrix): { get: () => GramKernel; close: () => void } | undefined {
  const bytes = matrix.kind === "csr" ? sparseGramBytes(matrix) : gramKernelBytes(...matrix.shape);
  if (!fitsInMemory(bytes)) return undefined;
  let made: GramKernel | undefined;
  return {
    get: () => (made ??= matrix.kind === "csr" ? sparseGramKernel(matrix) : denseGramKernel(matrix)),
    close: () => {
      made?.close();
      made = undefined;
    },
  };
}

function multiply(matrix: RowMatrix, x: Float64Array, out: Float64Array): void {
  const [rows, columns] = matrix.shape;
  const { data } = matrix;
  if (matrix.kind === "csr") {
    const { indices, indptr } = matrix;
    for (let i = 0; i < rows; i++) {
      let sum = 0;
      const end = indptr[i + 1]!;
      for (let at = indptr[i]!; at < end; at++) sum += data[at]! * x[indices[at]!]!;
      out[i] = sum;
    }
  } else {
    // Four rows at a time: `x` is read a quarter as often, and no sum waits for the one before it.
    let i = 0;
    for (; i + 3 < rows; i += 4) {
      const [at, two, three, four] = [i * columns, (i + 1) * columns, (i + 2) * columns, (i + 3) * columns];
      let [a, b, c, d] = [0, 0, 0, 0];
      for (let j = 0; j < columns; j++) {
        const factor = x[j]!;
        a += data[at + j]! * factor;
        b += data[two + j]! * factor;
        c += data[three + j]! * factor;
        d += data[four + j]! * factor;
      }
      out[i] = a;
      out[i + 1] = b;
      out[i + 2] = c;
      out[i + 3] = d;
    }
    for (; i < rows; i++) {
      let sum = 0;
      for (let j = 0; j < columns; j++) sum += data[i * columns + j]! * x[j]!;
      out[i] = sum;
    }
  }
}

function multiplyTransposed(matrix: RowMatrix, y: Float64Array, out: Float64Array): void {
  const [rows, columns] = matrix.shape;
  const { data } = matrix;
  out.fill(0);
  if (matrix.kind === "csr") {
    const { indices, indptr } = matrix;
    for (let i = 0; i < rows; i++) {
      const factor = y[i]!;
      const end = indptr[i + 1]!;
      for (let at = indptr[i]!; at < end; at++) out[indices[at]!]! += data[at]! * factor;
    }
  } else {
    // Four rows at a time: `out` is read and written a quarter as often.
    let i = 0;
    for (; i + 3 < rows; i += 4) {
      const [at, two, three, four] = [i * columns, (i + 1) * columns, (i + 2) * columns, (i + 3) * columns];
      const [a, b, c, d] = [y[i]!, y[i + 1]!, y[i + 2]!, y[i + 3]!];
      for (let j = 0; j < columns; j++) {
        out[j]! += a * data[at + j]! + b * data[two + j]! + c * data[three + j]! + d * data[four + j]!;
      }
    }
    for (; i < rows; i++) for (let j = 0; j < columns; j++) out[j]! += data[i * columns + j]! * y[i]!;
  }
}
