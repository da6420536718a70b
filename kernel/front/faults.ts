import { CYAN, excerpt, RED, RESET } from "../display/excerpt.js";
import type { Fault, Types } from "../language/compiled-cell.js";
import type { ErrorReport } from "../protocol/messages.js";
import { adviceOnForeignSyntax } from "./foreign-syntax.js";

/** TypeScript numbers what is wrong with syntax below this, and what is wrong with types from here on. */
const FIRST_OF_TYPES = 2000;

/** "Cannot redeclare": a fault of syntax to JavaScript. */
const DECLARED_TWICE = 2451;

/** Faults that are shown with their lines; a pasted file may have hundreds. */
const MAX_EXCERPTS = 20;

/** The error of a cell that cannot run: what is wrong in its text. */
export function reportFaults(faults: readonly Fault[], code: string, label: string): ErrorReport {
  const [first] = faults;
  const evalue = first ? `${first.message} (TS${first.code}, line ${first.line}, column ${first.column})` : "";
  const ename = first ? nameOf(first) : "SyntaxError";
  const advice = ename === "SyntaxError" ? adviceOnForeignSyntax(code) : undefined;
  return {
    ename,
    evalue: faults.length > 1 ? `${evalue} and ${faults.length - 1} more` : evalue,
    traceback: [...linesOf(faults, code, label), ...(advice === undefined ? [] : [advice])],
  };
}

/** What is printed under a cell that runs although its types are wrong or unknown; undefined when there is nothing to say. */
export function describeTypes(types: Types, code: string, label: string): string | undefined {
  if (types.state === "failed") return `The types of ${label} could not be checked: ${types.reason}.\n`;
  if (types.state !== "checked" || types.faults.length === 0) return undefined;
  return `${linesOf(types.faults, code, label).join("\n")}\n`;
}

/** Every fault with its place; the first ones with their lines too. */
function linesOf(faults: readonly Fault[], code: string, label: string): string[] {
  return faults.flatMap((fault, i) => [
    `${RED}${nameOf(fault)}${RESET}: ${fault.message} (TS${fault.code})`,
    `  at ${CYAN}${label}${RESET}, line ${fault.line}, column ${fault.column}`,
    ...(i < MAX_EXCERPTS ? excerpt(code, fault, { context: 1, length: fault.length }) : []),
  ]);
}

const nameOf = ({ code }: Fault): string =>
  code < FIRST_OF_TYPES || code === DECLARED_TWICE ? "SyntaxError" : "TypeScriptError";
