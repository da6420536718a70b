import { inflateSync } from "node:zlib";
import { expect } from "vitest";

/** Offsets of the objects by the file's table, the objects themselves, the content of all streams, and the page's, which is the first. */
export const readPdf = (pdf: Uint8Array) => {
  const text = Buffer.from(pdf).toString("latin1");
  const table = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(text)?.[1]);
  const offsets = [...text.slice(table).matchAll(/(\d{10}) 00000 n /g)].map(([, offset]) => Number(offset));
  const streams = [...text.matchAll(/\/Length (\d+) \/Filter \/FlateDecode >>\nstream\n/g)].map((match) => {
    const begin = match.index + match[0].length;
    return inflateSync(pdf.subarray(begin, begin + Number(match[1])));
  });
  expect(streams).not.toHaveLength(0);
  return { text, table, offsets, streams, content: streams[0]!.toString("latin1") };
};
