import { Hdf5Error } from "./byte-source.js";

/**
 * Unpacks LZF (Marc Lehmann's liblzf format, h5py's filter 32000): a byte below 32 announces that many literals and one more; any
 * other copies from what has been unpacked, its upper three bits the length and the rest, with the next byte, the distance.
 *
 * @param limit - more bytes than this are refused.
 */
export function decompressLzf(data: Uint8Array, limit: number): Uint8Array {
  const result = new Uint8Array(limit);
  let to = 0;
  for (let at = 0; at < data.length;) {
    const control = data[at++]!;
    if (control < 32) {
      const end = at + control + 1;
      if (end > data.length || to + control + 1 > limit) throw new Hdf5Error("a chunk packed by lzf is damaged");
      while (at < end) result[to++] = data[at++]!;
      continue;
    }
    let length = control >> 5;
    if (length === 7) length += data[at++] ?? 0;
    let from = to - ((control & 31) << 8) - (data[at++] ?? 0) - 1;
    length += 2;
    if (from < 0 || to + length > limit || at > data.length) throw new Hdf5Error("a chunk packed by lzf is damaged");
    while (length-- > 0) result[to++] = result[from++]!;
  }
  return result.subarray(0, to);
}
