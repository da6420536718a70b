import type { Transformed } from "../language/compiled-cell.js";
import type { ExpressionScope } from "../language/messages.js";
import { cellSource } from "../session/positions.js";
import { ACCESS } from "./inspector.js";
import { DebugFailure, type WantedBreakpoint } from "./messages.js";

/** Erases the types of an expression, and puts boxes in the place of the session's names that `scope` does not hide. */
export type Eraser = (code: string, scope: ExpressionScope) => Promise<Transformed>;

/** An expression ready for the engine. */
export interface Compiled {
  /** JavaScript. */
  readonly expression: string;
  /** Puts variables in the place of their boxes in a message of the engine. */
  reword(message: string): string;
}

/**
 * Compiles an expression so that it can be evaluated in a stopped frame.
 *
 * @param awaits - whether it may await: its value is then a promise. A stopped frame cannot wait.
 * @throws DebugFailure when the expression is not TypeScript.
 */
export async function compileExpression(
  code: string,
  scope: ExpressionScope,
  awaits: boolean,
  erase: Eraser,
): Promise<Compiled> {
  const erased = await erase(code, scope);
  if (!erased.ok) throw new DebugFailure(erased.faults[0]?.message ?? "the expression cannot be compiled");
  if (erased.names.length > 0) throw new DebugFailure("an expression cannot declare names; declare them in a cell");
  const { program } = erased;
  const body = awaits ? program.js : program.js.replace(/^\(async /, "(");
  return {
    expression: `${ACCESS}.${awaits ? "evaluateAwaiting" : "evaluate"}(${body})`,
    reword: cellSource("", code, program).reword,
  };
}

/**
 * The JavaScript that decides whether the engine stops at a breakpoint: its condition holds, it has been hit often enough,
 * and it is no logpoint, which prints instead.
 *
 * @param place - where in a cell it is; undefined in a file, whose code does not see the session's names.
 * @returns undefined when the engine always stops.
 */
export async function conditionOf(
  id: number,
  { condition, hitCondition, logMessage }: WantedBreakpoint,
  place: { cell: string; line: number; column: number } | undefined,
  erase: Eraser,
): Promise<string | undefined> {
  const scope = place ?? { locals: [] };
  const compile = async (code: string) => (await compileExpression(code, scope, false, erase)).expression;
  const parts: string[] = [];
  if (isGiven(condition)) parts.push(`(${await compile(condition)})`);
  if (isGiven(hitCondition)) parts.push(hitsOf(id, hitCondition));
  if (isGiven(logMessage)) parts.push(`(${await compile(printOf(logMessage))}, false)`);
  return parts.length === 0 ? undefined : parts.join(" && ");
}

const isGiven = (text: string | undefined): text is string => text !== undefined && text.trim() !== "";

/** `5` and `>= 5` stop from the fifth hit on, `== 5` at it alone, `% 5` at every fifth. */
function hitsOf(id: number, hitCondition: string): string {
  const [, operator = ">=", count] = /^\s*(>=|<=|==|=|>|<|%)?\s*(\d+)\s*$/.exec(hitCondition) ?? [];
  if (count === undefined) {
    throw new DebugFailure(`a hit condition is a number, or one of >= > == < <= % and a number, not "${hitCondition}"`);
  }
  const hits = `${ACCESS}.hit(${id})`;
  if (operator === "%") return `${hits} % ${count} === 0`;
  return `${hits} ${operator === "=" || operator === "==" ? "===" : operator} ${count}`;
}

/** A log message as code that prints it; what stands in braces is evaluated. */
function printOf(message: string): string {
  const literal = message.replace(/[\\`]|\$(?=\{)/g, "\\$&").replace(/\{/g, "${");
  return `console.log(\`${literal}\`)`;
}
