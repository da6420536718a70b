import type { TopLevelSpec } from "vega-lite";
import { theme } from "./theme.js";

/** Most data rows a spec may carry. */
export const MAX_ROWS = 5000;

/** Any array of numbers: typed or plain. */
export type Numbers = ArrayLike<number>;

/** A Vega-Lite 6 spec with a file name (`name`, kebab-case) and a caption made from its data (`description`). */
export type Figure = TopLevelSpec & { name: string; description: string };

/**
 * Completes a spec: schema, name, caption and theme.
 * @throws {RangeError} when the spec carries more than {@link MAX_ROWS} rows of data
 */
export const figure = (name: string, description: string, spec: TopLevelSpec): Figure => {
  const rows = countRows(spec);
  if (rows > MAX_ROWS) {
    throw new RangeError(
      `${name}: ${rows} rows of data, more than the ${MAX_ROWS} a figure carries; pass fewer series, or aggregate first`,
    );
  }
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    name,
    description,
    ...spec,
    config: { ...theme, ...spec.config },
  } as Figure;
};

/** Rows of inline data in a spec and in all its parts. */
export const countRows = (spec: unknown): number => {
  if (typeof spec !== "object" || spec === null) return 0;
  if (Array.isArray(spec)) return spec.reduce((rows: number, part) => rows + countRows(part), 0);
  return Object.entries(spec).reduce(
    (rows, [key, part]) => rows + (key === "values" && Array.isArray(part) ? part.length : countRows(part)),
    0,
  );
};

/**
 * Refuses option names that a figure does not know.
 * @throws {TypeError} naming the option and those allowed
 */
export const checkOptions = (name: string, options: object, allowed: readonly string[]): void => {
  for (const key of Object.keys(options)) {
    if (!allowed.includes(key)) {
      throw new TypeError(`${name}: unknown option "${key}"; options: ${allowed.join(", ")}`);
    }
  }
};

/**
 * The finite numbers among `values`.
 * @throws {RangeError} when there are none
 */
export const finiteValues = (name: string, what: string, values: Numbers): Float64Array => {
  const kept = Float64Array.from(values).filter(Number.isFinite);
  if (kept.length === 0) {
    throw new RangeError(
      `${name}: ${what} has no finite value (${values.length} given); check the filter or the column before it`,
    );
  }
  return kept;
};

/**
 * Refuses series of unequal length.
 * @throws {RangeError} naming the lengths
 */
export const checkLengths = (name: string, series: Readonly<Record<string, { readonly length: number }>>): void => {
  const lengths = Object.entries(series).map(([key, values]) => [key, values.length] as const);
  if (new Set(lengths.map(([, length]) => length)).size > 1) {
    throw new RangeError(
      `${name}: series differ in length: ${lengths.map(([key, length]) => `${key} ${length}`).join(", ")}`,
    );
  }
};
