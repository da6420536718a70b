import { type ByteSource, Cursor, Hdf5Error } from "./byte-source.js";
import { lookup3 } from "./checksum.js";

/** A header message: what an object is made of, by type (HDF5 file format specification, IV.A.2). */
export interface Message {
  type: number;
  body: Buffer;
}

/** Types of message that are read here. */
export const MESSAGE = {
  dataspace: 0x01,
  linkInfo: 0x02,
  datatype: 0x03,
  fill: 0x05,
  link: 0x06,
  layout: 0x08,
  groupInfo: 0x0a,
  filters: 0x0b,
  attribute: 0x0c,
  continuation: 0x10,
  symbolTable: 0x11,
  attributeInfo: 0x15,
} as const;

const SHARED = 2;
const MAX_BLOCKS = 1000;

/** The messages of the object at an address, continuations followed, in order. */
export function readMessages(source: ByteSource, address: number): Message[] {
  return readHeader(source, address, 0);
}

function readHeader(source: ByteSource, address: number, depth: number): Message[] {
  const signature = source.bytes(address, 4).toString("latin1");
  return signature === "OHDR" ? readVersion2(source, address, depth) : readVersion1(source, address, depth);
}

function readVersion1(source: ByteSource, address: number, depth: number): Message[] {
  const head = new Cursor(source.bytes(address, 16));
  const version = head.uint(1);
  if (version !== 1) throw new Hdf5Error(`an object header has version ${version}`);
  head.skip(1);
  const count = head.uint(2);
  head.skip(4);
  const blocks: [number, number][] = [[address + 16, head.uint(4)]];
  const messages: Message[] = [];
  for (let block = 0; block < blocks.length; block++) {
    const [start, length] = blocks[block]!;
    const cursor = new Cursor(source.bytes(start, length));
    while (cursor.left >= 8 && messages.length < count) {
      const type = cursor.uint(2);
      const size = cursor.uint(2);
      const flags = cursor.uint(1);
      cursor.skip(3);
      addMessage(source, messages, blocks, { type, flags, body: cursor.bytes(size), depth });
    }
  }
  return messages;
}

function readVersion2(source: ByteSource, address: number, depth: number): Message[] {
  const head = new Cursor(source.bytes(address, Math.min(40, source.size - address)));
  head.expect("OHDR");
  const version = head.uint(1);
  if (version !== 2) throw new Hdf5Error(`an object header has version ${version}`);
  const flags = head.uint(1);
  if (flags & 0x20) head.skip(16);
  if (flags & 0x10) head.skip(4);
  const length = head.uint(1 << (flags & 3));
  const creationOrder = flags & 4 ? 2 : 0;
  const start = address + head.at;
  checkSum(source, address, head.at + length);
  const blocks: [number, number][] = [[start, length]];
  const messages: Message[] = [];
  for (let block = 0; block < blocks.length; block++) {
    let [at, size] = blocks[block]!;
    if (block > 0) {
      new Cursor(source.bytes(at, 4)).expect("OCHK");
      checkSum(source, at, size - 4);
      at += 4;
      size -= 8;
    }
    const cursor = new Cursor(source.bytes(at, size));
    while (cursor.left >= 4 + creationOrder) {
      const type = cursor.uint(1);
      const length = cursor.uint(2);
      const messageFlags = cursor.uint(1);
      cursor.skip(creationOrder);
      addMessage(source, messages, blocks, { type, flags: messageFlags, body: cursor.bytes(length), depth });
    }
  }
  return messages;
}

function addMessage(
  source: ByteSource,
  messages: Message[],
  blocks: [number, number][],
  { type, flags, body, depth }: Message & { flags: number; depth: number },
): void {
  if (type === MESSAGE.continuation) {
    const cursor = new Cursor(body);
    const block: [number, number] = [cursor.uint(8), cursor.uint(8)];
    if (blocks.some(([start]) => start === block[0]) || blocks.length === MAX_BLOCKS) {
      throw new Hdf5Error("an object header continues in circles");
    }
    blocks.push(block);
  }
  messages.push({ type, body: flags & SHARED ? readShared(source, type, body, depth) : body });
}

/** A message that several objects share (a committed datatype): it lies in the header of another. */
function readShared(source: ByteSource, type: number, body: Buffer, depth: number): Buffer {
  const cursor = new Cursor(body);
  const version = cursor.uint(1);
  const kind = cursor.uint(1);
  if (version === 1) cursor.skip(6);
  if (version === 3 && kind === 1) throw new Hdf5Error("a message lies in a heap of shared messages", "unknown");
  if (depth > 4) throw new Hdf5Error("a shared message is shared in turn");
  const found = readHeader(source, cursor.uint(8), depth + 1).find((message) => message.type === type);
  if (!found) throw new Hdf5Error("a shared message is not where it should be");
  return found.body;
}

/** Throws where the checksum after `length` bytes is not theirs. */
export function checkSum(source: ByteSource, address: number, length: number): void {
  if (length > 1 << 26) throw new Hdf5Error(`a structure of ${length} bytes`);
  const bytes = source.bytes(address, length + 4);
  if (lookup3(bytes.subarray(0, length)) !== bytes.readUInt32LE(length)) {
    throw new Hdf5Error(`the checksum of the structure at byte ${address} is wrong`);
  }
}
