import { readFileSync } from "node:fs";

/** A file of expected values beside the tests. */
export function readJson<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(name, import.meta.url), "utf8")) as T;
}

/** The numbers of a list, or of nested lists row by row; null, which stands for NaN in JSON, is NaN. */
export function numbers(values: unknown): Float64Array {
  return Float64Array.from((values as unknown[]).flat(3) as (number | null)[], (value) => value ?? NaN);
}
