import {
  ADD,
  ADD_F32,
  ADD_F32X4,
  advance,
  BLOCK,
  branch,
  branchIf,
  constant,
  END_BLOCK,
  get,
  I32,
  instantiate,
  IS_AT_LEAST,
  IS_LESS,
  laneF32,
  load,
  loadI32,
  LOOP,
  MULTIPLY,
  MULTIPLY_F32X4,
  set,
  STORE_F32,
  SUBTRACT_F32X4,
  V128,
  ZERO_V128,
} from "./wasm-code.js";

/** The kernels for rows of one length; all their arguments are bytes from the start of the memory, or counts. */
export interface DistanceKernels {
  buffer: ArrayBufferLike;
  /** Float32 values of a row: those wanted, and zeros up to a multiple of 4. */
  width: number;
  /**
   * For each entry c of a list of row numbers: `out[c]` = the squared Euclidean distance of that row, counted from `rows`, from the
   * row at `from`, in float32.
   */
  squares(from: number, rows: number, list: number, count: number, out: number): void;
  /** The same with inner products in place of squared distances. */
  products(from: number, rows: number, list: number, count: number, out: number): void;
}

/** Most vectors of four values that are written out one after another; longer rows take several turns. */
const MOST_VECTORS = 64;

/** The length of a row in memory that holds so many values. */
export function paddedWidth(values: number): number {
  const vectors = Math.max(1, Math.ceil(values / 4));
  return 4 * (vectors <= MOST_VECTORS ? vectors : Math.ceil(vectors / MOST_VECTORS) * MOST_VECTORS);
}

/** The kernels for rows of `width` values (see {@link paddedWidth}) over a new memory of at least so many bytes. */
export function distanceKernels(width: number, bytes: number): DistanceKernels {
  const shape = { parameters: [I32, I32, I32, I32, I32], results: [], locals: LOCALS };
  const { buffer, functions } = instantiate<Pick<DistanceKernels, "squares" | "products">>(
    [
      { ...shape, name: "squares", body: kernelBody(squaredDifference, width / 4) },
      { ...shape, name: "products", body: kernelBody(product, width / 4) },
    ],
    bytes,
  );
  return { buffer, width, ...functions };
}

// The parameters of a kernel, then its local variables: pointers, and four sums so that none waits for the one before it.
const [FROM, ROWS, LIST, COUNT, OUT] = [0, 1, 2, 3, 4];
const [END, A, B, STOP] = [5, 6, 7, 8];
const [SUM, DIFFERENCE] = [9, 13];
const SUMS = 4;

const LOCALS = [I32, I32, I32, I32, V128, V128, V128, V128, V128];

const addSums = (to: number, other: number) => [...get(to), ...get(other), ...ADD_F32X4, ...set(to)];

/** What is summed, of the four values at an offset from A and B. */
type Term = (offset: number) => number[];

const squaredDifference: Term = (offset) => [
  ...[...load(A, offset), ...load(B, offset), ...SUBTRACT_F32X4, ...set(DIFFERENCE)],
  ...[...get(DIFFERENCE), ...get(DIFFERENCE), ...MULTIPLY_F32X4],
];
const product: Term = (offset) => [...load(A, offset), ...load(B, offset), ...MULTIPLY_F32X4];

function kernelBody(term: Term, vectors: number): number[] {
  const stride = 16 * vectors;
  const inTurn = Math.min(vectors, MOST_VECTORS);
  const turn = Array.from({ length: inTurn }, (_, vector) => {
    const sum = SUM + (vector % SUMS);
    return [...term(16 * vector), ...get(sum), ...ADD_F32X4, ...set(sum)];
  });
  return [
    // end = list + 4 count; stop = from + stride
    ...[...get(LIST), ...get(COUNT), ...constant(4), ...MULTIPLY, ...ADD, ...set(END)],
    ...[...get(FROM), ...constant(stride), ...ADD, ...set(STOP)],
    ...BLOCK,
    ...LOOP,
    // while list < end: b = rows + *list stride; a = from; sums = 0
    ...[...get(LIST), ...get(END), ...IS_AT_LEAST, ...branchIf(1)],
    ...[...get(ROWS), ...get(LIST), ...loadI32(), ...constant(stride), ...MULTIPLY, ...ADD, ...set(B)],
    ...[...get(FROM), ...set(A)],
    ...[0, 1, 2, 3].flatMap((sum) => [...ZERO_V128, ...set(SUM + sum)]),
    ...LOOP,
    ...turn.flat(),
    ...[...advance(A, 16 * inTurn), ...advance(B, 16 * inTurn)],
    ...[...get(A), ...get(STOP), ...IS_LESS, ...branchIf(0)],
    ...END_BLOCK,
    // *out = the sum of the four sums' four lanes
    ...[...addSums(SUM, SUM + 1), ...addSums(SUM + 2, SUM + 3), ...addSums(SUM, SUM + 2)],
    ...get(OUT),
    ...[...laneF32(SUM, 0), ...laneF32(SUM, 1), ...ADD_F32, ...laneF32(SUM, 2), ...laneF32(SUM, 3), ...ADD_F32],
    ...[...ADD_F32, ...STORE_F32],
    ...[...advance(OUT, 4), ...advance(LIST, 4)],
    ...branch(0),
    ...END_BLOCK,
    ...END_BLOCK,
  ];
}
