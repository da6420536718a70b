import { readFileSync } from "node:fs";
import { isAbsolute } from "node:path";
import { excerpt, RED, RESET, CYAN } from "../display/excerpt.js";
import type { ErrorReport } from "../protocol/messages.js";
import { adviceOn } from "./missing-modules.js";
import { inspect, isNativeError } from "./primordials.js";
import { KERNEL_FOLDER, type Frame, type StackMapper } from "./stack.js";

const MAX_FRAMES = 12;
const MAX_CAUSES = 5;

/** Reports what a cell threw: its message, the places in cells with their source, and its causes. */
export function reportError(thrown: unknown, stacks: StackMapper): ErrorReport {
  if (!isErrorLike(thrown)) {
    const evalue = inspectSafely(thrown);
    return { ename: "Uncaught", evalue, traceback: [`${RED}Uncaught${RESET} ${evalue}`] };
  }
  const { name, message } = nameAndMessage(thrown, stacks);
  try {
    return { ename: name, evalue: message, traceback: describe(thrown, stacks) };
  } catch {
    // A cell has broken what the report is made with, or the error's own fields throw.
    return { ename: name, evalue: message, traceback: [`${RED}${name}${RESET}: ${message}`] };
  }
}

/**
 * Reports a syntax error that only the engine finds, such as a malformed regular expression.
 *
 * @param file - file name of the cell's script, from which the engine's own excerpt gives the line and column.
 */
export function reportSyntaxError(error: Error, file: string, stacks: StackMapper): ErrorReport {
  const [place = "", , marks = ""] = String(error.stack).split("\n");
  const line = place.startsWith(`${file}:`) ? Number(place.slice(file.length + 1)) : Number.NaN;
  const cell = stacks.cell(file);
  const position = cell && Number.isInteger(line) ? cell.locate({ line, column: marks.indexOf("^") + 1 }) : undefined;
  const lines = [`${RED}${error.name}${RESET}: ${error.message}`];
  if (cell && position)
    lines.push(`  at ${placeOf(cell.label, position)}`, ...excerpt(cell.source, position, { context: 1 }));
  return { ename: error.name, evalue: error.message, traceback: lines };
}

/** @param above - the errors that this one is a part or the cause of. */
function describe(error: Error, stacks: StackMapper, above: readonly Error[] = []): string[] {
  const { name, message } = nameAndMessage(error, stacks);
  const head = `${RED}${name}${RESET}${message === "" ? "" : `: ${message}`}`;
  const lines = [head, ...syntaxPlace(error), ...describeFrames(error, stacks)];
  const own = ownFields(error);
  if (own !== "") lines.push(own);
  const advice = adviceOn(message);
  if (advice !== undefined) lines.push(advice);
  if (above.length >= MAX_CAUSES) return lines;
  const inner = (thrown: unknown): string[] => {
    if (!isErrorLike(thrown)) return [inspectSafely(thrown)];
    return above.includes(thrown) || thrown === error
      ? ["an error above"]
      : describe(thrown, stacks, [...above, error]);
  };
  if (error instanceof AggregateError) {
    error.errors.forEach((each: unknown, i) => {
      lines.push(`${RED}[${i + 1} of ${error.errors.length}]${RESET}`, ...inner(each));
    });
  }
  if (error.cause !== undefined) {
    const [first = "", ...rest] = inner(error.cause);
    lines.push(`Caused by ${first}`, ...rest);
  }
  return lines;
}

/** The line of a local file that cannot be parsed: the loader names it in the message, the engine above the stack. */
function syntaxPlace(error: Error): string[] {
  if (!(error instanceof SyntaxError)) return [];
  const found =
    /\((?<file>\/.+):(?<line>\d+):(?<column>\d+)\)$/.exec(error.message) ??
    /^file:\/\/(?<file>\/[^?\n]+?)(?:\?v=\w+)?:(?<line>\d+)\n.*\n(?<indent> *)\^/.exec(String(error.stack));
  const { file = "", line, column, indent = "" } = found?.groups ?? {};
  const source = localSource(decodeURI(file));
  if (source === undefined) return [];
  return excerpt(source, { line: Number(line), column: Number(column ?? indent.length + 1) }, { context: 1 });
}

/** The places a stack names, those in cells and in local files with their source. */
function describeFrames(error: Error, stacks: StackMapper): string[] {
  const frames = stacks.framesOf(error);
  if (frames.length === 0) return foreignFrames(error);
  let isFirst = true;
  return counted(trim(frames)).flatMap(([frame, times]) => {
    const line = `  at ${describeFrame(frame)}${times > 1 ? `, ${times} times` : ""}`;
    const source = frame.cell?.source ?? localSource(frame.file);
    if (source === undefined) return [line];
    const context = isFirst ? 2 : 0;
    isFirst = false;
    return [line, ...excerpt(source, frame.position, { context })];
  });
}

/** The lines of a stack that other code wrote, or another thread, without those of Node and of the kernel. */
function foreignFrames({ stack }: Error): string[] {
  if (typeof stack !== "string") return [];
  const lines = stack.split("\n").filter((line) => /^ {4}at /.test(line));
  return lines.filter((line) => !/node:internal/.test(line) && !line.includes(KERNEL_FOLDER)).slice(0, MAX_FRAMES);
}

/** The text of a file of the user's own; undefined for what is installed, and where there is none. */
function localSource(file: string): string | undefined {
  if (!isAbsolute(file) || file.includes("/node_modules/")) return undefined;
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

/** Keeps the frames down to the outermost cell's. */
function trim(frames: readonly Frame[]): Frame[] {
  const last = frames.findLastIndex((frame) => frame.cell !== undefined);
  return (last < 0 ? frames : frames.slice(0, last + 1)).filter((frame) => !frame.file.startsWith("node:internal"));
}

/** Joins the frames of a recursion, and cuts a long stack in its middle. */
function counted(frames: readonly Frame[]): (readonly [Frame, number])[] {
  const groups: [Frame, number][] = [];
  for (const frame of frames) {
    const last = groups.at(-1);
    const isSame =
      last?.[0].file === frame.file &&
      last[0].position.line === frame.position.line &&
      last[0].position.column === frame.position.column;
    if (last && isSame) last[1] += 1;
    else groups.push([frame, 1]);
  }
  return groups.length <= MAX_FRAMES ? groups : [...groups.slice(0, MAX_FRAMES / 2), ...groups.slice(-MAX_FRAMES / 2)];
}

function describeFrame({ name, cell, file, position }: Frame): string {
  const where = cell ? placeOf(cell.label, position) : `${file}:${position.line}:${position.column}`;
  return name === undefined ? where : `${name} (${where})`;
}

const placeOf = (label: string, { line, column }: { line: number; column: number }): string =>
  `${CYAN}${label}${RESET}, line ${line}, column ${column}`;

/** Whether a value is an error, of this context or another, or inherits from one. */
export function isErrorLike(value: unknown): value is Error {
  try {
    return isNativeError(value) || value instanceof Error;
  } catch {
    // A proxy whose traps throw.
    return false;
  }
}

function nameAndMessage(error: Error, stacks: StackMapper): { name: string; message: string } {
  try {
    // Reading the stack first puts the message into the cell's words.
    stacks.framesOf(error);
    const { name } = error;
    // A class that extends Error most often leaves its name as it was.
    const isGeneral = !name || name === "Error";
    return { name: String((isGeneral && error.constructor.name) || name), message: String(error.message) };
  } catch {
    return { name: "Error", message: "(its message cannot be read)" };
  }
}

/** Fields beyond the usual, such as the `code` of a system error. */
function ownFields(error: Error): string {
  try {
    const fields: Record<string, unknown> = {};
    for (const key of Object.keys(error)) {
      if (!["name", "message", "stack", "cause", "errors"].includes(key)) fields[key] = Reflect.get(error, key);
    }
    return Object.keys(fields).length === 0 ? "" : inspect(fields, { depth: 2, breakLength: 100 });
  } catch {
    return "";
  }
}

function inspectSafely(value: unknown): string {
  try {
    return inspect(value);
  } catch {
    return "(a value that cannot be shown)";
  }
}
