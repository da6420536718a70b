import { CsrMatrix } from "../anndata/csr.js";
import { FileError } from "./file-error.js";

const NEWLINE = 10;
const CARRIAGE_RETURN = 13;
const SPACE = 32;
const TAB = 9;
const MINUS = 45;
const PERCENT = 37;
const ZERO = 48;
const NINE = 57;

/**
 * Parses a Matrix Market file (coordinate, real or integer, general) and transposes it: 10x stores genes × cells, we want
 * cells × genes. Whole numbers are read digit by digit from the bytes, others by `Number`.
 *
 * @param path - for messages.
 * @throws {@link FileError} naming the line.
 */
export function parseMatrixMarket(path: string, bytes: Uint8Array): CsrMatrix {
  const fail = (line: number, problem: string, cause?: unknown): never => {
    const advice = "Matrix Market counts from 1 and lists 'row column value'; write or fetch the file again";
    throw new FileError(path, line > 0 ? `line ${line}` : "", problem, advice, { cause });
  };
  let at = 0;
  let line = 0;
  const nextLine = () => {
    const start = at;
    while (at < bytes.length && bytes[at] !== NEWLINE) at++;
    const end = at++;
    line++;
    return Buffer.from(bytes.subarray(start, end)).toString("latin1").trim();
  };
  const banner = nextLine();
  if (!/^%%MatrixMarket\s+matrix\s+coordinate\s+(integer|real)\s+general$/i.test(banner)) {
    fail(1, `"${banner.slice(0, 60)}" is not the banner "%%MatrixMarket matrix coordinate integer general"`);
  }
  let header = nextLine();
  while ((header.startsWith("%") || header === "") && at < bytes.length) header = nextLine();
  const sizes = header.split(/\s+/).map(Number);
  if (sizes.length !== 3 || !sizes.every((size) => Number.isInteger(size) && size >= 0 && size < 2 ** 31)) {
    fail(line, `"${header}" is not 'rows columns entries'`);
  }
  const [genes, cells, entries] = sizes as [number, number, number];
  // "1 1 1" and a newline: with fewer bytes an entry, memory for all that the header promises is not even asked for.
  if (entries > (bytes.length + 1 - at) / 6) fail(0, `the header promises ${entries} entries: the file is cut off`);
  const gene = new Int32Array(entries);
  const cell = new Int32Array(entries);
  const value = new Float32Array(entries);

  const skipBlanks = () => {
    while (bytes[at] === SPACE || bytes[at] === TAB || bytes[at] === CARRIAGE_RETURN) at++;
  };
  const readNumber = (): number => {
    skipBlanks();
    const start = at;
    const negative = bytes[at] === MINUS;
    if (negative) at++;
    let whole = 0;
    const digits = at;
    while (bytes[at]! >= ZERO && bytes[at]! <= NINE) whole = whole * 10 + bytes[at++]! - ZERO;
    const isEnd = at >= bytes.length || bytes[at]! <= SPACE;
    if (isEnd && at > digits && at - digits < 16) return negative ? -whole : whole;
    while (at < bytes.length && bytes[at]! > SPACE) at++;
    const text = Buffer.from(bytes.subarray(start, at)).toString("latin1");
    const parsed = Number(text);
    if (text === "" || !Number.isFinite(parsed))
      fail(line + 1, text ? `"${text}" is not a number` : "a number is missing");
    return parsed;
  };
  let count = 0;
  while (at < bytes.length) {
    skipBlanks();
    if (at >= bytes.length) break;
    if (bytes[at] === NEWLINE || bytes[at] === PERCENT) {
      nextLine();
      continue;
    }
    const i = readNumber();
    const j = readNumber();
    const x = readNumber();
    if (!(i >= 1 && i <= genes && Number.isInteger(i))) fail(line + 1, `row ${i} is outside 1..${genes}`);
    if (!(j >= 1 && j <= cells && Number.isInteger(j))) fail(line + 1, `column ${j} is outside 1..${cells}`);
    if (count === entries) fail(line + 1, `there are more entries than the ${entries} that the header promises`);
    gene[count] = i - 1;
    cell[count] = j - 1;
    value[count++] = x;
    skipBlanks();
    if (at < bytes.length && bytes[at] !== NEWLINE) fail(line + 1, "there is more than 'row column value'");
    at++;
    line++;
  }
  if (count < entries) fail(0, `the header promises ${entries} entries, there are ${count}: the file is cut off`);
  const matrix = fromTriplets([cells, genes], cell, gene, value);
  const { indices, indptr } = matrix;
  for (let i = 0; i < cells; i++) {
    for (let to = indptr[i]! + 1; to < indptr[i + 1]!; to++) {
      if (indices[to] === indices[to - 1]) fail(0, `there are two entries of row ${indices[to]! + 1}, column ${i + 1}`);
    }
  }
  return matrix;
}

/** A matrix from its entries, in any order. */
function fromTriplets(
  shape: readonly [number, number],
  row: Int32Array,
  column: Int32Array,
  value: Float32Array,
): CsrMatrix {
  const indptr = new Int32Array(shape[0] + 1);
  for (let at = 0; at < row.length; at++) indptr[row[at]! + 1]!++;
  for (let i = 0; i < shape[0]; i++) indptr[i + 1]! += indptr[i]!;
  const next = indptr.slice(0, shape[0]);
  const data = new Float32Array(value.length);
  const indices = new Int32Array(value.length);
  let sorted = true;
  for (let at = 0; at < row.length; at++) {
    const to = next[row[at]!]!++;
    data[to] = value[at]!;
    indices[to] = column[at]!;
    if (to > indptr[row[at]!]! && indices[to - 1]! > column[at]!) sorted = false;
  }
  const matrix = new CsrMatrix(shape, data, indices, indptr);
  return sorted ? matrix : matrix.transpose().transpose();
}
