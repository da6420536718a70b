import { createWriteStream } from "node:fs";
import { type FileHandle, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, isAbsolute, join, resolve, sep } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { crc32, createInflateRaw } from "node:zlib";

/** One file in a zip archive, as its central directory describes it. */
export interface ZipMember {
  /** Path inside the archive, with `/`. */
  name: string;
  /** Bytes once unpacked. */
  size: number;
  /** Bytes in the archive. */
  compressedSize: number;
  crc32: number;
  /** 0 stored, 8 deflate; others cannot be read. */
  method: number;
  encrypted: boolean;
  /** Where its local header lies. */
  offset: number;
}

/** An archive that is damaged, or uses what this reader does not know; the message names file and cause. */
export class ZipError extends Error {
  override readonly name = "ZipError";
}

const END = 0x06054b50;
const END_64 = 0x06064b50;
const END_64_LOCATOR = 0x07064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
/** A directory of a million members is about this long. */
const MAX_DIRECTORY = 256 * 1024 * 1024;

/**
 * Lists the files in a zip archive (folders are left out), zip64 included.
 *
 * @throws {@link ZipError} for a file that is no zip archive or a damaged one
 */
export async function listMembers(archive: string): Promise<ZipMember[]> {
  const file = await open(archive);
  try {
    return await readDirectory(file, archive);
  } finally {
    await file.close();
  }
}

/**
 * Unpacks one member to a file: streaming, its length and CRC-32 checked, renamed into place when whole.
 *
 * @throws {@link ZipError} if there is no such member, or it is damaged, encrypted or compressed by another method
 */
export async function extractMember(archive: string, member: string, target: string): Promise<void> {
  const file = await open(archive);
  try {
    const found = (await readDirectory(file, archive)).find(({ name }) => name === member);
    if (!found) throw new ZipError(`${archive} has no member '${member}'.`);
    await unpack(file, archive, found, target);
  } finally {
    await file.close();
  }
}

/**
 * Unpacks the selected members into a folder, keeping their paths below it.
 *
 * @param select path below `folder` for a member, or undefined to leave it out
 * @returns the files written
 * @throws {@link ZipError} as {@link extractMember}, and for a path that leaves the folder
 */
export async function extractMembers(
  archive: string,
  folder: string,
  select: (member: ZipMember) => string | undefined,
): Promise<string[]> {
  const file = await open(archive);
  try {
    const written: string[] = [];
    for (const member of await readDirectory(file, archive)) {
      const path = select(member);
      if (path === undefined) continue;
      const target = pathInside(folder, path, archive);
      await unpack(file, archive, member, target);
      written.push(target);
    }
    return written;
  } finally {
    await file.close();
  }
}

function pathInside(folder: string, path: string, archive: string): string {
  const root = resolve(folder);
  const target = join(root, path);
  const escapes = isAbsolute(path) || /^[a-z]:|[\\\0]/i.test(path) || !target.startsWith(root + sep);
  if (escapes)
    throw new ZipError(`${archive}: member '${path}' would be written outside ${root}; nothing more is unpacked.`);
  return target;
}

async function readDirectory(file: FileHandle, archive: string): Promise<ZipMember[]> {
  const { size: length } = await file.stat();
  const tail = await readAt(file, Math.max(0, length - 65557), Math.min(length, 65557), archive);
  const at = findEnd(tail);
  if (at < 0) throw new ZipError(`${archive} is no zip archive, or its end is missing: remove it and fetch it again.`);
  let count = tail.readUInt16LE(at + 10);
  let size = tail.readUInt32LE(at + 12);
  let offset = tail.readUInt32LE(at + 16);
  if (count === 0xffff || size === 0xffffffff || offset === 0xffffffff) {
    const endOffset = length - tail.length + at;
    const locator = await readAt(file, endOffset - 20, 20, archive);
    if (locator.readUInt32LE(0) === END_64_LOCATOR) {
      const end = await readAt(file, readSafe64(locator, 8, archive), 56, archive);
      if (end.readUInt32LE(0) !== END_64) throw damaged(archive, "zip64 end record not found");
      count = readSafe64(end, 32, archive);
      size = readSafe64(end, 40, archive);
      offset = readSafe64(end, 48, archive);
    }
  }
  if (size > MAX_DIRECTORY || count * 46 > size) throw damaged(archive, `${count} members in ${size} bytes`);
  const directory = await readAt(file, offset, size, archive);
  const members: ZipMember[] = [];
  for (let position = 0, index = 0; index < count; index++) {
    const { member, next } = readEntry(directory, position, archive);
    if (!member.name.endsWith("/")) members.push(member);
    position = next;
  }
  return members;
}

/** The end record's place in the tail: the last one whose comment ends with the file. */
function findEnd(tail: Buffer): number {
  for (let at = tail.length - 22; at >= 0; at--) {
    if (tail.readUInt32LE(at) === END && at + 22 + tail.readUInt16LE(at + 20) === tail.length) return at;
  }
  return -1;
}

function readEntry(directory: Buffer, at: number, archive: string): { member: ZipMember; next: number } {
  if (at + 46 > directory.length || directory.readUInt32LE(at) !== CENTRAL) throw damaged(archive, "directory entry");
  const nameEnd = at + 46 + directory.readUInt16LE(at + 28);
  const extraEnd = nameEnd + directory.readUInt16LE(at + 30);
  const next = extraEnd + directory.readUInt16LE(at + 32);
  if (next > directory.length) throw damaged(archive, "directory entry");
  const flags = directory.readUInt16LE(at + 8);
  const member: ZipMember = {
    name: directory.toString(flags & 0x800 ? "utf8" : "latin1", at + 46, nameEnd),
    size: directory.readUInt32LE(at + 24),
    compressedSize: directory.readUInt32LE(at + 20),
    crc32: directory.readUInt32LE(at + 16),
    method: directory.readUInt16LE(at + 10),
    encrypted: (flags & 1) !== 0,
    offset: directory.readUInt32LE(at + 42),
  };
  readZip64(directory.subarray(nameEnd, extraEnd), member, archive);
  return { member, next };
}

/** Fills in what did not fit 32 bits, from the extra field with id 1, in the order of the specification. */
function readZip64(extra: Buffer, member: ZipMember, archive: string): void {
  const wide = (["size", "compressedSize", "offset"] as const).filter((key) => member[key] === 0xffffffff);
  if (wide.length === 0) return;
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    if (extra.readUInt16LE(at + 2) < 8 * wide.length || at + 4 + 8 * wide.length > extra.length) break;
    wide.forEach((key, index) => (member[key] = readSafe64(extra, at + 4 + 8 * index, archive)));
    return;
  }
}

async function unpack(file: FileHandle, archive: string, member: ZipMember, target: string): Promise<void> {
  const what = `${archive}: member '${member.name}'`;
  if (member.encrypted) throw new ZipError(`${what} is encrypted.`);
  if (member.method !== 0 && member.method !== 8)
    throw new ZipError(`${what} is compressed by method ${member.method}.`);
  const header = await readAt(file, member.offset, 30, archive);
  if (header.readUInt32LE(0) !== LOCAL) throw damaged(archive, `member '${member.name}'`);
  const start = member.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  if (start + member.compressedSize > (await file.stat()).size)
    throw damaged(archive, `member '${member.name}' is cut off`);
  let length = 0;
  let crc = 0;
  const check = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      length += chunk.length;
      crc = crc32(chunk, crc);
      // Stops an archive that says 1 kB and unpacks to a terabyte.
      if (length > member.size) done(damaged(archive, `member '${member.name}' is longer than stated`));
      else done(null, chunk);
    },
    flush(done) {
      const whole = length === member.size && crc === member.crc32;
      done(whole ? null : damaged(archive, `member '${member.name}' fails its checksum`));
    },
  });
  const partial = `${target}.partial`;
  await mkdir(dirname(target), { recursive: true });
  try {
    const source = chunks(file, start, member.compressedSize, archive);
    const sink = createWriteStream(partial);
    if (member.method === 0) await pipeline(source, check, sink);
    else await pipeline(source, createInflateRaw(), check, sink);
    await rename(partial, target);
  } catch (error) {
    await rm(partial, { force: true });
    const code = (error as NodeJS.ErrnoException).code;
    throw code?.startsWith("Z_") ? damaged(archive, `member '${member.name}': ${code}`, error) : error;
  }
}

async function* chunks(file: FileHandle, start: number, length: number, archive: string): AsyncGenerator<Buffer> {
  for (let done = 0; done < length;) {
    const chunk = await readAt(file, start + done, Math.min(1 << 20, length - done), archive);
    done += chunk.length;
    yield chunk;
  }
}

async function readAt(file: FileHandle, position: number, length: number, archive: string): Promise<Buffer> {
  if (position < 0 || !Number.isSafeInteger(position + length)) throw damaged(archive, "offset out of range");
  const { size } = await file.stat();
  if (position + length > size) throw damaged(archive, "it ends too early");
  const buffer = Buffer.allocUnsafe(length);
  for (let read = 0; read < length;) {
    const { bytesRead } = await file.read(buffer, read, length - read, position + read);
    if (bytesRead === 0) throw damaged(archive, "it ends too early");
    read += bytesRead;
  }
  return buffer;
}

function readSafe64(buffer: Buffer, at: number, archive: string): number {
  const value = Number(buffer.readBigUInt64LE(at));
  if (!Number.isSafeInteger(value)) throw damaged(archive, "offset out of range");
  return value;
}

function damaged(archive: string, what: string, cause?: unknown): ZipError {
  return new ZipError(`${archive} is damaged (${what}): remove it and fetch it again.`, { cause });
}
