import type { ErrorReport } from "../protocol/messages.js";
import { excerpt, RED, RESET, CYAN } from "../display/excerpt.js";
import { inspect, isNativeError } from "./primordials.js";
import type { Frame, StackMapper } from "./stack.js";

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
    return { ename: name, evalue: message, traceback: describe(thrown, stacks, 0) };
  } catch {
    // A cell has broken what the report is made with, or the error's own fields throw.
    return { ename: name, evalue: message, traceback: [`${RED}${name}${RESET}: ${message}`] };
  }
}

/** Reports that a cell was interrupted. */
export function reportInterrupt(evalue = "the cell was interrupted; variables are kept"): ErrorReport {
  return { ename: "Interrupted", evalue, traceback: [`${RED}Interrupted${RESET}: ${evalue}`] };
}

/** Reports that a cell has ended with its subshell. */
export const reportDeletion = (): ErrorReport =>
  reportInterrupt("the subshell that ran the cell was deleted; variables are kept");

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

function describe(error: Error, stacks: StackMapper, depth: number): string[] {
  const { name, message } = nameAndMessage(error, stacks);
  const lines = [`${RED}${name}${RESET}${message === "" ? "" : `: ${message}`}`];
  const frames = stacks.framesOf(error);
  let isFirst = true;
  for (const [frame, times] of counted(trim(frames))) {
    lines.push(`  at ${describeFrame(frame)}${times > 1 ? `, ${times} times` : ""}`);
    if (!frame.cell) continue;
    lines.push(...excerpt(frame.cell.source, frame.position, { context: isFirst ? 2 : 0 }));
    isFirst = false;
  }
  if (frames.length === 0 && typeof error.stack === "string")
    lines.push(...error.stack.split("\n").slice(1, MAX_FRAMES));
  const own = ownFields(error);
  if (own !== "") lines.push(own);
  const missing = /^Cannot find package '([^']+)'/.exec(message)?.[1];
  if (missing !== undefined) lines.push(`Install it in the notebook's folder: npm install ${missing}`);
  if (error instanceof AggregateError && depth < MAX_CAUSES) {
    error.errors.forEach((each: unknown, i) => {
      lines.push(`${RED}[${i + 1} of ${error.errors.length}]${RESET}`, ...described(each, stacks, depth + 1));
    });
  }
  if (error.cause !== undefined && depth < MAX_CAUSES) {
    const [first = "", ...rest] = described(error.cause, stacks, depth + 1);
    lines.push(`Caused by ${first}`, ...rest);
  }
  return lines;
}

const described = (thrown: unknown, stacks: StackMapper, depth: number): string[] =>
  isErrorLike(thrown) ? describe(thrown, stacks, depth) : [inspectSafely(thrown)];

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

function isErrorLike(value: unknown): value is Error {
  return isNativeError(value) || value instanceof Error;
}

function nameAndMessage(error: Error, stacks: StackMapper): { name: string; message: string } {
  try {
    // Reading the stack first puts the message into the cell's words.
    stacks.framesOf(error);
    return { name: String(error.name || error.constructor.name), message: String(error.message) };
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
