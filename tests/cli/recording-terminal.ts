import type { Terminal } from "../../src/cli/terminal.js";

/** A terminal that keeps what is written to it. */
export class RecordingTerminal implements Terminal {
  text = "";

  constructor(
    readonly isTTY = false,
    readonly columns?: number,
  ) {}

  write(text: string): boolean {
    this.text += text;
    return true;
  }

  get lines(): string[] {
    return this.text.split("\n").filter(Boolean);
  }
}
