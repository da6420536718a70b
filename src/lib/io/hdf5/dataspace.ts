import { Cursor, Hdf5Error } from "./byte-source.js";

/** How many elements a dataset has: its dimensions ([]: a single value; null: none at all) and how far they may grow. */
export interface Dataspace {
  shape: number[] | null;
  limits: number[];
}

/** Reads a dataspace message. */
export function parseDataspace(body: Buffer): Dataspace {
  const cursor = new Cursor(body);
  const version = cursor.uint(1);
  const rank = cursor.uint(1);
  const flags = cursor.uint(1);
  if (version === 1) cursor.skip(5);
  else if (version !== 2) throw new Hdf5Error(`a dataspace has version ${version}`);
  else if (cursor.uint(1) === 2) return { shape: null, limits: [] };
  if (rank > 32) throw new Hdf5Error(`a dataspace has ${rank} dimensions`);
  const shape = Array.from({ length: rank }, () => cursor.uint(8));
  const limits = flags & 1 ? Array.from({ length: rank }, () => cursor.uint(8)) : shape;
  if (!Number.isSafeInteger(elementCount(shape))) throw new Hdf5Error(`a dataset of ${shape.join(" × ")} values`);
  return { shape, limits };
}

/** Number of elements of a shape. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}
