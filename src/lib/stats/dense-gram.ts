import type { DenseMatrix } from "../anndata/dense.js";
import { type GramKernel, inHalves } from "./gram-kernel.js";
import {
  ADD,
  ADD_F64,
  ADD_F64X2,
  advance,
  BLOCK,
  branch,
  branchIf,
  constant,
  END_BLOCK,
  F64,
  get,
  I32,
  instantiate,
  IS_AT_LEAST,
  IS_LESS,
  laneF64,
  load,
  loadTwoFloats,
  LOOP,
  MULTIPLY_F64X2,
  set,
  SPLAT_F64,
  store,
  storeF64,
  SUBTRACT_F64,
  V128,
  ZERO_V128,
} from "./wasm-code.js";

/** Values of a matrix for which a second thread pays. */
const LARGE = 1_000_000;
/** Values of a turn of the inner loops. */
const TURN = 8;

/** Bytes that the kernel of a matrix needs. */
export function gramKernelBytes(rows: number, columns: number): number {
  const width = Math.ceil(columns / TURN) * TURN;
  return 8 * (3 * width + rows) + 4 * rows * width;
}

/** A kernel for a dense matrix. */
export function denseGramKernel(dense: DenseMatrix): GramKernel {
  const [rows, columns] = dense.shape;
  const width = Math.ceil(columns / TURN) * TURN;
  const [outAt, outTooAt, productsAt] = [8 * width, 16 * width, 24 * width];
  const matrixAt = productsAt + 8 * rows;
  const instance = instantiate<Record<string, (...args: number[]) => number>>(
    [
      {
        name: "multiply",
        parameters: [I32, I32, I32, I32, I32, F64],
        results: [F64],
        locals: [I32, I32, I32, F64, F64, V128, V128, V128, V128, V128],
        body: BODY,
      },
    ],
    gramKernelBytes(rows, columns),
  );
  const { buffer } = instance;
  const padded = new Float32Array(buffer, matrixAt, rows * width);
  for (let i = 0; i < rows; i++) padded.set(dense.row(i), i * width);
  const x = new Float64Array(buffer, 0, width);
  const out = new Float64Array(buffer, outAt, width);
  const outToo = new Float64Array(buffer, outTooAt, width);
  const rowAt = (row: number) => matrixAt + 4 * row * width;
  const half = rows >> 1;
  return {
    x,
    out,
    products: new Float64Array(buffer, productsAt, rows),
    ...inHalves(
      instance,
      [
        { name: "multiply", args: [rowAt(0), rowAt(half), outAt, productsAt, 4 * width], out },
        {
          name: "multiply",
          args: [rowAt(half), rowAt(rows), outTooAt, productsAt + 8 * half, 4 * width],
          out: outToo,
        },
      ],
      rows * columns > LARGE,
    ),
  };
}

// The parameters (x lies at 0), then the local variables: pointers, a row's product and their sum, four partial sums, the product twice.
const [ROW, END, OUT, PRODUCTS, STRIDE, SHIFT] = [0, 1, 2, 3, 4, 5];
const [A, B, STOP, PRODUCT, TOTAL] = [6, 7, 8, 9, 10];
const [SUM, BOTH] = [11, 15];

const PAIRS = [0, 1, 2, 3];
const addTo = (vector: number) => [...get(vector), ...ADD_F64X2, ...set(vector)];

const BODY = [
  ...BLOCK,
  ...LOOP,
  // while row < end: stop = row + stride; a = row; b = x; sums = 0
  ...[...get(ROW), ...get(END), ...IS_AT_LEAST, ...branchIf(1)],
  ...[...get(ROW), ...get(STRIDE), ...ADD, ...set(STOP)],
  ...[...get(ROW), ...set(A), ...constant(0), ...set(B)],
  ...PAIRS.flatMap((pair) => [...ZERO_V128, ...set(SUM + pair)]),
  ...LOOP,
  ...PAIRS.flatMap((pair) => [
    ...[...loadTwoFloats(A, 8 * pair), ...load(B, 16 * pair), ...MULTIPLY_F64X2],
    ...addTo(SUM + pair),
  ]),
  ...[...advance(A, 4 * TURN), ...advance(B, 8 * TURN)],
  ...[...get(A), ...get(STOP), ...IS_LESS, ...branchIf(0)],
  ...END_BLOCK,
  // product = the sums' lanes together - shift; total += product
  ...[1, 2, 3].flatMap((pair) => [...get(SUM + pair), ...addTo(SUM)]),
  ...[...laneF64(SUM, 0), ...laneF64(SUM, 1), ...ADD_F64, ...get(SHIFT), ...SUBTRACT_F64, ...set(PRODUCT)],
  ...[...get(TOTAL), ...get(PRODUCT), ...ADD_F64, ...set(TOTAL)],
  ...[...get(PRODUCTS), ...get(PRODUCT), ...storeF64(0), ...advance(PRODUCTS, 8)],
  ...[...get(PRODUCT), ...SPLAT_F64, ...set(BOTH)],
  // out += product row
  ...[...get(ROW), ...set(A), ...get(OUT), ...set(B)],
  ...LOOP,
  ...PAIRS.flatMap((pair) => [
    ...get(B),
    ...[...loadTwoFloats(A, 8 * pair), ...get(BOTH), ...MULTIPLY_F64X2],
    ...[...load(B, 16 * pair), ...ADD_F64X2, ...store(16 * pair)],
  ]),
  ...[...advance(A, 4 * TURN), ...advance(B, 8 * TURN)],
  ...[...get(A), ...get(STOP), ...IS_LESS, ...branchIf(0)],
  ...END_BLOCK,
  ...[...get(STOP), ...set(ROW)],
  ...branch(0),
  ...END_BLOCK,
  ...END_BLOCK,
  ...get(TOTAL),
];
