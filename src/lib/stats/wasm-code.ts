/**
 * The little of WebAssembly's binary format that the kernels of this folder are put together from: its 128-bit SIMD takes four float32,
 * or two float64, at a time where JavaScript takes one. Sums are in a fixed order, so results are the same everywhere.
 */

export const I32 = 0x7f;
export const F64 = 0x7c;
export const V128 = 0x7b;

export const get = (local: number) => [0x20, local];
export const set = (local: number) => [0x21, local];
export const constant = (value: number) => [0x41, ...signed(value)];
export const float = (value: number) => [0x44, ...new Uint8Array(Float64Array.of(value).buffer)];
export const ADD = [0x6a];
export const SUBTRACT = [0x6b];
export const XOR = [0x73];
export const SHIFT_LEFT = [0x74];
export const SHIFT_RIGHT = [0x76];
export const ROTATE_LEFT = [0x77];
export const IS_ZERO = [0x45];
export const MULTIPLY = [0x6c];
export const IS_LESS = [0x49];
export const IS_AT_LEAST = [0x4f];
export const loadI32 = (offset = 0) => [0x28, 2, ...unsigned(offset)];
export const storeI32 = (offset: number) => [0x36, 2, ...unsigned(offset)];
export const STORE_F32 = [0x38, 2, 0];
export const ADD_F32 = [0x92];
export const loadF64 = (offset: number) => [0x2b, 3, ...unsigned(offset)];
export const storeF64 = (offset: number) => [0x39, 3, ...unsigned(offset)];
/** A float32 as float64. */
export const loadF32 = (offset: number) => [0x2a, 2, ...unsigned(offset), 0xbb];
export const ZERO_F64 = float(0);
export const UNSIGNED_TO_F64 = [0xb8];
export const TO_F32 = [0xb6];
export const EQUALS_F64 = [0x61];
export const IS_AT_LEAST_F64 = [0x66];
export const MULTIPLY_F64 = [0xa2];
export const ADD_F64 = [0xa0];
export const SUBTRACT_F64 = [0xa1];
export const ZERO_V128 = [0xfd, 0x0c, ...new Array<number>(16).fill(0)];
export const SPLAT_F64 = [0xfd, 0x14];
export const ADD_F32X4 = [0xfd, 0xe4, 0x01];
export const SUBTRACT_F32X4 = [0xfd, 0xe5, 0x01];
export const MULTIPLY_F32X4 = [0xfd, 0xe6, 0x01];
export const ADD_F64X2 = [0xfd, 0xf0, 0x01];
export const MULTIPLY_F64X2 = [0xfd, 0xf2, 0x01];
export const BLOCK = [0x02, 0x40];
export const LOOP = [0x03, 0x40];
export const END_BLOCK = [0x0b];
export const branch = (depth: number) => [0x0c, depth];
export const branchIf = (depth: number) => [0x0d, depth];
/** Four float32 or two float64 from a pointer and an offset. */
export const load = (pointer: number, offset: number) => [...get(pointer), 0xfd, 0x00, 2, ...unsigned(offset)];
/** Two float32, as float64. */
export const loadTwoFloats = (pointer: number, offset: number) => [
  ...[...get(pointer), 0xfd, 0x5d, 2, ...unsigned(offset)],
  ...[0xfd, 0x5f],
];
/** Stores the vector on the stack, above the pointer. */
export const store = (offset: number) => [0xfd, 0x0b, 2, ...unsigned(offset)];
export const laneF32 = (vector: number, lane: number) => [...get(vector), 0xfd, 0x1f, lane];
export const laneF64 = (vector: number, lane: number) => [...get(vector), 0xfd, 0x21, lane];
export const advance = (local: number, bytes: number) => [...get(local), ...constant(bytes), ...ADD, ...set(local)];

/** A function of a module. */
export interface WasmFunction {
  name: string;
  parameters: number[];
  results: number[];
  /** Types of the local variables, which are numbered after the parameters. */
  locals: number[];
  body: number[];
}

/** The part of WebAssembly's interface that is needed here; the types of Node leave it out. */
interface WebAssemblyApi {
  Memory: new (options: { initial: number; maximum: number; shared: boolean }) => { buffer: ArrayBufferLike };
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { exports: unknown };
}

/** Bytes of the memory's unit of size, and the most units there can be. */
const PAGE = 65536;
const MOST_PAGES = 65536;

/** Whether a memory of so many bytes can be had. */
export function fitsInMemory(bytes: number): boolean {
  return Math.ceil(bytes / PAGE) <= MOST_PAGES;
}

/** A module's functions over a memory of their own, with what another thread needs to run them. */
export interface WasmInstance<Functions> {
  buffer: ArrayBufferLike;
  functions: Functions;
  module: object;
  memory: object;
}

/** The functions of a module over a new memory of at least so many bytes. */
export function instantiate<Functions>(functions: WasmFunction[], bytes: number): WasmInstance<Functions> {
  const { Memory, Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;
  const pages = Math.ceil(bytes / PAGE);
  const memory = new Memory({ initial: pages, maximum: pages, shared: true });
  const module = new Module(moduleBytes(functions, pages));
  const { exports } = new Instance(module, { env: { memory } });
  return { buffer: memory.buffer, functions: exports as Functions, module, memory };
}

function moduleBytes(functions: WasmFunction[], pages: number): Uint8Array {
  const list = (entries: number[][]) => [...unsigned(entries.length), ...entries.flat()];
  const types = functions.map(({ parameters, results }) => [0x60, ...sized(parameters), ...sized(results)]);
  const exported = functions.map(({ name }, index) => [...text(name), 0, index]);
  const bodies = functions.map(({ locals, body }) =>
    sized([...list(locals.map((type) => [1, type])), ...body, ...END_BLOCK]),
  );
  const sharedMemory = [0x02, 0x03, ...unsigned(pages), ...unsigned(pages)];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, list(types)),
    ...section(2, [1, ...text("env"), ...text("memory"), ...sharedMemory]),
    ...section(3, list(functions.map((_, index) => [index]))),
    ...section(7, list(exported)),
    ...section(10, list(bodies)),
  ]);
}

const section = (id: number, content: number[]) => [id, ...sized(content)];
const sized = (content: number[]) => [...unsigned(content.length), ...content];
const text = (letters: string) => sized([...letters].map((letter) => letter.charCodeAt(0)));

/** Unsigned LEB128. */
function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}

/** Signed LEB128 of a number of at least 0: the sign bit of the last byte is 0. */
function signed(value: number): number[] {
  return value < 64 ? [value] : [(value & 127) | 128, ...signed(value >>> 7)];
}
