import { crc32 } from "node:zlib";

/** Bytes of a PNG file before its first chunk, and of that chunk, the header. */
const HEADER_END = 8 + 25;

/**
 * A PNG file that says at how many dots an inch it is to be printed.
 *
 * @param png - without a `pHYs` chunk.
 */
export const withDensity = (png: Uint8Array, dotsPerInch: number): Uint8Array => {
  const chunk = Buffer.alloc(21);
  const dotsPerMetre = Math.round(dotsPerInch / 0.0254);
  chunk.writeUInt32BE(9, 0);
  chunk.write("pHYs", 4, "latin1");
  chunk.writeUInt32BE(dotsPerMetre, 8);
  chunk.writeUInt32BE(dotsPerMetre, 12);
  chunk.writeUInt8(1, 16);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 17)), 17);
  return Buffer.concat([png.subarray(0, HEADER_END), chunk, png.subarray(HEADER_END)]);
};
