import type { MimeBundle } from "../protocol/messages.js";
import { textOf } from "./text.js";

const { entries, keys } = Object;

/** Takes representations as a user gives them: by MIME type, or `{data, metadata}`. Bytes become base64, text/plain is added. */
export function given(data: unknown, value: unknown): MimeBundle {
  if (typeof data !== "object" || data === null) {
    throw new TypeError(
      `representations are an object by MIME type, such as { "text/html": "<b>1</b>" }; got ${textOf(data)}`,
    );
  }
  const nested = data as { data?: unknown; metadata?: unknown };
  const isNested =
    typeof nested.data === "object" && nested.data !== null && !keys(data).some((key) => key.includes("/"));
  const source = (isNested ? nested.data : data) as Record<string, unknown>;
  const metadata = isNested && typeof nested.metadata === "object" ? (nested.metadata as Record<string, unknown>) : {};
  const encoded: Record<string, unknown> = {};
  for (const [type, content] of entries(source)) {
    if (!type.includes("/")) throw new TypeError(`"${type}" is no MIME type; one is such as "text/html"`);
    encoded[type] = content instanceof Uint8Array ? base64(content) : content;
  }
  if (keys(encoded).length > 0 && encoded["text/plain"] === undefined && value !== data) {
    encoded["text/plain"] = textOf(value);
  }
  return { data: encoded, metadata };
}

/** Bytes as the protocol carries them. */
export const base64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
