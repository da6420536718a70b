import type { Runtime } from "node:inspector";
import { inspect } from "node:util";

/** One line that says what a value is, made of what the engine tells without running any code of the value's. */
export function describe(value: Runtime.RemoteObject): string {
  const { type, subtype, description = "", preview } = value;
  if (type === "undefined" || subtype === "null") return subtype ?? type;
  if (type === "string") return inspect(value.value);
  if (type === "function") return describeFunction(description);
  if (type !== "object") return value.unserializableValue ?? (description || String(value.value));
  if (subtype === "error") return description.split("\n", 1)[0] ?? "";
  return preview ? describePreview(preview) : description;
}

/** What kind of value it is: its class, or its type. */
export function typeOf({ type, subtype, className }: Runtime.RemoteObject): string {
  if (type === "object" && className !== undefined) return className;
  return subtype === "null" ? "null" : type;
}

/** Number of elements of an array or a typed array; undefined for other values. */
export function lengthOf({ subtype, description = "" }: Runtime.RemoteObject): number | undefined {
  if (subtype !== "array" && subtype !== "typedarray") return undefined;
  const length = /\((\d+)\)$/.exec(description)?.[1];
  return length === undefined ? undefined : Number(length);
}

function describePreview({ subtype, description = "", overflow, properties, entries }: Runtime.ObjectPreview): string {
  const rest = overflow ? ["…"] : [];
  if (subtype === "array" || subtype === "typedarray") {
    const elements = properties.filter(({ name }) => /^\d+$/.test(name)).map(describeProperty);
    return `${description} [${[...elements, ...rest].join(", ")}]`.replace(/^Array(?=\()/, "");
  }
  if (entries) {
    const shown = entries.map(({ key, value }) => (key ? `${nested(key)} => ${nested(value)}` : nested(value)));
    return `${description} {${[...shown, ...rest].join(", ")}}`;
  }
  if (subtype !== undefined && subtype !== "proxy" && subtype !== "promise") return description;
  const shown = properties.map((property) => `${property.name}: ${describeProperty(property)}`);
  const name = description === "Object" ? "" : `${description} `;
  return `${name}{${[...shown, ...rest].join(", ")}}`;
}

const nested = (preview: Runtime.ObjectPreview): string =>
  preview.type === "string" ? inspect(preview.description) : describePreview(preview);

function describeProperty({ type, subtype, value = "" }: Runtime.PropertyPreview): string {
  if (type === "accessor") return "(getter)";
  if (type === "string") return inspect(value);
  if (type === "function") return "ƒ";
  return type === "object" && subtype === undefined && value === "Object" ? "{…}" : value;
}

/** `description` is the function's source. */
function describeFunction(description: string): string {
  const [, keyword, declared] = /^(?:async\s+)?(function|class)\b[\s*]*([\p{ID_Continue}$]*)/u.exec(description) ?? [];
  const method = /^(?:async\s+)?\*?\s*([\p{ID_Start}$_#][\p{ID_Continue}$]*)\s*\(/u.exec(description)?.[1];
  const name = keyword === undefined ? method : declared;
  const isUnnamed = name === undefined || ["", "async", "extends"].includes(name);
  if (keyword === "class") return isUnnamed ? "[class]" : `[class ${name}]`;
  return isUnnamed ? "[Function]" : `[Function: ${name}]`;
}
