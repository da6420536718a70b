import type { MimeBundle } from "../protocol/messages.js";

/** MIME types of the specifications that get a picture. */
export const VEGA_LITE_MIME = "application/vnd.vegalite.v6+json";
export const VEGA_MIME = "application/vnd.vega.v6+json";

/** A Vega or Vega-Lite specification: an object whose `$schema` names either. */
export interface VegaSpec {
  readonly $schema: string;
  readonly description?: unknown;
  readonly title?: unknown;
}

const { hasOwn } = Object;

/** Which of the two grammars a value is a specification of, by its `$schema`; undefined when it is none. */
export function vegaMime(value: unknown): typeof VEGA_LITE_MIME | typeof VEGA_MIME | undefined {
  if (typeof value !== "object" || value === null || !hasOwn(value, "$schema")) return undefined;
  const { $schema: schema } = value as { $schema: unknown };
  if (typeof schema !== "string") return undefined;
  if (schema.includes("vega-lite")) return VEGA_LITE_MIME;
  return /\/vega\/v\d/.test(schema) ? VEGA_MIME : undefined;
}

/** Whether a value is a Vega or Vega-Lite specification. */
export function isVegaSpec(value: unknown): value is VegaSpec {
  return vegaMime(value) !== undefined;
}

/** The representations of a specification before its pictures are drawn: itself, and a line of text. */
export function vegaBundle(spec: VegaSpec): MimeBundle {
  const mime = vegaMime(spec) ?? VEGA_LITE_MIME;
  return { data: { [mime]: spec, "text/plain": describe(spec) }, metadata: {} };
}

function describe({ description, title }: VegaSpec): string {
  if (typeof description === "string") return description;
  const text = typeof title === "object" && title !== null && "text" in title ? title.text : title;
  if (typeof text === "string") return text;
  return Array.isArray(text) ? text.join(" ") : "Vega figure";
}
