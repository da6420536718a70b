import type { Debugger, Runtime } from "node:inspector";
import type { Inspector } from "./inspector.js";
import type { Origin } from "./scripts.js";

/** A place where the engine can stop: in the script (zero-based), and in what the script was made from (one-based). */
export interface Place {
  readonly lineNumber: number;
  readonly columnNumber: number;
  readonly line: number;
  readonly column: number;
}

/** Every place of a script where the engine can stop and that its author has written, in the order of the source. */
export async function placesOf(scriptId: string, origin: Origin, inspector: Inspector): Promise<Place[]> {
  const start = { scriptId, lineNumber: 0, columnNumber: 0 };
  const method = "Debugger.getPossibleBreakpoints";
  const { locations } = await inspector.post<Debugger.GetPossibleBreakpointsReturnType>(method, { start });
  const places = locations.flatMap(({ lineNumber, columnNumber = 0 }) => {
    const position = origin.locate({ line: lineNumber + 1, column: columnNumber + 1 });
    return position ? [{ lineNumber, columnNumber, ...position }] : [];
  });
  return places.sort((a, b) => a.line - b.line || a.column - b.column);
}

/** The first place at or after a line, or a column in it. */
export function placeFor({ line, column = 1 }: { line: number; column?: number }, places: readonly Place[]) {
  return places.find((place) => place.line > line || (place.line === line && place.column >= column));
}

/** Compiles a script without running it. @returns its id. */
export async function compileScript(expression: string, inspector: Inspector): Promise<string | undefined> {
  const { scriptId } = await inspector.post<Runtime.CompileScriptReturnType>("Runtime.compileScript", {
    expression,
    sourceURL: "",
    persistScript: true,
  });
  return scriptId;
}
