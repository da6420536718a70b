import type { AnnData } from "../anndata/anndata.js";
import { FileError, type Notice } from "./file-error.js";

/**
 * Refuses NaN and infinity: they spread through every sum and fail far from their cause.
 *
 * @throws {@link FileError} with their number and the first position.
 */
export function checkFinite(path: string, element: string, values: Float32Array): void {
  let nan = 0;
  let infinite = 0;
  let first = -1;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    // NaN and the infinities are the values that less themselves are not 0.
    if (value - value === 0) continue;
    if (first < 0) first = i;
    if (Number.isNaN(value)) nan++;
    else infinite++;
  }
  if (first < 0) return;
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
  if (adata.nObs === 0) notice(`${path}: the matrix is empty: it has no cells`);
  if (adata.nVars === 0) notice(`${path}: the matrix is empty: it has no genes`);
  for (const [names, what] of [
    [adata.obsNames, "cells (obs)"],
    [adata.varNames, "genes (var)"],
  ] as const) {
    const seen = new Set<string>();
    const twice = new Set<string>();
    for (const name of names) (seen.has(name) ? twice : seen).add(name);
    if (twice.size === 0) continue;
    const shown = [...twice].slice(0, 3).join(", ") + (twice.size > 3 ? ", …" : "");
    notice(`${path}: ${twice.size} duplicate names of ${what}: ${shown}; selecting by name takes the first`);
  }
  const negative = countNegativeIntegers(adata.X.data);
  if (negative > 0) notice(`${path}: ${negative} negative values among whole numbers; counts cannot be negative`);
}

// Scaled values are negative by right: only matrices of whole numbers are taken for counts.
function countNegativeIntegers(values: Float32Array): number {
  let negative = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Math.floor(value) !== value) return 0;
    if (value < 0) negative++;
  }
  return negative;
}
