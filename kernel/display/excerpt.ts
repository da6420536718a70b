/** ANSI colours of error reports. */
export const RED = "\u001b[31m";
export const CYAN = "\u001b[36m";
export const RESET = "\u001b[0m";

/** Options of `excerpt`. */
export interface ExcerptOptions {
  /** Lines shown before and after the place. */
  readonly context: number;
  /** How many characters are marked. Default 1. */
  readonly length?: number;
}

/** Clients break longer lines, and the mark would lose its place. */
const MAX_WIDTH = 100;

/** The lines of a source around a place (one-based), numbered, the place marked by a caret. */
export function excerpt(source: string, place: { line: number; column: number }, options: ExcerptOptions): string[] {
  const lines = source.split("\n");
  const first = Math.max(1, place.line - options.context);
  const last = Math.min(lines.length, place.line + options.context);
  const digits = String(last).length;
  const shown: string[] = [];
  for (let number = first; number <= last; number++) {
    const text = (lines[number - 1] ?? "").replaceAll("\t", " ");
    const isPlace = number === place.line;
    const start = isPlace && text.length > MAX_WIDTH ? Math.max(0, place.column - MAX_WIDTH / 2) : 0;
    const end = Math.min(text.length, start + MAX_WIDTH);
    const label = String(number).padStart(digits);
    shown.push(`${isPlace ? `${RED}>${RESET}` : " "} ${label} | ${text.slice(start, end)}`);
    if (isPlace) {
      const marks = "^".repeat(Math.max(1, Math.min(options.length ?? 1, end - place.column + 1)));
      shown.push(`  ${" ".repeat(digits)} | ${" ".repeat(place.column - 1 - start)}${RED}${marks}${RESET}`);
    }
  }
  return shown;
}
