import type { FixtureCase } from "./fixture-case.js";

/** What an area's code found: a value for each expected entry, as plain values or marked by the functions below. */
export type Results = Record<string, unknown>;

/**
 * Runs a case through the library's public API. Several results (of a sparse and of a dense matrix) must all pass.
 *
 * @throws Error for a case it does not know.
 */
export type Area = (fixture: FixtureCase) => Results | Results[] | Promise<Results | Results[]>;

/** A value with what must be known to compare it. */
export class Marked {
  readonly value: unknown;
  readonly float32: boolean;
  /** The axis along which the components lie, whose signs are free. */
  readonly axis: 0 | 1 | undefined;

  constructor(value: unknown, float32: boolean, axis?: 0 | 1) {
    this.value = value;
    this.float32 = float32;
    this.axis = axis;
  }
}

/** Marks a value that was computed from, or is stored in, float32. */
export function float32(value: unknown): Marked {
  return value instanceof Marked ? new Marked(value.value, true, value.axis) : new Marked(value, true);
}

/** Marks a matrix whose components (its rows for axis 0, its columns for axis 1) may have the opposite sign. */
export function signFree(value: unknown, axis: 0 | 1): Marked {
  return new Marked(value, false, axis);
}

/** Throws for a case that an area's code does not know. */
export function unknownCase(fixture: FixtureCase): never {
  throw new Error(`nothing in the library is known to compute ${fixture.area}/${fixture.name}`);
}
