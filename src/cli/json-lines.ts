import { closeSync, existsSync, fsyncSync, openSync, readFileSync, truncateSync, writeSync } from "node:fs";

/** The values of all whole lines of a file, none where there is no file: a line is whole when its end is there. */
export const readJsonLines = <Value>(path: string): Value[] => (existsSync(path) ? parse<Value>(path).values : []);

/** The same, and cuts off what is left of a line that was not written to its end, so that the next begins where it should. */
export const mendJsonLines = <Value>(path: string): Value[] => {
  if (!existsSync(path)) return [];
  const { values, wholeBytes } = parse<Value>(path);
  truncateSync(path, wholeBytes);
  return values;
};

/** Writes a line, and returns once it is on the disk. */
export const appendJsonLine = (path: string, value: unknown): void => {
  const file = openSync(path, "a");
  try {
    writeSync(file, `${JSON.stringify(value)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
};

const parse = <Value>(path: string): { values: Value[]; wholeBytes: number } => {
  const bytes = readFileSync(path);
  const wholeBytes = bytes.lastIndexOf("\n") + 1;
  const lines = bytes.subarray(0, wholeBytes).toString("utf8").split("\n").filter(Boolean);
  return { values: lines.map((line) => JSON.parse(line) as Value), wholeBytes };
};
