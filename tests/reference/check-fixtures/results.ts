import type { FixtureCase } from "./fixture-case.js";

/** What an area's code found: a value for each expected entry, as plain values or marked by the functions below. */
export type Results = Record<string, unknown>;

/**
 * Runs a case through the library's public API. Several results (of a sparse and of a dense matrix) must all pass.
 *
 * @throws Error for a case it does not know.
 */
export type Area = (fixture: FixtureCase) => Results | Results[] | Promise<Results | Results[]>;

/** How far values may lie apart. */
export interface Tolerance {
  relative: number;
  absolute: number;
}

/** What the README of the fixtures allows an implementation in float32: of all values, and of networks' values and gradients. */
export const FLOAT32: Tolerance = { relative: 1e-5, absolute: 1e-5 };
export const FLOAT32_LAYERS: Tolerance = { relative: 1e-4, absolute: 1e-5 };
export const FLOAT32_GRADIENTS: Tolerance = { relative: 1e-3, absolute: 1e-5 };

/** A value with what must be known to compare it. */
export class Marked {
  readonly value: unknown;
  /** What float32 is allowed; undefined for float64. */
  readonly float32: Tolerance | undefined;
  /** The axis along which the components lie, whose signs are free. */
  readonly axis: 0 | 1 | undefined;

  constructor(value: unknown, float32?: Tolerance, axis?: 0 | 1) {
    this.value = value;
    this.float32 = float32;
    this.axis = axis;
  }
}

/** Marks a value that was computed from, or is stored in, float32. */
export function float32(value: unknown, allowed = FLOAT32): Marked {
  return value instanceof Marked ? new Marked(value.value, allowed, value.axis) : new Marked(value, allowed);
}

/** Marks a matrix whose components (its rows for axis 0, its columns for axis 1) may have the opposite sign. */
export function signFree(value: unknown, axis: 0 | 1): Marked {
  return new Marked(value, undefined, axis);
}

/** Throws for a case that an area's code does not know. */
export function unknownCase(fixture: FixtureCase): never {
  throw new Error(`nothing in the library is known to compute ${fixture.area}/${fixture.name}`);
}
