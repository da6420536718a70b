import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";

const PIECE = 1 << 16;

/** Writes pieces of text to a file, gathered, through gzip where asked. */
export async function writeText(path: string, pieces: Iterable<string>, gzip: boolean): Promise<void> {
  const source = Readable.from(gather(pieces), { objectMode: false });
  const target = createWriteStream(path);
  if (gzip) await pipeline(source, createGzip(), target);
  else await pipeline(source, target);
}

function* gather(pieces: Iterable<string>): Generator<Buffer> {
  let text = "";
  for (const piece of pieces) {
    text += piece;
    if (text.length < PIECE) continue;
    yield Buffer.from(text);
    text = "";
  }
  if (text !== "") yield Buffer.from(text);
}

/** The shortest text that is read as the same float32. */
export function floatText(value: number): string {
  if (Number.isInteger(value)) return String(value);
  for (let digits = 6; digits < 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return String(Number(text));
  }
  return String(Number(value.toPrecision(9)));
}
