import type { MimeBundle } from "../protocol/messages.js";
import { hasMethods } from "./shape.js";
import { textOf } from "./text.js";

/** How files of pictures begin, as hexadecimal. */
const SIGNATURES: readonly (readonly [mime: string, beginning: string])[] = [
  ["image/png", "89504e470d0a1a0a"],
  ["image/jpeg", "ffd8ff"],
  ["image/gif", "47494638"],
];

/** The picture that a value is: bytes of a PNG, JPEG or GIF file, an element of a document, a canvas. */
export function pictureOf(value: object): MimeBundle | undefined {
  const data =
    value instanceof Uint8Array ? pictureOfBytes(value) : (pictureOfElement(value) ?? pictureOfCanvas(value));
  return data && { data: { ...data, "text/plain": textOf(value) }, metadata: {} };
}

function pictureOfBytes(bytes: Uint8Array): Record<string, string> | undefined {
  const beginning = Buffer.from(bytes.subarray(0, 8)).toString("hex");
  const [mime] = SIGNATURES.find(([, signature]) => beginning.startsWith(signature)) ?? [];
  return mime === undefined ? undefined : { [mime]: Buffer.from(bytes).toString("base64") };
}

/** SVG that names its namespace is a picture of its own; other elements are part of a page. */
function pictureOfElement(value: object): Record<string, string> | undefined {
  if (!("outerHTML" in value && "nodeType" in value)) return undefined;
  const { outerHTML: html } = value;
  if (typeof html !== "string") return undefined;
  return { [/^<svg[^>]*\sxmlns=/.test(html) ? "image/svg+xml" : "text/html"]: html };
}

function pictureOfCanvas(value: object): Record<string, string> | undefined {
  if (!hasMethods(value, ["toDataURL", "getContext"])) return undefined;
  const url = (value as { toDataURL(type: string): unknown }).toDataURL("image/png");
  const base64 = /^data:image\/png;base64,(.*)$/s.exec(String(url))?.[1];
  return base64 === undefined ? undefined : { "image/png": base64 };
}
