import { isUtf8 } from "node:buffer";
import { FileError, type Notice } from "./file-error.js";

const NEWLINE = 10;
const RETURN = 13;
const QUOTE = 34;
const MINUS = 45;
const ZERO = 48;
const NINE = 57;

/** A table of numbers with names: what stands in a delimited file, row by row. */
export interface NumberTable {
  /** The first field of each row. */
  rows: string[];
  /** The header without its corner. */
  columns: string[];
  /** `rows × columns`, row-major. */
  values: Float32Array;
}

/**
 * Parses delimited text whose first line names the columns and whose first field names the row: quotes as in RFC 4180, any line ends, a
 * byte order mark. Whole numbers are read digit by digit from the bytes, others by `Number`.
 *
 * @param path - for messages.
 * @param delimiter - one ASCII character.
 * @throws {@link FileError} naming the line: fields too few or many, what is not a number, a quote that does not close.
 */
export function parseDelimited(path: string, bytes: Buffer, delimiter: string, notice: Notice): NumberTable {
  const reader = new FieldReader(path, bytes, delimiter.charCodeAt(0), notice);
  const header = reader.line();
  if (header.length === 0) throw new FileError(path, "", "the file is empty", "Fetch or write it again");
  const rows: string[] = [];
  let columns = header.slice(1);
  let width = header.length;
  let values = new Float32Array(0);
  let count = 0;
  while (reader.more()) {
    const line = reader.lineNumber;
    rows.push(reader.text());
    let fields = 1;
    while (reader.nextField()) {
      // A value and its delimiter take two bytes: the array never outgrows the file by much.
      if (count === values.length) values = grown(values, Math.max(1024, header.length));
      values[count++] = reader.number(header, fields);
      fields++;
    }
    if (rows.length === 1 && fields === header.length + 1) {
      // R leaves out the corner.
      columns = header;
      width = fields;
    }
    if (fields !== width) {
      const problem = `has ${fields} fields, the header has ${width}`;
      throw new FileError(path, `line ${line}`, problem, "Check the delimiter, and that every row is whole");
    }
  }
  return { rows, columns, values: values.slice(0, count) };
}

/**
 * Parses delimited text into its fields, the first line among them, by the same rules.
 *
 * @throws {@link FileError} naming a line with fields too few or many, or a quote that does not close.
 */
export function parseRows(path: string, bytes: Buffer, delimiter: string, notice: Notice): string[][] {
  const reader = new FieldReader(path, bytes, delimiter.charCodeAt(0), notice);
  const rows: string[][] = [];
  while (reader.more()) {
    const line = reader.lineNumber;
    const fields = reader.line();
    if (rows.length > 0 && fields.length !== rows[0]!.length) {
      const problem = `has ${fields.length} fields, the header has ${rows[0]!.length}`;
      throw new FileError(path, `line ${line}`, problem, "Check the delimiter, and that every row is whole");
    }
    rows.push(fields);
  }
  return rows;
}

function grown(values: Float32Array, least: number): Float32Array<ArrayBuffer> {
  const larger = new Float32Array(Math.max(least, 2 * values.length));
  larger.set(values);
  return larger;
}

/** Goes through the fields of delimited text. */
class FieldReader {
  lineNumber = 1;
  readonly #path: string;
  readonly #bytes: Buffer;
  readonly #delimiter: number;
  readonly #encoding: "utf8" | "latin1";
  #at = 0;

  constructor(path: string, bytes: Buffer, delimiter: number, notice: Notice) {
    this.#path = path;
    this.#bytes = bytes;
    this.#delimiter = delimiter;
    if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
      throw new FileError(path, "", "is UTF-16 text", "Save it as UTF-8");
    }
    if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) this.#at = 3;
    this.#encoding = isUtf8(bytes) ? "utf8" : "latin1";
    if (this.#encoding === "latin1") notice(`${path}: is not UTF-8 text; names were read as Latin-1`);
  }

  /** Whether a row follows; empty lines are passed over. */
  more(): boolean {
    while (this.#at < this.#bytes.length) {
      const byte = this.#bytes[this.#at]!;
      if (byte === NEWLINE) this.lineNumber++;
      else if (byte !== RETURN) return true;
      this.#at++;
    }
    return false;
  }

  /** The texts of a whole line. */
  line(): string[] {
    if (!this.more()) return [];
    const texts = [this.text()];
    while (this.nextField()) texts.push(this.text());
    return texts;
  }

  /** Passes the delimiter before the next field of this line; false at the line's end, which is passed too. */
  nextField(): boolean {
    const bytes = this.#bytes;
    if (bytes[this.#at] === this.#delimiter) {
      this.#at++;
      return true;
    }
    if (bytes[this.#at] === RETURN) this.#at++;
    if (bytes[this.#at] === NEWLINE) this.#at++;
    this.lineNumber++;
    return false;
  }

  /** The field as text. */
  text(): string {
    const bytes = this.#bytes;
    if (bytes[this.#at] === QUOTE) return this.#quoted();
    const start = this.#at;
    while (this.#at < bytes.length && !this.#isEnd(bytes[this.#at]!)) this.#at++;
    return bytes.toString(this.#encoding, start, this.#at);
  }

  /** The field as a number; `header` and `field` name its column in a message. */
  number(header: readonly string[], field: number): number {
    const bytes = this.#bytes;
    const start = this.#at;
    const negative = bytes[start] === MINUS;
    const digits = negative ? start + 1 : start;
    let at = digits;
    let whole = 0;
    while (bytes[at]! >= ZERO && bytes[at]! <= NINE) whole = whole * 10 + bytes[at++]! - ZERO;
    if (at > digits && at - digits < 16 && (at === bytes.length || this.#isEnd(bytes[at]!))) {
      this.#at = at;
      return negative ? -whole : whole;
    }
    const line = this.lineNumber;
    const text = this.text().trim();
    const number = Number(text);
    if (text !== "" && Math.abs(number) < Infinity) return number;
    const column = header[field] ?? header[field - 1] ?? "";
    const place = `line ${line}`;
    if (text === "" || /^(na|nan|null)$/i.test(text)) {
      throw new FileError(this.#path, place, `the value of "${column}" is missing`, "Fill it in, e.g. with 0");
    }
    const problem = `"${text.slice(0, 60)}" in column "${column}" is not a finite number`;
    throw new FileError(this.#path, place, problem, "All fields but the first line and the first column are numbers");
  }

  #isEnd(byte: number): boolean {
    return byte === this.#delimiter || byte === NEWLINE || byte === RETURN;
  }

  #quoted(): string {
    const bytes = this.#bytes;
    const opened = this.lineNumber;
    let text = "";
    for (let start = this.#at + 1; ;) {
      const end = bytes.indexOf(QUOTE, start);
      if (end < 0) {
        throw new FileError(this.#path, `line ${opened}`, "a quote is opened and never closed", 'Close it with "');
      }
      for (let at = bytes.indexOf(NEWLINE, start); at >= 0 && at < end; at = bytes.indexOf(NEWLINE, at + 1)) {
        this.lineNumber++;
      }
      text += bytes.toString(this.#encoding, start, end);
      this.#at = end + 1;
      if (bytes[this.#at] !== QUOTE) break;
      text += '"';
      start = end + 2;
    }
    if (this.#at < bytes.length && !this.#isEnd(bytes[this.#at]!)) {
      throw new FileError(
        this.#path,
        `line ${this.lineNumber}`,
        "text follows a closed quote",
        'Write a quote inside a field as ""',
      );
    }
    return text;
  }
}
