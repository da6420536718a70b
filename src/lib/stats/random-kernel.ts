import {
  ADD_F64,
  advance,
  BLOCK,
  branch,
  branchIf,
  constant,
  END_BLOCK,
  EQUALS_F64,
  F64,
  float,
  get,
  I32,
  instantiate,
  IS_AT_LEAST_F64,
  IS_ZERO,
  loadI32,
  LOOP,
  MULTIPLY,
  MULTIPLY_F64,
  ROTATE_LEFT,
  set,
  SHIFT_LEFT,
  SHIFT_RIGHT,
  STORE_F32,
  storeF64,
  storeI32,
  SUBTRACT,
  SUBTRACT_F64,
  TO_F32,
  UNSIGNED_TO_F64,
  XOR,
} from "./wasm-code.js";

/** Pairs, and uniform numbers, drawn in one call at most. */
const PAIRS = 512;
const UNIFORMS = 2048;
const STATE_BYTES = 16;
const PAIR_BYTES = 24;

/** Locals: pairs still to draw, the generator's four words, a word for the shift, where to write, and the pair. */
const [LEFT, A, B, C, D, SHIFTED, OUT, X, Y, SQUARE] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

/** The generator's next word on the stack: xoshiro128**, as in random.ts. */
const NEXT = [
  ...[...get(B), ...constant(5), ...MULTIPLY, ...constant(7), ...ROTATE_LEFT, ...constant(9), ...MULTIPLY],
  ...[...get(B), ...constant(9), ...SHIFT_LEFT, ...set(SHIFTED)],
  ...[...get(C), ...get(A), ...XOR, ...set(C)],
  ...[...get(D), ...get(B), ...XOR, ...set(D)],
  ...[...get(B), ...get(C), ...XOR, ...set(B)],
  ...[...get(A), ...get(D), ...XOR, ...set(A)],
  ...[...get(C), ...get(SHIFTED), ...XOR, ...set(C)],
  ...[...get(D), ...constant(11), ...ROTATE_LEFT, ...set(D)],
];

/** A number from -1 to 1 of 53 bits, on the stack. */
const COORDINATE = [
  ...[...NEXT, ...constant(5), ...SHIFT_RIGHT, ...UNSIGNED_TO_F64, ...float(67108864), ...MULTIPLY_F64],
  ...[...NEXT, ...constant(6), ...SHIFT_RIGHT, ...UNSIGNED_TO_F64, ...ADD_F64, ...float(2 ** -53), ...MULTIPLY_F64],
  ...[...float(2), ...MULTIPLY_F64, ...float(1), ...SUBTRACT_F64],
];

const WORDS = [A, B, C, D];

/** Takes the generator's words from the memory, and puts them back. */
const BEGIN = [
  ...WORDS.flatMap((word, k) => [...constant(0), ...loadI32(4 * k), ...set(word)]),
  ...[...constant(STATE_BYTES), ...set(OUT)],
  ...[...BLOCK, ...LOOP, ...get(LEFT), ...IS_ZERO, ...branchIf(1)],
];
const repeat = (bytes: number) => [
  ...[...advance(OUT, bytes), ...get(LEFT), ...constant(1), ...SUBTRACT, ...set(LEFT), ...branch(0)],
  ...[...END_BLOCK, ...END_BLOCK],
  ...WORDS.flatMap((word, k) => [...constant(0), ...get(word), ...storeI32(4 * k)]),
];

const DRAW_UNIFORMS = [
  ...BEGIN,
  ...[...get(OUT), ...NEXT, ...constant(8), ...SHIFT_RIGHT, ...UNSIGNED_TO_F64, ...float(2 ** -24), ...MULTIPLY_F64],
  ...[...TO_F32, ...STORE_F32],
  ...repeat(4),
];

const DRAW_POINTS = [
  ...BEGIN,
  ...[...COORDINATE, ...set(X), ...COORDINATE, ...set(Y)],
  ...[...get(X), ...get(X), ...MULTIPLY_F64, ...get(Y), ...get(Y), ...MULTIPLY_F64, ...ADD_F64, ...set(SQUARE)],
  ...[...get(SQUARE), ...float(1), ...IS_AT_LEAST_F64, ...branchIf(0)],
  ...[...get(SQUARE), ...float(0), ...EQUALS_F64, ...branchIf(0)],
  ...[X, Y, SQUARE].flatMap((value, k) => [...get(OUT), ...get(value), ...storeF64(8 * k)]),
  ...repeat(PAIR_BYTES),
];

/** The generator of random.ts in WebAssembly. */
export interface RandomKernel {
  /** The generator's four words, before and after a call. */
  readonly state: Int32Array;
  /** Uniform numbers of 24 bits, after {@link drawUniforms}; as many as one call gives. */
  readonly uniforms: Float32Array;
  /** Points in the unit circle for the polar method, each x, y, x² + y², after {@link drawPoints}; as many as one call gives. */
  readonly points: Float64Array;
  drawUniforms(count: number): void;
  drawPoints(count: number): void;
}

let kernel: RandomKernel | undefined;

/** The kernel, made at its first use. */
export function randomKernel(): RandomKernel {
  if (kernel) return kernel;
  const locals = [I32, I32, I32, I32, I32, I32, F64, F64, F64];
  const { buffer, functions } = instantiate<Pick<RandomKernel, "drawUniforms" | "drawPoints">>(
    [
      { name: "drawUniforms", parameters: [I32], results: [], locals, body: DRAW_UNIFORMS },
      { name: "drawPoints", parameters: [I32], results: [], locals, body: DRAW_POINTS },
    ],
    STATE_BYTES + Math.max(PAIRS * PAIR_BYTES, 4 * UNIFORMS),
  );
  kernel = {
    state: new Int32Array(buffer, 0, 4),
    uniforms: new Float32Array(buffer, STATE_BYTES, UNIFORMS),
    points: new Float64Array(buffer, STATE_BYTES, 3 * PAIRS),
    drawUniforms: functions.drawUniforms,
    drawPoints: functions.drawPoints,
  };
  return kernel;
}
