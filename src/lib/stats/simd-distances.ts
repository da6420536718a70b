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

/** The part of WebAssembly's interface that is needed here; the types of Node leave it out. */
interface WebAssemblyApi {
  Memory: new (options: { initial: number }) => { buffer: ArrayBufferLike };
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { exports: unknown };
}

/** Bytes of the memory's unit of size. */
const PAGE = 65536;
/** Most vectors of four values that are written out one after another; longer rows take several turns. */
const MOST_VECTORS = 64;

/** The length of a row in memory that holds so many values. */
export function paddedWidth(values: number): number {
  const vectors = Math.max(1, Math.ceil(values / 4));
  return 4 * (vectors <= MOST_VECTORS ? vectors : Math.ceil(vectors / MOST_VECTORS) * MOST_VECTORS);
}

/**
 * The kernels for rows of `width` values (see {@link paddedWidth}) over a new memory of at least so many bytes.
 *
 * They are a WebAssembly module, put together here: its 128-bit SIMD takes four float32 at a time where JavaScript takes one
 * float64. Sums are in a fixed order, so the results are the same everywhere.
 */
export function distanceKernels(width: number, bytes: number): DistanceKernels {
  const { Memory, Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;
  const memory = new Memory({ initial: Math.ceil(bytes / PAGE) });
  const { exports } = new Instance(new Module(moduleBytes(width / 4)), { env: { memory } });
  const { squares, products } = exports as Pick<DistanceKernels, "squares" | "products">;
  return { buffer: memory.buffer, width, squares, products };
}

const I32 = 0x7f;
const V128 = 0x7b;

// The parameters of a kernel, then its local variables: pointers, and four sums so that none waits for the one before it.
const [FROM, ROWS, LIST, COUNT, OUT] = [0, 1, 2, 3, 4];
const [END, A, B, STOP] = [5, 6, 7, 8];
const [SUM, DIFFERENCE] = [9, 13];
const SUMS = 4;

const get = (local: number) => [0x20, local];
const set = (local: number) => [0x21, local];
const constant = (value: number) => [0x41, ...signed(value)];
const ADD = [0x6a];
const MULTIPLY = [0x6c];
const IS_LESS = [0x49];
const IS_AT_LEAST = [0x4f];
const LOAD_I32 = [0x28, 2, 0];
const STORE_F32 = [0x38, 2, 0];
const ADD_F32 = [0x92];
const ZERO_V128 = [0xfd, 0x0c, ...new Array<number>(16).fill(0)];
const ADD_F32X4 = [0xfd, 0xe4, 0x01];
const SUBTRACT_F32X4 = [0xfd, 0xe5, 0x01];
const MULTIPLY_F32X4 = [0xfd, 0xe6, 0x01];
const BLOCK = [0x02, 0x40];
const LOOP = [0x03, 0x40];
const END_BLOCK = [0x0b];
const branch = (depth: number) => [0x0c, depth];
const branchIf = (depth: number) => [0x0d, depth];
const load = (pointer: number, offset: number) => [...get(pointer), 0xfd, 0x00, 2, ...unsigned(offset)];
const laneOfSum = (lane: number) => [...get(SUM), 0xfd, 0x1f, lane];
const advance = (local: number, bytes: number) => [...get(local), ...constant(bytes), ...ADD, ...set(local)];
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
    ...[...get(ROWS), ...get(LIST), ...LOAD_I32, ...constant(stride), ...MULTIPLY, ...ADD, ...set(B)],
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
    ...[...laneOfSum(0), ...laneOfSum(1), ...ADD_F32, ...laneOfSum(2), ...laneOfSum(3), ...ADD_F32],
    ...[...ADD_F32, ...STORE_F32],
    ...[...advance(OUT, 4), ...advance(LIST, 4)],
    ...branch(0),
    ...END_BLOCK,
    ...END_BLOCK,
    ...END_BLOCK,
  ];
}

function moduleBytes(vectors: number): Uint8Array {
  const locals = [2, ...[4, I32], ...[5, V128]];
  const bodies = [squaredDifference, product].map((term) => sized([...locals, ...kernelBody(term, vectors)]));
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 5, I32, I32, I32, I32, I32, 0]),
    ...section(2, [1, ...name("env"), ...name("memory"), 0x02, 0x00, 1]),
    ...section(3, [2, 0, 0]),
    ...section(7, [2, ...name("squares"), 0, 0, ...name("products"), 0, 1]),
    ...section(10, [bodies.length, ...bodies.flat()]),
  ]);
}

const section = (id: number, content: number[]) => [id, ...sized(content)];
const sized = (content: number[]) => [...unsigned(content.length), ...content];
const name = (text: string) => sized([...text].map((letter) => letter.charCodeAt(0)));

/** Unsigned LEB128. */
function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}

/** Signed LEB128 of a number of at least 0: the sign bit of the last byte is 0. */
function signed(value: number): number[] {
  return value < 64 ? [value] : [(value & 127) | 128, ...signed(value >>> 7)];
}
