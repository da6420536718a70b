/** A power of two: entries of the cache. */
const ENTRIES = 4096;

/**
 * Applies a costly function to many float32 values of which most repeat, as the counts of a cell after normalisation: the last results
 * are kept in a small cache, so that the function itself is called seldom. The results are those of calling it for every value.
 *
 * @returns a function that writes `f` of the values from `start` to `end` into `out`, from its beginning on.
 */
export function overRepeatedValues(
  f: (value: number) => number,
): (values: Float32Array, start: number, end: number, out: Float64Array | Float32Array) => void {
  const keys = new Int32Array(ENTRIES);
  const results = new Float64Array(ENTRIES).fill(f(0));
  return (values, start, end, out) => {
    const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
    for (let at = start; at < end; at++) {
      const key = bits[at]!;
      const entry = (Math.imul(key, 0x9e3779b1) >>> 20) & (ENTRIES - 1);
      if (keys[entry] !== key) {
        keys[entry] = key;
        results[entry] = f(values[at]!);
      }
      out[at - start] = results[entry]!;
    }
  };
}
