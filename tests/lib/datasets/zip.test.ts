import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32, deflateRawSync } from "node:zlib";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { extractMember, extractMembers, listMembers, ZipError } from "../../../src/lib/datasets/zip.js";

interface Entry {
  name: string;
  data: Buffer;
  method?: number;
  flags?: number;
  /** Writes sizes and offset in the zip64 extra field, as archives above 4 GB do. */
  zip64?: boolean;
  statedSize?: number;
}

/** Builds an archive by the specification, so that odd and broken ones can be built too. */
function buildZip(entries: Entry[], options: { zip64End?: boolean; comment?: string } = {}): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const { name, data, method = 8, flags = 0x800, zip64 = false, statedSize = data.length } of entries) {
    const packed = method === 8 ? deflateRawSync(data) : data;
    const nameBytes = Buffer.from(name);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(method, 8);
    local.writeUInt16LE(nameBytes.length, 26);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(flags, 8);
    central.writeUInt16LE(method, 10);
    central.writeUInt32LE(crc32(data), 16);
    central.writeUInt32LE(zip64 ? 0xffffffff : packed.length, 20);
    central.writeUInt32LE(zip64 ? 0xffffffff : statedSize, 24);
    central.writeUInt16LE(nameBytes.length, 28);
    central.writeUInt32LE(zip64 ? 0xffffffff : offset, 42);
    const extra = Buffer.alloc(zip64 ? 28 : 0);
    if (zip64) {
      extra.writeUInt16LE(1, 0);
      extra.writeUInt16LE(24, 2);
      [statedSize, packed.length, offset].forEach((value, i) => extra.writeBigUInt64LE(BigInt(value), 4 + 8 * i));
      central.writeUInt16LE(extra.length, 30);
    }
    locals.push(local, nameBytes, packed);
    centrals.push(central, nameBytes, extra);
    offset += local.length + nameBytes.length + packed.length;
  }
  const directory = Buffer.concat(centrals);
  const tail: Buffer[] = [];
  if (options.zip64End) {
    const end64 = Buffer.alloc(56);
    end64.writeUInt32LE(0x06064b50, 0);
    [entries.length, entries.length, directory.length, offset].forEach((value, i) =>
      end64.writeBigUInt64LE(BigInt(value), 24 + 8 * i),
    );
    const locator = Buffer.alloc(20);
    locator.writeUInt32LE(0x07064b50, 0);
    locator.writeBigUInt64LE(BigInt(offset + directory.length), 8);
    tail.push(end64, locator);
  }
  const comment = Buffer.from(options.comment ?? "");
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(options.zip64End ? 0xffff : entries.length, 10);
  end.writeUInt32LE(options.zip64End ? 0xffffffff : directory.length, 12);
  end.writeUInt32LE(options.zip64End ? 0xffffffff : offset, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...locals, directory, ...tail, end, comment]);
}

const long = Buffer.from(Array.from({ length: 2_500_000 }, (_, i) => (i * i) >> 7));
let folder: string;
let archive: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "zip-"));
  archive = join(folder, "archive.zip");
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("zip", () => {
  it.each([
    ["deflated", { method: 8 }, {}],
    ["stored", { method: 0 }, {}],
    ["zip64", { zip64: true }, { zip64End: true }],
    ["commented", {}, { comment: "a comment with PK\u0005\u0006 inside, longer than an end record is" }],
  ])("reads a %s member", async (_name, entry, options) => {
    const small = Buffer.from("ünïcode");
    writeFileSync(
      archive,
      buildZip(
        [
          { name: "a/ä.txt", data: small, ...entry },
          { name: "long", data: long, ...entry },
        ],
        options,
      ),
    );
    expect((await listMembers(archive)).map(({ name, size }) => [name, size])).toEqual([
      ["a/ä.txt", small.length],
      ["long", long.length],
    ]);
    await extractMember(archive, "a/ä.txt", join(folder, "out", "small"));
    await extractMember(archive, "long", join(folder, "out", "long"));
    expect(readFileSync(join(folder, "out", "small")).equals(small)).toBe(true);
    expect(readFileSync(join(folder, "out", "long")).equals(long)).toBe(true);
  });

  it("reads an archive that Python's zipfile wrote while streaming", async () => {
    const script = `
import sys, zipfile
class Pipe:
    def __init__(self, f): self.f = f
    def write(self, b): return self.f.write(b)
    def flush(self): self.f.flush()
with open(sys.argv[1], "wb") as f, zipfile.ZipFile(Pipe(f), "w", zipfile.ZIP_DEFLATED) as z:
    z.writestr("data/numbers.txt", "\\n".join(map(str, range(5000))))
`;
    execFileSync("python3", ["-c", script, archive]);
    await extractMember(archive, "data/numbers.txt", join(folder, "numbers"));
    expect(readFileSync(join(folder, "numbers"), "utf8")).toBe(Array.from({ length: 5000 }, (_, i) => i).join("\n"));
  });

  it("unpacks what is selected, under the path given", async () => {
    writeFileSync(
      archive,
      buildZip(["pkg/a.h", "pkg/deep/b.h", "pkg/c.txt"].map((name) => ({ name, data: Buffer.from(name) }))),
    );
    const written = await extractMembers(archive, join(folder, "out"), ({ name }) => /^pkg\/(.+\.h)$/.exec(name)?.[1]);
    expect(written).toEqual([join(folder, "out", "a.h"), join(folder, "out", "deep", "b.h")]);
    expect(readdirSync(join(folder, "out"), { recursive: true }).sort()).toEqual(["a.h", "deep", "deep/b.h"]);
  });

  it.each(["../evil", "a/../../evil", "/evil", "C:\\evil", "a\\..\\evil", "..", ""])(
    "refuses the path '%s'",
    async (name) => {
      writeFileSync(archive, buildZip([{ name: name || "empty", data: Buffer.from("x") }]));
      await expect(extractMembers(archive, join(folder, "out"), () => name)).rejects.toThrow(/outside/);
      expect(existsSync(join(folder, "evil"))).toBe(false);
    },
  );

  it("refuses damaged, lying, encrypted and unknown members and leaves nothing behind", async () => {
    const target = join(folder, "target");
    const check = async (bytes: Buffer, message: RegExp) => {
      writeFileSync(archive, bytes);
      await expect(extractMember(archive, "m", target)).rejects.toThrow(message);
      expect(readdirSync(folder)).toEqual(["archive.zip"]);
    };
    const data = Buffer.from("some text, some text, some text");
    const stored = buildZip([{ name: "m", data, method: 0 }]);
    stored.writeUInt8(stored.readUInt8(35) ^ 1, 35);
    await check(stored, /fails its checksum/);
    await check(buildZip([{ name: "m", data: long, statedSize: 1000 }]), /longer than stated/);
    await check(buildZip([{ name: "m", data, statedSize: 1000 }]), /fails its checksum/);
    await check(buildZip([{ name: "m", data, flags: 1 }]), /encrypted/);
    await check(buildZip([{ name: "m", data, method: 12 }]), /method 12/);
    await check(buildZip([{ name: "other", data }]), /no member 'm'/);
    const whole = buildZip([{ name: "m", data }]);
    await check(whole.subarray(0, whole.length - 30), /no zip archive/);
    await check(Buffer.from("no zip at all"), /no zip archive/);
    await check(Buffer.alloc(0), /no zip archive/);
  });

  it("ends with the right content or a ZipError, whatever bytes are changed", async () => {
    const data = Buffer.from("content ".repeat(200));
    const whole = buildZip(
      [
        { name: "m", data },
        { name: "n", data, method: 0, zip64: true },
      ],
      { zip64End: true },
    );
    const change = fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 }));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), fc.nat(whole.length), async (changes, cut) => {
        const bytes = Buffer.from(whole.subarray(0, cut % 3 === 0 ? cut : whole.length));
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
        writeFileSync(archive, bytes);
        for (const member of ["m", "n"]) {
          try {
            await extractMember(archive, member, join(folder, "fuzzed"));
            expect(readFileSync(join(folder, "fuzzed")).equals(data)).toBe(true);
          } catch (error) {
            expect(error).toBeInstanceOf(ZipError);
          }
        }
      }),
      { numRuns: 400, seed: 4 },
    );
  });
});
