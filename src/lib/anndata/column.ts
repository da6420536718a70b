/** Numbers; where `missing` is given and 1, the value is not known. Without a mask, a missing number is NaN. */
export interface NumericColumn {
  readonly kind: "numeric";
  readonly values: Float64Array | Float32Array | Int32Array;
  readonly missing?: Uint8Array;
}

/** True (1) or false (0); where `missing` is given and 1, the value is not known. */
export interface BooleanColumn {
  readonly kind: "boolean";
  readonly values: Uint8Array;
  readonly missing?: Uint8Array;
}

/** Text; a missing one is null. */
export interface StringColumn {
  readonly kind: "string";
  readonly values: (string | null)[];
}

/** One of few values: `categories[codes[i]]`; code -1 is missing. */
export interface CategoricalColumn {
  readonly kind: "categorical";
  readonly codes: Int32Array;
  readonly categories: string[];
  /** The order of the categories has a meaning (low, middle, high). Default: false. */
  readonly ordered?: boolean;
  /** The categories are numbers, here as texts; in a file they are numbers again. Default: false. */
  readonly numeric?: boolean;
}

/** A column of `obs` or `var`. */
export type Column = NumericColumn | BooleanColumn | StringColumn | CategoricalColumn;

type NumberArray =
  Float64Array | Float32Array | Int32Array | Int16Array | Int8Array | Uint32Array | Uint16Array | Uint8Array;

/** What a column can be made of: a column, numbers, booleans, or texts (null: missing). */
export type ColumnValues = Column | NumberArray | readonly number[] | readonly boolean[] | readonly (string | null)[];

/**
 * A column from plain values: numbers become numeric, booleans boolean, texts string. Use {@link categorical} for labels.
 *
 * @throws TypeError where the values are of several types.
 */
export function column(values: ColumnValues): Column {
  if ("kind" in values) return values;
  if (values instanceof Float64Array || values instanceof Float32Array || values instanceof Int32Array) {
    return { kind: "numeric", values };
  }
  if (ArrayBuffer.isView(values)) return { kind: "numeric", values: Float64Array.from(values as ArrayLike<number>) };
  const types = new Set(values.map((value) => (value === null ? "string" : typeof value)));
  if (types.size > 1) {
    throw new TypeError(`a column holds one type of value; these hold ${[...types].join(" and ")}`);
  }
  if (types.has("boolean")) return { kind: "boolean", values: Uint8Array.from(values as boolean[], Number) };
  if (types.has("string")) return { kind: "string", values: [...(values as (string | null)[])] };
  if (types.has("number") || types.size === 0) {
    return { kind: "numeric", values: Float64Array.from(values as number[]) };
  }
  throw new TypeError(`a column holds numbers, booleans or texts, not values of type ${[...types].join()}`);
}

/**
 * A categorical column from labels. Categories are sorted by code point, as pandas sorts them, unless given.
 *
 * @throws RangeError where a label is not among the categories given.
 * @example
 * [...categorical(["B", "T", "B"]).codes]; // [0, 1, 0]
 */
export function categorical(labels: ArrayLike<string | null>, categories?: readonly string[]): CategoricalColumn {
  const names = categories
    ? [...categories]
    : [...new Set(Array.from(labels).filter((label) => label !== null))].sort();
  const codeOf = new Map(names.map((name, code) => [name, code]));
  const codes = new Int32Array(labels.length);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    const code = label === null ? -1 : codeOf.get(label);
    if (code === undefined) throw new RangeError(`"${label}" is not among the categories: ${names.join(", ")}`);
    codes[i] = code;
  }
  return { kind: "categorical", codes, categories: names };
}

/** The same values in arrays of their own. */
export function copyColumn(source: Column): Column {
  switch (source.kind) {
    case "numeric":
    case "boolean":
      return {
        ...source,
        values: source.values.slice(),
        ...(source.missing && { missing: source.missing.slice() }),
      } as Column;
    case "string":
      return { ...source, values: source.values.slice() };
    case "categorical":
      return { ...source, codes: source.codes.slice(), categories: source.categories.slice() };
  }
}

/** Number of values of a column. */
export function columnLength(source: Column): number {
  return source.kind === "categorical" ? source.codes.length : source.values.length;
}

/** The values named, in the order given. */
export function selectColumn(source: Column, rows: ArrayLike<number>): Column {
  const pick = <T extends Float64Array | Float32Array | Int32Array | Uint8Array>(values: T): T => {
    const result = new (values.constructor as new (length: number) => T)(rows.length);
    for (let i = 0; i < rows.length; i++) result[i] = values[rows[i]!]!;
    return result;
  };
  switch (source.kind) {
    case "numeric":
      return { ...source, values: pick(source.values), ...(source.missing && { missing: pick(source.missing) }) };
    case "boolean":
      return { ...source, values: pick(source.values), ...(source.missing && { missing: pick(source.missing) }) };
    case "string":
      return { kind: "string", values: Array.from(rows, (row) => source.values[row]!) };
    case "categorical":
      return { ...source, codes: pick(source.codes), categories: [...source.categories] };
  }
}

/** The values as numbers: booleans are 0 and 1, texts and categories are read; what is missing is NaN. */
export function columnNumbers(source: Column): Float64Array {
  switch (source.kind) {
    case "numeric":
    case "boolean":
      if (!source.missing) return Float64Array.from(source.values);
      return Float64Array.from(source.values, (value, i) => (source.missing![i] ? NaN : value));
    case "string":
      return Float64Array.from(source.values, textNumber);
    case "categorical": {
      const numbers = source.categories.map(textNumber);
      return Float64Array.from(source.codes, (code) => numbers[code] ?? NaN);
    }
  }
}

function textNumber(text: string | null): number {
  return text === null || text === "" ? NaN : Number(text);
}

/** The values as texts: categories decoded, numbers and booleans written out; what is missing is null. */
export function columnStrings(source: Column): (string | null)[] {
  switch (source.kind) {
    case "numeric":
      return Array.from(source.values, (value, i) =>
        source.missing?.[i] || Number.isNaN(value) ? null : String(value),
      );
    case "boolean":
      return Array.from(source.values, (value, i) => (source.missing?.[i] ? null : value ? "true" : "false"));
    case "string":
      return [...source.values];
    case "categorical":
      return Array.from(source.codes, (code) => source.categories[code] ?? null);
  }
}
