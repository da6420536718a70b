import { type Matrix, rowMajor, type RowMatrix, toCsc } from "../anndata/matrix.js";
import { dot } from "./vectors.js";
import { denseGramKernel, gramKernelBytes } from "./dense-gram.js";
import type { GramKernel } from "./gram-kernel.js";
import { sparseGramBytes, sparseGramKernel } from "./sparse-gram.js";
import type { LinearOperator } from "./truncated-svd.js";
import { fitsInMemory } from "./wasm-code.js";

/**
 * The products of a matrix, its columns less `center` where given: centring costs no memory, a sparse matrix stays sparse.
 * @example
 * const operator = matrixOperator(DenseMatrix.fromRows([[1, 2], [3, 4]]));
 */
export function matrixOperator(given: Matrix, center?: Float64Array): LinearOperator {
  const matrix = rowMajor(given);
  const [rows, columns] = matrix.shape;
  const isWide = columns > rows;
  // Of a wide matrix only the sparse one is worth turning round.
  const kernel = isWide
    ? given.kind === "dense"
      ? undefined
      : gramKernel(toCsc(given).transpose())
    : gramKernel(matrix);
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
      multiplyGram: isWide ? wideGram(matrix, kernel.get, center) : tallGram(columns, kernel.get, center),
      close: kernel.close,
    }),
  };
}

type MultiplyGram = NonNullable<LinearOperator["multiplyGram"]>;

/** Products with `AᵀA`; the kernel is of A. */
function tallGram(columns: number, kernel: () => GramKernel, center: Float64Array | undefined): MultiplyGram {
  return (x, out, products) => {
    const { x: input, out: output, products: ofRows, multiply: run } = kernel();
    input.set(x);
    const sum = run(center ? dot(center, x) : 0);
    for (let j = 0; j < columns; j++) out[j] = output[j]! - (center ? sum * center[j]! : 0);
    products?.set(ofRows);
  };
}

/** Products with `AAᵀ`; the kernel is of Aᵀ, whose rows are centred: a multiple of the centre is taken off the products. */
function wideGram(matrix: RowMatrix, kernel: () => GramKernel, center: Float64Array | undefined): MultiplyGram {
  const [rows, columns] = matrix.shape;
  const ofCenter = new Float64Array(rows);
  if (center) multiply(matrix, center, ofCenter);
  return (x, out, products) => {
    const { x: input, out: output, products: ofColumns, multiply: run } = kernel();
    input.set(x);
    run(0);
    let sum = 0;
    for (let i = 0; i < rows; i++) sum += x[i]!;
    const shift = center ? dot(ofColumns, center) - sum * dot(center, center) : 0;
    for (let i = 0; i < rows; i++) out[i] = output[i]! - sum * ofCenter[i]! - shift;
    if (products) for (let j = 0; j < columns; j++) products[j] = ofColumns[j]! - sum * (center?.[j] ?? 0);
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
