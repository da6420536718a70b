import { type SecondThread, startSecondThread } from "./second-thread.js";
import {
  ADD,
  ADD_F64X2,
  advance,
  BLOCK,
  branch,
  branchIf,
  constant,
  END_BLOCK,
  fitsInMemory,
  get,
  I32,
  instantiate,
  IS_AT_LEAST,
  IS_LESS,
  load,
  loadF64,
  loadI32,
  LOOP,
  MULTIPLY_F64X2,
  set,
  SPLAT_F64,
  store,
  V128,
  ZERO_V128,
} from "./wasm-code.js";

/** A sparse matrix in compressed rows, float64. */
export interface SparseOperator {
  /** Default: as many as rows. */
  columns?: number;
  indices: Int32Array;
  indptr: Int32Array;
  values: Float64Array;
}

/** A sparse operator in a memory of its own, ready to be applied to matrices of any number of columns. */
export interface OperatorPowers {
  /** Of the operator. */
  rows: number;
  /**
   * Computes `operatorᵖ · X` for p of at least 1 (1 alone where the operator is not square), some columns of X at a time: no product
   * of operators is made.
   *
   * @param columns - of X.
   * @param fill - writes `count` columns of X from `first` on into a block of X's rows × `width`, row-major, that holds anything.
   * @param take - gets the same columns of the result.
   */
  apply(power: number, columns: number, fill: BlockVisitor, take: BlockVisitor): void;
  /** Ends what may run beside. */
  close(): void;
}

/** Is told of columns `first` to `first + count` of a matrix, which are the first of each row of a block of `width` columns. */
export type BlockVisitor = (block: Float64Array, first: number, count: number, width: number) => void;

/** Columns of a block: their sums lie in the processor's registers. */
const WIDTH = 16;
/** Multiplications for which a second thread pays. */
const LARGE = 2e8;

/** Bytes that an operator and its four blocks need. */
function bytesOf({ indices, indptr }: SparseOperator, blockSize: number): number {
  return 12 * indices.length + 4 * indptr.length + 16 + 32 * blockSize;
}

/**
 * Prepares the powers of an operator. Sums are in float64 in the order of the operator's entries, so a result does not depend on
 * the thread that computes it, nor on the columns beside it.
 * @example
 * const swap = { indptr: Int32Array.of(0, 1, 2), indices: Int32Array.of(1, 0), values: Float64Array.of(1, 1) };
 * const powers = operatorPowers(swap);
 * powerTimes(powers, 3, Float64Array.of(5, 7), 1); // Float64Array [7, 5]
 * powers.close();
 */
export function operatorPowers(operator: SparseOperator): OperatorPowers {
  const { indices, indptr, values } = operator;
  const rows = indptr.length - 1;
  const longest = Math.max(rows, operator.columns ?? rows);
  let width = WIDTH;
  while (width > 2 && !fitsInMemory(bytesOf(operator, longest * width))) width /= 2;
  const blockSize = longest * width;
  const entriesAt = 8 * values.length;
  const endsAt = entriesAt + 4 * indices.length;
  const stop = endsAt + 4 * rows;
  const blocksAt = Math.ceil(stop / 16) * 16;
  const { buffer, functions, module, memory } = instantiate<{ power(p: number, from: number, to: number): void }>(
    [
      {
        name: "power",
        parameters: [I32, I32, I32],
        results: [],
        locals: [...new Array<number>(SPARE - DONE + 1).fill(I32), ...new Array<number>(width / 2 + 1).fill(V128)],
        body: powerBody(width / 2, endsAt, stop, entriesAt),
      },
    ],
    bytesOf(operator, blockSize),
  );
  new Float64Array(buffer, 0, values.length).set(values);
  const offsets = new Int32Array(buffer, entriesAt, indices.length);
  for (let at = 0; at < indices.length; at++) offsets[at] = 8 * width * indices[at]!;
  const ends = new Int32Array(buffer, endsAt, rows);
  for (let i = 0; i < rows; i++) ends[i] = entriesAt + 4 * indptr[i + 1]!;

  const addresses = [0, 1, 2, 3].map((number) => blocksAt + 8 * blockSize * number);
  const blocks = addresses.map((address) => new Float64Array(buffer, address, blockSize));
  let thread: SecondThread | undefined;
  return {
    rows,
    apply(power, columns, fill, take) {
      if (columns * power * values.length > LARGE) thread ??= startSecondThread(module, memory, "power");
      const result = power % 2;
      for (let first = 0; first < columns; first += 2 * width) {
        const count = Math.min(width, columns - first);
        const next = first + width;
        const nextCount = Math.max(0, Math.min(width, columns - next));
        const beside = [power, addresses[2]!, addresses[3]!] as const;
        let isBeside = false;
        if (nextCount > 0) {
          fill(blocks[2]!, next, nextCount, width);
          isBeside = thread?.begin([...beside]) ?? false;
        }
        fill(blocks[0]!, first, count, width);
        functions.power(power, addresses[0]!, addresses[1]!);
        take(blocks[result]!, first, count, width);
        if (nextCount === 0) continue;
        if (isBeside) thread!.finish();
        else functions.power(...beside);
        take(blocks[2 + result]!, next, nextCount, width);
      }
    },
    close() {
      thread?.close();
      thread = undefined;
    },
  };
}

/**
 * `operatorᵖ · X` of a dense float64 matrix.
 *
 * @param data - X, rows × columns, row-major; not changed.
 * @example
 * const halves = { indptr: Int32Array.of(0, 1, 2), indices: Int32Array.of(0, 1), values: Float64Array.of(0.5, 0.5) };
 * const powers = operatorPowers(halves);
 * powerTimes(powers, 2, Float64Array.of(4, 8), 1); // Float64Array [1, 2]
 * powers.close();
 */
export function powerTimes(powers: OperatorPowers, power: number, data: Float64Array, columns: number): Float64Array {
  const rows = data.length / columns;
  const result = new Float64Array(powers.rows * columns);
  const fill: BlockVisitor = (block, first, count, width) => {
    for (let i = 0; i < rows; i++) {
      for (let c = 0; c < count; c++) block[i * width + c] = data[i * columns + first + c]!;
    }
  };
  powers.apply(power, columns, fill, (block, first, count, width) => {
    for (let i = 0; i < powers.rows; i++) {
      for (let c = 0; c < count; c++) result[i * columns + first + c] = block[i * width + c]!;
    }
  });
  return result;
}

// The parameters, then the local variables; the vectors hold a value of the operator and the sums of a row.
const [POWER, FROM, TO] = [0, 1, 2];
const [DONE, ROW, END, ENTRY, VALUE, SOURCE, TARGET, SPARE] = [3, 4, 5, 6, 7, 8, 9, 10];
const [FACTOR, SUMS] = [11, 12];

function powerBody(vectors: number, endsAt: number, stop: number, entriesAt: number): number[] {
  const all = (turn: (vector: number) => number[]) => Array.from({ length: vectors }, (_, v) => turn(v)).flat();
  return [
    ...LOOP,
    ...[...constant(endsAt), ...set(ROW), ...constant(entriesAt), ...set(ENTRY), ...constant(0), ...set(VALUE)],
    ...[...get(TO), ...set(TARGET)],
    ...BLOCK,
    ...LOOP,
    ...[...get(ROW), ...constant(stop), ...IS_AT_LEAST, ...branchIf(1)],
    ...[...get(ROW), ...loadI32(), ...set(END)],
    ...all((v) => [...ZERO_V128, ...set(SUMS + v)]),
    ...BLOCK,
    ...LOOP,
    ...[...get(ENTRY), ...get(END), ...IS_AT_LEAST, ...branchIf(1)],
    // source = from + *entry; factor = *value
    ...[...get(FROM), ...get(ENTRY), ...loadI32(), ...ADD, ...set(SOURCE)],
    ...[...get(VALUE), ...loadF64(0), ...SPLAT_F64, ...set(FACTOR)],
    ...all((v) => [
      ...[...load(SOURCE, 16 * v), ...get(FACTOR), ...MULTIPLY_F64X2],
      ...[...get(SUMS + v), ...ADD_F64X2, ...set(SUMS + v)],
    ]),
    ...[...advance(ENTRY, 4), ...advance(VALUE, 8), ...branch(0)],
    ...END_BLOCK,
    ...END_BLOCK,
    ...all((v) => [...get(TARGET), ...get(SUMS + v), ...store(16 * v)]),
    ...[...advance(TARGET, 16 * vectors), ...advance(ROW, 4), ...branch(0)],
    ...END_BLOCK,
    ...END_BLOCK,
    // The result is what the next power starts from.
    ...[...get(FROM), ...set(SPARE), ...get(TO), ...set(FROM), ...get(SPARE), ...set(TO)],
    ...[...advance(DONE, 1), ...get(DONE), ...get(POWER), ...IS_LESS, ...branchIf(0)],
    ...END_BLOCK,
  ];
}
