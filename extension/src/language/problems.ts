import type { Diagnostic } from "./protocol.js";

/** A place in a notebook: the cell's index among all cells, and an offset in it. */
export interface NotebookPlace {
  readonly index: number;
  readonly at: number;
}

/** A problem and the index of its cell. */
export interface Problem {
  readonly index: number;
  readonly diagnostic: Diagnostic;
}

/** The problem after, or before, a place; round the end of the notebook to its other end. */
export function nextProblem(
  problems: readonly Problem[],
  { index, at }: NotebookPlace,
  step: 1 | -1,
): Problem | undefined {
  const order = ({ index: cell, diagnostic: { from } }: Problem): number => cell - index || from - at;
  const sorted = [...problems].sort((a, b) => a.index - b.index || a.diagnostic.from - b.diagnostic.from);
  if (step > 0) return sorted.find((problem) => order(problem) > 0) ?? sorted[0];
  return sorted.findLast((problem) => order(problem) < 0) ?? sorted.at(-1);
}
