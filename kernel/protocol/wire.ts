import { createHmac, timingSafeEqual } from "node:crypto";
import type { Header, Message } from "./messages.js";

const DELIMITER = Buffer.from("<IDS|MSG>");

/** Signs messages; an empty key means that nothing is signed and every signature is taken. */
export interface Signer {
  sign(frames: readonly Buffer[]): string;
  verify(frames: readonly Buffer[], signature: Buffer): boolean;
}

/**
 * Makes the signer of a connection.
 *
 * @param key - the connection file's `key`.
 * @param scheme - the connection file's `signature_scheme`, such as "hmac-sha256".
 */
export function createSigner(key: string, scheme: string): Signer {
  const algorithm = scheme.slice("hmac-".length);
  const digest = (frames: readonly Buffer[]): string => {
    const hmac = createHmac(algorithm, key);
    for (const frame of frames) hmac.update(frame);
    return hmac.digest("hex");
  };
  if (key === "") return { sign: () => "", verify: () => true };
  return {
    sign: digest,
    verify(frames, signature) {
      const expected = Buffer.from(digest(frames));
      return signature.length === expected.length && timingSafeEqual(signature, expected);
    },
  };
}

/** Encodes a message into the frames that go over a socket. */
export function encode(message: Message, signer: Signer): Buffer[] {
  const body = [message.header, message.parent, message.metadata, message.content].map((part) =>
    Buffer.from(JSON.stringify(part)),
  );
  return [...message.identities, DELIMITER, Buffer.from(signer.sign(body)), ...body, ...message.buffers];
}

/**
 * Decodes the frames of one message.
 *
 * @throws Error saying what is wrong with the frames: no delimiter, too few of them, a bad signature, no JSON object, or
 * a header without `msg_id` and `msg_type`.
 */
export function decode(frames: readonly Buffer[], signer: Signer): Message {
  const at = frames.findIndex((frame) => frame.equals(DELIMITER));
  if (at < 0) throw new Error("no delimiter frame");
  const signature = frames[at + 1];
  const body = frames.slice(at + 2, at + 6);
  if (signature === undefined || body.length < 4) throw new Error("too few frames");
  if (!signer.verify(body, signature)) throw new Error("the signature does not match");
  const [header, parent, metadata, content] = body.map(parseObject);
  if (typeof header?.["msg_id"] !== "string" || typeof header["msg_type"] !== "string") {
    throw new Error("the header lacks msg_id or msg_type");
  }
  return {
    identities: frames.slice(0, at),
    header: header as unknown as Header,
    parent: parent as Message["parent"],
    metadata: metadata ?? {},
    content: content ?? {},
    buffers: frames.slice(at + 6),
  };
}

function parseObject(frame: Buffer): Record<string, unknown> {
  const value: unknown = JSON.parse(frame.toString("utf8"));
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error("a part is no JSON object");
  return value as Record<string, unknown>;
}
