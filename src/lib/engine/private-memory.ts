/** What tfjs-node's addon makes a tensor of. */
export interface TensorMaker {
  createTensor(shape: readonly number[], dtype: number, values: unknown): number;
}

/** Bytes kept for the next array; a larger one gets memory of its own. */
const KEPT = 2 ** 24;

/** Bytes by which an array lies askew in its buffer, which itself begins at a multiple of eight. */
const OFFSET = 4;

/** An array that becomes a tensor again and again: it lies where TensorFlow copies it, so that nothing else has to. */
export function floatsForTensors(length: number): Float32Array {
  return new Float32Array(new ArrayBuffer(OFFSET + length * Float32Array.BYTES_PER_ELEMENT), OFFSET);
}

/**
 * The addon, except that TensorFlow copies every array it is handed.
 *
 * tfjs-node 4.22 lends out an array's own memory where its address is a multiple of 64, 32 or 16, by how TensorFlow was built:
 * then the tensor changes with the array, and the thread that drops the tensor last gives the memory back to V8. After a step of a
 * graph that is a thread of TensorFlow's; V8 allows none but its own, and sooner or later the program ends without a word. What
 * lies askew TensorFlow copies before `createTensor` returns.
 */
export function withPrivateMemory<T extends TensorMaker>(addon: T): T {
  let kept = new ArrayBuffer(0);
  const createTensor: TensorMaker["createTensor"] = (shape, dtype, values) => {
    if (!ArrayBuffer.isView(values)) return addon.createTensor(shape, dtype, values);
    const { buffer, byteOffset, byteLength } = values;
    if (byteOffset % 8 === OFFSET) return addon.createTensor(shape, dtype, values);
    const needed = OFFSET + byteLength;
    const room = kept.byteLength >= needed ? kept : new ArrayBuffer(needed);
    if (needed <= KEPT) kept = room;
    new Uint8Array(room, OFFSET).set(new Uint8Array(buffer, byteOffset, byteLength));
    const Values = values.constructor as new (buffer: ArrayBuffer, offset: number, length: number) => ArrayBufferView;
    return addon.createTensor(shape, dtype, new Values(room, OFFSET, (values as Float32Array).length));
  };
  // The addon's own properties cannot be written.
  return Object.create(addon, { createTensor: { value: createTensor } }) as T;
}
