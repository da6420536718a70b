import { createHash } from "node:crypto";
import type { Matrix } from "./matrix.js";

/**
 * SHA-256 of a matrix's values and of words beside them, such as the genes' names.
 *
 * @param words - whatever JSON holds.
 */
export function hashMatrix(matrix: Matrix, words: unknown): string {
  const hash = createHash("sha256");
  const arrays = matrix.kind === "dense" ? [matrix.data] : [matrix.data, matrix.indices, matrix.indptr];
  for (const array of arrays) hash.update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  return hash.update(JSON.stringify(words)).digest("hex");
}
