import { createHmac, timingSafeEqual } from "node:crypto";
import type { Header, Message } from "./messages.js";

const DELIMITER = Buffer.from("<IDS|MSG>");

/** The JSON parts of one message; what is larger than this is no cell, and would fill the memory of what reads it. */
const MAX_JSON_BYTES = 64 * 2 ** 20;

/** Signatures remembered, to know a message that comes twice. */
const MAX_SEEN = 1 << 14;

/** Signs messages; an empty key means that nothing is signed and every signature is taken. */
export interface Signer {
  sign(frames: readonly Buffer[]): string;
  /** @throws Error when the signature is not of these frames, or has come before. */
  check(frames: readonly Buffer[], signature: Buffer): void;
}

/**
 * Makes the signer of a connection.
 *
 * @param key - the connection file's `key`.
 * @param scheme - the connection file's `signature_scheme`, such as "hmac-sha256".
 */
export function createSigner(key: string, scheme: string): Signer {
  if (key === "") return { sign: () => "", check: () => undefined };
  const algorithm = scheme.slice("hmac-".length);
  const seen = new Set<string>();
  const sign = (frames: readonly Buffer[]): string => {
    const hmac = createHmac(algorithm, key);
    for (const frame of frames) hmac.update(frame);
    return hmac.digest("hex");
  };
  return {
    sign,
    check(frames, signature) {
      const digest = sign(frames);
      const expected = Buffer.from(digest);
      if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) {
        throw new Error("the signature does not match");
      }
      if (seen.has(digest)) throw new Error("it has come before, with the same signature");
      seen.add(digest);
      const [oldest] = seen;
      if (seen.size > MAX_SEEN && oldest !== undefined) seen.delete(oldest);
    },
  };
}

/** Encodes a message into the frames that go over a socket. */
export function encode(message: Message, signer: Signer): Buffer[] {
  const body = [message.header, message.parent, message.metadata, message.content].map((part) =>
    Buffer.from(wellFormed(JSON.stringify(part))),
  );
  return [...message.identities, DELIMITER, Buffer.from(signer.sign(body)), ...body, ...message.buffers];
}

/** Replaces halves of characters, which clients in other languages can neither print nor save. */
function wellFormed(json: string): string {
  return json.includes("\\ud") ? json.replace(/(?<!\\)((?:\\\\)*)\\ud[89a-f][\da-f]{2}/g, "$1\ufffd") : json;
}

/**
 * Decodes the frames of one message.
 *
 * @throws Error saying what is wrong with the frames: no delimiter, too few or too large, a bad signature or one that came
 * before, no JSON object, or a header that the protocol does not know.
 */
export function decode(frames: readonly Buffer[], signer: Signer): Message {
  const at = frames.findIndex((frame) => frame.equals(DELIMITER));
  if (at < 0) throw new Error("it has no delimiter frame");
  const signature = frames[at + 1];
  const body = frames.slice(at + 2, at + 6);
  if (signature === undefined || body.length < 4) throw new Error("it has too few frames");
  const size = body.reduce((sum, { length }) => sum + length, 0);
  if (size > MAX_JSON_BYTES) throw new Error(`it is too large: ${size} bytes of JSON, of ${MAX_JSON_BYTES} at most`);
  signer.check(body, signature);
  const [header = {}, parent = {}, metadata = {}, content = {}] = body.map(parseObject);
  return {
    identities: frames.slice(0, at),
    header: checkedHeader(header),
    parent: parent as Message["parent"],
    metadata,
    content,
    buffers: frames.slice(at + 6),
  };
}

function parseObject(frame: Buffer, i: number): Record<string, unknown> {
  const value: unknown = JSON.parse(frame.toString("utf8"));
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new Error(`its ${["header", "parent header", "metadata", "content"][i]} is no JSON object`);
}

/** The header comes back as the parent of every answer: what it holds must be as plain as the protocol says. */
function checkedHeader(header: Record<string, unknown>): Header {
  for (const field of ["msg_id", "msg_type"]) {
    if (typeof header[field] !== "string" || header[field] === "") throw new Error(`its header has no ${field}`);
  }
  for (const [field, value] of Object.entries(header)) {
    if (typeof value === "object" && value !== null) throw new Error(`the ${field} of its header is no plain value`);
  }
  return header as unknown as Header;
}
