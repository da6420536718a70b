import { inflateSync } from "node:zlib";

/** Content of the streams of a PDF file. */
export const streamsOf = (pdf) =>
  [...pdf.toString("latin1").matchAll(/\/Length (\d+) [^\n]*\nstream\n/g)].map((match) => {
    const begin = match.index + match[0].length;
    return inflateSync(pdf.subarray(begin, begin + Number(match[1]))).toString("latin1");
  });

/** Whether a file is a PDF whose table points at its objects. */
export const isWhole = (pdf) => {
  const text = pdf.toString("latin1");
  const table = text.slice(Number(/startxref\n(\d+)\n%%EOF\n$/.exec(text)?.[1]));
  const offsets = [...table.matchAll(/(\d{10}) 00000 n /g)].map(([, offset]) => Number(offset));
  return (
    text.startsWith("%PDF-") &&
    offsets.length > 0 &&
    offsets.every((offset, k) => text.startsWith(`${k + 1} 0 obj\n`, offset))
  );
};
