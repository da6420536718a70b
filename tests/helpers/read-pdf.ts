import { inflateSync } from "node:zlib";
import { expect } from "vitest";

/** Offsets of the objects by the file's table, the objects themselves, and the page's content. */
export const readPdf = (pdf: Uint8Array) => {
  const text = Buffer.from(pdf).toString("latin1");
  const table = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(text)?.[1]);
  const offsets = [...text.slice(table).matchAll(/(\d{10}) 00000 n /g)].map(([, offset]) => Number(offset));
  const [, length, start] = /\/Length (\d+) \/Filter \/FlateDecode >>\nstream\n()/d.exec(text) ?? [];
  const begin = text.indexOf("stream\n") + "stream\n".length;
  expect(start).toBeDefined();
  const content = inflateSync(pdf.subarray(begin, begin + Number(length))).toString("latin1");
  return { text, table, offsets, content };
};
