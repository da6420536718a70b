import type { CsrMatrix } from "../anndata/csr.js";
import { type GramKernel, inHalves } from "./gram-kernel.js";
import {
  ADD_F64,
  advance,
  BLOCK,
  branch,
  branchIf,
  END_BLOCK,
  F64,
  get,
  I32,
  instantiate,
  IS_AT_LEAST,
  IS_LESS,
  loadF32,
  loadF64,
  loadI32,
  LOOP,
  MULTIPLY_F64,
  set,
  storeF64,
  SUBTRACT_F64,
  ZERO_F64,
} from "./wasm-code.js";

/** Entries of a matrix for which a second thread pays. */
const LARGE = 300_000;

/** Bytes that the kernel of a matrix needs: rows have an even number of entries. */
export function sparseGramBytes({ nnz, shape: [rows, columns] }: CsrMatrix): number {
  return 24 * columns + 12 * rows + 8 * (nnz + rows);
}

/** A kernel for a matrix. */
export function sparseGramKernel(matrix: CsrMatrix): GramKernel {
  const { data, indices, indptr, shape } = matrix;
  const [rows, columns] = shape;
  let entries = 0;
  for (let i = 0; i < rows; i++) entries += (indptr[i + 1]! - indptr[i]! + 1) & ~1;
  // x lies at 0, so that the byte offset of a column serves as its address.
  const [outAt, outTooAt, productsAt] = [8 * columns, 16 * columns, 24 * columns];
  const endsAt = productsAt + 8 * rows;
  const columnsAt = endsAt + 4 * rows;
  const toValue = 4 * entries;
  const shapeOf = { parameters: [I32, I32, I32, I32, F64], results: [F64], locals: [I32, I32, F64, F64, F64] };
  const instance = instantiate<Record<string, (...args: number[]) => number>>(
    [
      { ...shapeOf, name: "multiply", body: body(outAt, toValue) },
      { ...shapeOf, name: "multiplyToo", body: body(outTooAt, toValue) },
    ],
    sparseGramBytes(matrix),
  );
  const { buffer } = instance;
  const ends = new Int32Array(buffer, endsAt, rows);
  const offsets = new Int32Array(buffer, columnsAt, entries);
  const values = new Float32Array(buffer, columnsAt + toValue, entries);
  for (let i = 0, to = 0; i < rows; i++) {
    for (let at = indptr[i]!; at < indptr[i + 1]!; at++) {
      offsets[to] = 8 * indices[at]!;
      values[to++] = data[at]!;
    }
    to = (to + 1) & ~1;
    ends[i] = columnsAt + 4 * to;
  }
  // Half of the entries, not of the rows: rows may differ much.
  let half = 0;
  while (half < rows && ends[half]! - columnsAt < 2 * entries) half++;
  const halfAt = endsAt + 4 * half;
  const entryAt = half === 0 ? columnsAt : ends[half - 1]!;
  const out = new Float64Array(buffer, outAt, columns);
  return {
    x: new Float64Array(buffer, 0, columns),
    out,
    products: new Float64Array(buffer, productsAt, rows),
    ...inHalves(
      instance,
      [
        { name: "multiply", args: [endsAt, halfAt, columnsAt, productsAt], out },
        {
          name: "multiplyToo",
          args: [halfAt, columnsAt, entryAt, productsAt + 8 * half],
          out: new Float64Array(buffer, outTooAt, columns),
        },
      ],
      matrix.nnz > LARGE,
    ),
  };
}

// The parameters, then the local variables: pointers, two partial sums of a row's product, and the sum of the products.
const [ENDS, STOP, ENTRY, PRODUCTS, SHIFT] = [0, 1, 2, 3, 4];
const [END, AT, SUM, SUM_TOO, TOTAL] = [5, 6, 7, 8, 9];

function body(outAt: number, toValue: number): number[] {
  const addProductOf = (entry: number, sum: number) => [
    ...[...get(AT), ...loadI32(4 * entry), ...loadF64(0), ...get(AT), ...loadF32(toValue + 4 * entry)],
    ...[...MULTIPLY_F64, ...get(sum), ...ADD_F64, ...set(sum)],
  ];
  const addToOut = (entry: number) => [
    ...[...get(AT), ...loadI32(4 * entry)],
    ...[...get(AT), ...loadI32(4 * entry), ...loadF64(outAt)],
    ...[...get(AT), ...loadF32(toValue + 4 * entry), ...get(SUM), ...MULTIPLY_F64, ...ADD_F64],
    ...storeF64(outAt),
  ];
  const overEntries = (turn: number[]) => [
    ...[...get(ENTRY), ...set(AT)],
    ...BLOCK,
    ...[...get(AT), ...get(END), ...IS_AT_LEAST, ...branchIf(0)],
    ...LOOP,
    ...[...turn, ...advance(AT, 8)],
    ...[...get(AT), ...get(END), ...IS_LESS, ...branchIf(0)],
    ...END_BLOCK,
    ...END_BLOCK,
  ];
  return [
    ...BLOCK,
    ...LOOP,
    ...[...get(ENDS), ...get(STOP), ...IS_AT_LEAST, ...branchIf(1)],
    ...[...get(ENDS), ...loadI32(), ...set(END)],
    ...[...ZERO_F64, ...set(SUM), ...ZERO_F64, ...set(SUM_TOO)],
    ...overEntries([...addProductOf(0, SUM), ...addProductOf(1, SUM_TOO)]),
    // sum = sum + sumToo - shift; total += sum
    ...[...get(SUM), ...get(SUM_TOO), ...ADD_F64, ...get(SHIFT), ...SUBTRACT_F64, ...set(SUM)],
    ...[...get(TOTAL), ...get(SUM), ...ADD_F64, ...set(TOTAL)],
    ...[...get(PRODUCTS), ...get(SUM), ...storeF64(0), ...advance(PRODUCTS, 8)],
    ...overEntries([...addToOut(0), ...addToOut(1)]),
    ...[...get(END), ...set(ENTRY), ...advance(ENDS, 4)],
    ...branch(0),
    ...END_BLOCK,
    ...END_BLOCK,
    ...get(TOTAL),
  ];
}
