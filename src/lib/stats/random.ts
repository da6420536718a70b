import { randomKernel } from "./random-kernel.js";

/** A stream of random numbers; see {@link random}. */
export interface Random {
  /** Uniform in [0, 1), 53 bits. */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** A whole number in 0..n-1, each equally likely. */
  integer(n: number): number;
  /** The numbers 0..n-1 in random order. */
  permutation(n: number): Int32Array;
  /** Puts an array's entries in random order, in place, and returns it. */
  shuffle<T extends { length: number; [index: number]: unknown }>(array: T): T;
  /** Fills an array with uniform numbers in [0, 1), 24 bits each, and returns it. */
  fillUniform(array: Float32Array): Float32Array;
  /** Fills an array with standard normal numbers and returns it. */
  fillNormal(array: Float32Array): Float32Array;
}

/**
 * A seeded stream of random numbers. Names tell streams of one seed apart, so that a draw added in one place
 * moves no other: `random(0, "degrade", "noise")`.
 *
 * The generator is xoshiro128** (Blackman and Vigna 2018), its state filled by splitmix32 from a hash of seed and names; normal
 * numbers come from Marsaglia's polar method. The same seed and names give the same numbers on every platform.
 *
 * @param seed - a whole number.
 * @throws RangeError where the seed is not a safe integer.
 * @example
 * random(0, "example").uniform(); // the same number each time
 */
export function random(seed: number, ...names: string[]): Random {
  if (!Number.isSafeInteger(seed)) throw new RangeError(`seed must be a whole number, not ${seed}`);
  const generator = xoshiro128(hash([String(seed), ...names]));
  const { next } = generator;
  let spare: number | undefined;

  const uniform = () => ((next() >>> 5) * 67108864 + (next() >>> 6)) / 9007199254740992;

  const normal = () => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    for (;;) {
      const x = 2 * uniform() - 1;
      const y = 2 * uniform() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const radius = Math.sqrt((-2 * Math.log(square)) / square);
      spare = y * radius;
      return x * radius;
    }
  };

  const integer = (n: number) => {
    if (!Number.isInteger(n) || n < 1 || n > 4294967296) {
      throw new RangeError(`integer(n) needs a whole n from 1 to 2^32, not ${n}`);
    }
    // The remainder of 2^32 by n would favour small numbers: draws beyond the last whole multiple are thrown away.
    const limit = 4294967296 - (4294967296 % n);
    for (;;) {
      const value = next() >>> 0;
      if (value < limit) return value % n;
    }
  };

  const shuffle = <T extends { length: number; [index: number]: unknown }>(array: T): T => {
    for (let i = array.length - 1; i > 0; i--) {
      const j = integer(i + 1);
      const value = array[i];
      array[i] = array[j];
      array[j] = value;
    }
    return array;
  };

  return {
    uniform,
    normal,
    integer,
    shuffle,
    permutation: (n) => shuffle(Int32Array.from({ length: n }, (_, i) => i)),
    fillUniform(array) {
      let i = array.length >= FEWEST_IN_KERNEL ? fillUniforms(generator, array) : 0;
      while (i < array.length) array[i++] = (next() >>> 8) / 16777216;
      return array;
    },
    fillNormal(array) {
      let i = 0;
      if (spare !== undefined && array.length > 0) array[i++] = normal();
      if (array.length - i >= FEWEST_IN_KERNEL) i = fillPairs(generator, array, i);
      while (i + 1 < array.length) {
        array[i++] = normal();
        array[i++] = normal();
      }
      if (i < array.length) array[i] = normal();
      return array;
    },
  };
}

function hash(words: string[]): number {
  // FNV-1a over the UTF-16 code units; 0x1f separates the words, so ("ab", "c") and ("a", "bc") differ.
  let state = 0x811c9dc5;
  for (const word of words) {
    for (let i = 0; i < word.length; i++) state = Math.imul(state ^ word.charCodeAt(i), 0x01000193);
    state = Math.imul(state ^ 0x1f, 0x01000193);
  }
  return state >>> 0;
}

/** A generator of 32-bit words, whose state can be handed to {@link randomKernel} and back. */
interface Generator {
  next(): number;
  copyTo(state: Int32Array): void;
  takeFrom(state: Int32Array): void;
}

function xoshiro128(seed: number): Generator {
  let counter = seed;
  const splitmix32 = () => {
    counter = (counter + 0x9e3779b9) | 0;
    let z = counter;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) | 0;
  };
  let a = splitmix32();
  let b = splitmix32();
  let c = splitmix32();
  let d = splitmix32();
  return {
    next() {
      const product = Math.imul(b, 5);
      const result = Math.imul((product << 7) | (product >>> 25), 9);
      const shifted = b << 9;
      c ^= a;
      d ^= b;
      b ^= c;
      a ^= d;
      c ^= shifted;
      d = (d << 11) | (d >>> 21);
      return result;
    },
    copyTo(state) {
      state[0] = a;
      state[1] = b;
      state[2] = c;
      state[3] = d;
    },
    takeFrom(state) {
      [a, b, c, d] = state as unknown as [number, number, number, number];
    },
  };
}

/** Below so many numbers a call into WebAssembly does not pay. */
const FEWEST_IN_KERNEL = 64;

/** Fills an array with uniform numbers, the same as one by one. Returns its length. */
function fillUniforms(generator: Generator, array: Float32Array): number {
  const { state, uniforms, drawUniforms } = randomKernel();
  generator.copyTo(state);
  for (let i = 0; i < array.length; i += uniforms.length) {
    const count = Math.min(uniforms.length, array.length - i);
    drawUniforms(count);
    array.set(uniforms.subarray(0, count), i);
  }
  generator.takeFrom(state);
  return array.length;
}

/** Fills an array with pairs of normal numbers from a position on, the same as one by one. Returns where the pairs end. */
function fillPairs(generator: Generator, array: Float32Array, start: number): number {
  const { state, points, drawPoints } = randomKernel();
  generator.copyTo(state);
  let i = start;
  while (i + 1 < array.length) {
    const pairs = Math.min(points.length / 3, (array.length - i) >> 1);
    drawPoints(pairs);
    for (let at = 0; at < 3 * pairs; at += 3) {
      const square = points[at + 2]!;
      const radius = Math.sqrt((-2 * Math.log(square)) / square);
      array[i++] = points[at]! * radius;
      array[i++] = points[at + 1]! * radius;
    }
  }
  generator.takeFrom(state);
  return i;
}
