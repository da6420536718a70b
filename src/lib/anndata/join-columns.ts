import { categorical, type Column, columnLength, columnNumbers, columnStrings } from "./column.js";

/** A stretch of a joined column: its values, or how many rows of it are missing. */
export type ColumnPart = Column | number;

/**
 * One column from the parts of several, as anndata joins them: categories are united, in natural order; whole numbers stay whole
 * unless one is missing and none had a mask; ordered categories that differ, and columns of which some are text, become texts.
 */
export function joinColumns(parts: readonly ColumnPart[]): Column {
  const known = parts.filter((part) => typeof part !== "number");
  const kinds = new Set(known.map(({ kind }) => kind));
  if (kinds.size === 1) {
    if (known[0]!.kind === "categorical") return joinCategories(parts, known as Categories[]);
    if (known[0]!.kind === "boolean") return joinBooleans(parts as (Booleans | number)[]);
    if (known[0]!.kind === "numeric") return joinNumbers(parts as (Numbers | number)[]);
  } else if (!kinds.has("string") && !kinds.has("categorical")) {
    return { kind: "numeric", values: fill(parts, new Float64Array(total(parts)), columnNumbers, NaN) };
  }
  return { kind: "string", values: parts.flatMap(texts) };
}

type Categories = Column & { kind: "categorical" };
type Booleans = Column & { kind: "boolean" };
type Numbers = Column & { kind: "numeric" };
type Values = Float64Array | Float32Array | Int32Array | Uint8Array;

function texts(part: ColumnPart): (string | null)[] {
  return typeof part === "number" ? Array<null>(part).fill(null) : columnStrings(part);
}

function total(parts: readonly ColumnPart[]): number {
  return parts.reduce<number>((sum, part) => sum + (typeof part === "number" ? part : columnLength(part)), 0);
}

function fill<T extends Values, C extends Column>(
  parts: readonly (C | number)[],
  to: T,
  read: (column: C) => ArrayLike<number> | undefined,
  missing: number,
): T {
  let at = 0;
  for (const part of parts) {
    const length = typeof part === "number" ? part : columnLength(part);
    const values = typeof part === "number" ? undefined : read(part);
    if (values) to.set(values, at);
    else to.fill(typeof part === "number" ? missing : 0, at, at + length);
    at += length;
  }
  return to;
}

function joinCategories(parts: readonly ColumnPart[], known: Categories[]): Column {
  const all = [...new Set(known.flatMap(({ categories }) => categories))];
  if (known.some(({ ordered }) => ordered)) {
    const same = known.every((column) => column.ordered && column.categories.join("\0") === all.join("\0"));
    if (!same) return { kind: "string", values: parts.flatMap(texts) };
    return { ...categorical(parts.flatMap(texts), all), ordered: true };
  }
  const joined = categorical(parts.flatMap(texts), all.sort(compareNaturally));
  return known.every(({ numeric }) => numeric) ? { ...joined, numeric: true } : joined;
}

function joinBooleans(parts: readonly (Booleans | number)[]): Column {
  const values = fill(parts, new Uint8Array(total(parts)), ({ values }) => values, 0);
  const masked = parts.some((part) => typeof part === "number" || part.missing);
  return { kind: "boolean", values, ...(masked && { missing: mask(parts) }) };
}

function joinNumbers(parts: readonly (Numbers | number)[]): Column {
  const known = parts.filter((part) => typeof part !== "number");
  const absent = known.length < parts.length;
  const nullable = known.some(({ missing }) => missing);
  if (known.every(({ values }) => values instanceof Int32Array) && (nullable || !absent)) {
    const values = fill(parts, new Int32Array(total(parts)), ({ values }) => values, 0);
    return { kind: "numeric", values, ...(nullable && { missing: mask(parts) }) };
  }
  const narrow = !nullable && known.every(({ values }) => values instanceof Float32Array);
  const to = narrow ? new Float32Array(total(parts)) : new Float64Array(total(parts));
  return { kind: "numeric", values: fill(parts, to, columnNumbers, NaN) };
}

function mask(parts: readonly (Booleans | Numbers | number)[]): Uint8Array {
  return fill(parts, new Uint8Array(total(parts)), ({ missing }) => missing, 1);
}

/** Compares two texts with the numbers in them by value: "c2" before "c10". */
export function compareNaturally(a: string, b: string): number {
  const left: string[] = a.match(/\d+|\D+/g) ?? [];
  const right: string[] = b.match(/\d+|\D+/g) ?? [];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const [one, other] = [left[i]!, right[i]!];
    if (one === other) continue;
    const difference = Number(one) - Number(other);
    if (!Number.isNaN(difference) && difference !== 0) return difference;
    return one < other ? -1 : 1;
  }
  return left.length - right.length;
}
