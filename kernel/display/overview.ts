import { types } from "node:util";
import { brief, sizeOf } from "./brief.js";
import { nameOfClass } from "./class-name.js";
import { isTensor } from "./tensor.js";
import { propertyOf } from "./shape.js";

/** What a list of variables tells of a value. */
export interface Overview {
  readonly type: string;
  /** Length along each axis, of what has one. */
  readonly shape?: readonly number[];
  /** One line. */
  readonly preview: string;
}

/**
 * The method by which a value whose fields are private says what it is like: returns `{ shape?, preview?, holds? }`, `holds`
 * being a list of what it keeps in private. It must be quick and change nothing.
 */
export const OVERVIEW = Symbol.for("diffrepairer.overview");

const { apply } = Reflect;

/** What a value is like, found without running any code of its own but an {@link OVERVIEW}. */
export function overviewOf(value: unknown): Overview {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) {
    const shape = typeof value === "string" ? { shape: [value.length] } : {};
    return { type: value === null ? "null" : typeof value, ...shape, preview: brief(value) };
  }
  if (types.isProxy(value)) return { type: "Proxy", preview: "not looked into" };
  const preview = brief(value);
  if (typeof value === "function") return { type: preview.startsWith("class") ? "class" : "function", preview };
  return ownOverview(value) ?? known(value) ?? { type: nameOfClass(value), ...axis(sizeOf(value)), preview };
}

const axis = (length: number | undefined): { shape?: number[] } => (length === undefined ? {} : { shape: [length] });

/** What a value keeps in private, as far as it says so. */
export function privateParts(value: object): readonly unknown[] {
  const holds: unknown = askedOverview(value)?.holds;
  return Array.isArray(holds) && !types.isProxy(holds) ? holds : [];
}

function ownOverview(value: object): Overview | undefined {
  const told = askedOverview(value);
  if (!told) return undefined;
  const { shape, preview } = told;
  return {
    type: nameOfClass(value),
    ...(isShape(shape) && { shape }),
    preview: typeof preview === "string" ? preview.slice(0, 160) : "",
  };
}

interface Told {
  readonly shape?: unknown;
  readonly preview?: unknown;
  readonly holds?: unknown;
}

function askedOverview(value: object): Told | undefined {
  const ask = propertyOf(value, OVERVIEW);
  if (typeof ask !== "function" || types.isProxy(ask)) return undefined;
  try {
    const told: unknown = apply(ask, value, []);
    if (typeof told !== "object" || told === null || types.isProxy(told)) return undefined;
    return { shape: propertyOf(told, "shape"), preview: propertyOf(told, "preview"), holds: propertyOf(told, "holds") };
  } catch {
    return undefined;
  }
}

/** What values of known libraries are like, told by their shape. */
function known(value: object): Overview | undefined {
  return tensor(value) ?? dataFrame(value) ?? annotated(value) ?? matrix(value);
}

function tensor(value: object): Overview | undefined {
  if (!isTensor(value)) return undefined;
  const type = propertyOf(value, "trainable") === undefined ? "Tensor" : "Variable";
  const gone = propertyOf(value, "isDisposedInternal") === true ? ", disposed" : "";
  return { type, shape: shapeOf(value), preview: `${String(propertyOf(value, "dtype"))}${gone}` };
}

/** A danfo.js DataFrame or Series, by the fields behind its getters. */
function dataFrame(value: object): Overview | undefined {
  const [rows, columns, dtypes] = ["$data", "$columns", "$dtypes"].map((name) => propertyOf(value, name));
  const isSeries = propertyOf(value, "$isSeries");
  if (!isList(rows) || !isList(columns) || !isList(dtypes) || typeof isSeries !== "boolean") return undefined;
  const named = columns.slice(0, 8).map((name, i) => `${wordOf(name)}: ${wordOf(dtypes[i])}`);
  const more = columns.length > named.length ? ", …" : "";
  return {
    type: isSeries ? "Series" : "DataFrame",
    shape: isSeries ? [rows.length] : [rows.length, columns.length],
    preview: named.join(", ") + more,
  };
}

/** A name that is a text or a number; anything else would have to be asked for one. */
const wordOf = (name: unknown): string => (typeof name === "string" || typeof name === "number" ? `${name}` : "?");

/** An AnnData. */
function annotated(value: object): Overview | undefined {
  const X = propertyOf(value, "X");
  const isOne = isObject(X) && ["obs", "var", "obsm", "layers"].every((name) => isObject(propertyOf(value, name)));
  const shape = isOne ? shapeOf(X) : undefined;
  if (!isOne || shape?.length !== 2) return undefined;
  const parts = ["layers", "obsm", "uns"].flatMap((field) => {
    const names = Object.keys(propertyOf(value, field) ?? {});
    return names.length === 0 ? [] : [`${field}: ${names.slice(0, 6).join(", ")}`];
  });
  return { type: nameOfClass(value), shape, preview: [matrix(X)?.preview ?? "X", ...parts].join("; ") };
}

/** A dense or compressed matrix of cells × genes. */
function matrix(value: object): Overview | undefined {
  const shape = shapeOf(value);
  const kind = propertyOf(value, "kind");
  const data = propertyOf(value, "data");
  if (shape?.length !== 2 || typeof kind !== "string" || !types.isTypedArray(data)) return undefined;
  const stored = (100 * (sizeOf(data) ?? 0)) / Math.max(1, (shape[0] ?? 0) * (shape[1] ?? 0));
  const numbers = nameOfClass(data).replace("Array", "").toLowerCase();
  return {
    type: nameOfClass(value),
    shape,
    preview: `${kind} ${numbers}${kind === "dense" ? "" : `, ${stored.toFixed(1)} % stored`}`,
  };
}

/** An object whose properties can be read: no Proxy. */
const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !types.isProxy(value);

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value) && !types.isProxy(value);

const isShape = (shape: unknown): shape is readonly number[] =>
  isList(shape) && shape.length <= 16 && shape.every((length) => typeof length === "number");

function shapeOf(value: object): readonly number[] | undefined {
  const shape = propertyOf(value, "shape");
  return isShape(shape) ? shape : undefined;
}
