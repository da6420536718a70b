import { readFileSync } from "node:fs";

/** Widths of a font's characters. */
export interface FontMetrics {
  /** Width of a text in em: multiply by the font size. Kerning is left out. */
  width(text: string): number;
}

/**
 * Reads the character widths of a TrueType font: the `cmap` table (formats 4 and 12) and `hmtx`.
 *
 * Source: the OpenType specification, https://learn.microsoft.com/typography/opentype/spec/.
 *
 * @throws Error when the file has no such tables.
 */
export function readFontMetrics(path: string): FontMetrics {
  const file = readFileSync(path);
  const tables = new Map<string, number>();
  for (let i = 0; i < file.readUInt16BE(4); i++) {
    const record = 12 + 16 * i;
    tables.set(file.toString("latin1", record, record + 4), file.readUInt32BE(record + 8));
  }
  const table = (tag: string): number => {
    const offset = tables.get(tag);
    if (offset === undefined) throw new Error(`${path} has no ${tag} table: it is no usable TrueType font`);
    return offset;
  };
  const unitsPerEm = file.readUInt16BE(table("head") + 18);
  const metricCount = file.readUInt16BE(table("hhea") + 34);
  const hmtx = table("hmtx");
  const glyphOf = characterMap(file, table("cmap"));
  const widths = new Map<number, number>();
  const advance = (codePoint: number): number => {
    let width = widths.get(codePoint);
    if (width === undefined) {
      width = file.readUInt16BE(hmtx + 4 * Math.min(glyphOf(codePoint), metricCount - 1)) / unitsPerEm;
      widths.set(codePoint, width);
    }
    return width;
  };
  return {
    width(text) {
      let sum = 0;
      for (const character of text) sum += advance(character.codePointAt(0) ?? 0);
      return sum;
    },
  };
}

function characterMap(file: Buffer, cmap: number): (codePoint: number) => number {
  const subtables = Array.from(
    { length: file.readUInt16BE(cmap + 2) },
    (_, i) => cmap + file.readUInt32BE(cmap + 8 + 8 * i),
  );
  const long = subtables.find((offset) => file.readUInt16BE(offset) === 12);
  if (long !== undefined) return (codePoint) => glyphInGroups(file, long, codePoint);
  const short = subtables.find((offset) => file.readUInt16BE(offset) === 4);
  if (short !== undefined) return (codePoint) => glyphInSegments(file, short, codePoint);
  throw new Error("the font maps no characters in a known format");
}

function glyphInGroups(file: Buffer, table: number, codePoint: number): number {
  for (let i = 0; i < file.readUInt32BE(table + 12); i++) {
    const group = table + 16 + 12 * i;
    const first = file.readUInt32BE(group);
    if (codePoint >= first && codePoint <= file.readUInt32BE(group + 4))
      return file.readUInt32BE(group + 8) + codePoint - first;
  }
  return 0;
}

function glyphInSegments(file: Buffer, table: number, codePoint: number): number {
  const doubled = file.readUInt16BE(table + 6);
  for (let i = 0; i < doubled; i += 2) {
    if (codePoint > file.readUInt16BE(table + 14 + i)) continue;
    const start = file.readUInt16BE(table + 16 + doubled + i);
    if (codePoint < start) return 0;
    const delta = file.readUInt16BE(table + 16 + 2 * doubled + i);
    const rangeAt = table + 16 + 3 * doubled + i;
    const range = file.readUInt16BE(rangeAt);
    if (range === 0) return (codePoint + delta) & 0xffff;
    const glyph = file.readUInt16BE(rangeAt + range + 2 * (codePoint - start));
    return glyph === 0 ? 0 : (glyph + delta) & 0xffff;
  }
  return 0;
}
