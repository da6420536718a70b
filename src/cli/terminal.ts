/** Where progress goes: standard output, or a test's. */
export interface Terminal {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

/** Writes a line in the place of the last one, cut to the terminal's width. */
export const rewriteLine = (terminal: Terminal, line: string): void =>
  void terminal.write(`\r\u001b[2K${line.slice(0, (terminal.columns || 80) - 1)}`);

/** Clears the line that {@link rewriteLine} wrote, on a terminal. */
export const clearLine = (terminal: Terminal): void => void (terminal.isTTY && terminal.write("\r\u001b[2K"));

/** Milliseconds between two lines of progress where the terminal is none. */
export const QUIET_MS = 10_000;
