import type { AnnData } from "../anndata/anndata.js";
import type { Frame } from "../anndata/frame.js";
import { FileError, type Notice } from "./file-error.js";

/**
 * Refuses NaN and infinity: they spread through every sum and fail far from their cause.
 *
 * @throws {@link FileError} with their number and the first position.
 */
export function checkFinite(path: string, element: string, values: Float32Array): void {
  if (areFinite(values)) return;
  let nan = 0;
  let infinite = 0;
  let first = -1;
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i]!)) continue;
    if (first < 0) first = i;
    if (Number.isNaN(values[i]!)) nan++;
    else infinite++;
  }
  const found = [nan && `${nan} NaN`, infinite && `${infinite} infinite`].filter(Boolean).join(" and ");
  throw new FileError(
    path,
    element,
    `has ${found} of ${values.length} values, the first at position ${first}`,
    'Replace them before writing the file, or read it with { nonFinite: "keep" }',
  );
}

/** Tells what is odd about data just read: nothing in it, names that occur twice, counts below zero. */
export function tellOddities(path: string, adata: AnnData, notice: Notice): void {
  tellOddNames(path, adata, notice);
  const negative = countNegativeIntegers(adata.X.data);
  if (negative > 0) notice(`${path}: ${negative} negative values among whole numbers; counts cannot be negative`);
}

/** Tells what is odd about the names of cells and genes: none, or some that occur twice. */
export function tellOddNames(
  path: string,
  { obs, var: features }: { readonly obs: Frame; readonly var: Frame },
  notice: Notice,
): void {
  if (obs.length === 0) notice(`${path}: the matrix is empty: it has no cells`);
  if (features.length === 0) notice(`${path}: the matrix is empty: it has no genes`);
  for (const [names, what] of [
    [obs.index, "cells (obs)"],
    [features.index, "genes (var)"],
  ] as const) {
    if (new Set(names).size === names.length) continue;
    const seen = new Set<string>();
    const twice = new Set<string>();
    for (const name of names) (seen.has(name) ? twice : seen).add(name);
    const shown = [...twice].slice(0, 3).join(", ") + (twice.size > 3 ? ", …" : "");
    notice(`${path}: ${twice.size} duplicate names of ${what}: ${shown}; selecting by name takes the first`);
  }
}

// Scaled values are negative by right: only matrices of whole numbers are taken for counts.
function countNegativeIntegers(values: Float32Array): number {
  if (!someNegative(values)) return 0;
  let negative = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Math.floor(value) !== value) return 0;
    if (value < 0) negative++;
  }
  return negative;
}

// Four values a turn in the two loops below: on matrices of millions of values they are half of what reading costs.

/** Whether all values are finite: 0 times NaN or infinity is NaN. */
function areFinite(values: Float32Array): boolean {
  const whole = values.length & ~3;
  let [one, two] = [0, 0];
  for (let i = 0; i < whole; i += 4) {
    one += values[i]! * 0 + values[i + 1]! * 0;
    two += values[i + 2]! * 0 + values[i + 3]! * 0;
  }
  for (let i = whole; i < values.length; i++) one += values[i]! * 0;
  return one + two === 0;
}

/** Whether the sign bit of some value is set. */
function someNegative(values: Float32Array): boolean {
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  const whole = bits.length & ~3;
  let signs = 0;
  for (let i = 0; i < whole; i += 4) signs |= bits[i]! | bits[i + 1]! | bits[i + 2]! | bits[i + 3]!;
  for (let i = whole; i < bits.length; i++) signs |= bits[i]!;
  return signs < 0;
}
