import type { Terminal } from "../terminal.js";
import { basename } from "node:path";
import type { NotebookEvent } from "./run-notebook.js";

/** Seconds as a person reads them: 4.2 s, 1 min 05 s. */
export const formatSeconds = (seconds: number): string => {
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
};

const RELAY_MS = 5000;
const LONGEST_SOURCE = 90;

/** Shows how far a run is: one line that is rewritten on a terminal, a line an event elsewhere. */
export class Progress {
  private readonly live: boolean;
  private cells = 0;
  private prefix = "";
  private line = "";
  private printed = "";
  private began = 0;
  private relayed = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly terminal: Terminal,
    private readonly now: () => number = Date.now,
  ) {
    this.live = terminal.isTTY === true;
  }

  /** A notebook begins: `index` of `total`, from 1. */
  start(file: string, index: number, total: number): void {
    this.prefix = `[${index}/${total}] ${basename(file, ".ipynb")}`;
    this.began = this.now();
    this.relayed = this.began;
    this.line = "starting the kernel";
    this.printed = "";
    if (this.live) {
      this.draw();
      this.timer = setInterval(() => this.draw(), 1000);
      this.timer.unref();
    } else {
      this.terminal.write(`${this.prefix}\n`);
    }
  }

  /** Something happened in the notebook. */
  event(event: NotebookEvent): void {
    if (event.event === "start") this.cells = event.cells;
    if (event.event === "cell") {
      this.line = `cell ${event.cell} of ${this.cells}: ${event.source.slice(0, LONGEST_SOURCE)}`;
      this.printed = "";
      if (!this.live) this.terminal.write(`  ${this.line}\n`);
    }
    if (event.event === "output") {
      const last = event.text.split(/[\r\n]/).findLast((line) => line.trim());
      if (last) this.printed = last.trim();
      if (!this.live && this.printed && this.now() - this.relayed >= RELAY_MS) {
        this.relayed = this.now();
        this.terminal.write(`    ${this.printed}\n`);
      }
    }
    if (this.live) this.draw();
  }

  /** A notebook is left out; `why` is said. */
  skip(file: string, index: number, total: number, why: string): void {
    this.terminal.write(`[${index}/${total}] ${basename(file, ".ipynb")}: skipped, ${why}\n`);
  }

  /** The notebook ended; `outcome` is said after its time. */
  end(outcome: string): void {
    clearInterval(this.timer);
    if (this.live) this.terminal.write("\r\u001b[2K");
    this.terminal.write(`${this.prefix}: ${outcome}, ${formatSeconds((this.now() - this.began) / 1000)}\n`);
  }

  private draw(): void {
    const seconds = Math.floor((this.now() - this.began) / 1000);
    const said = this.printed ? ` | ${this.printed}` : "";
    const whole = `${this.prefix}  ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}  ${this.line}${said}`;
    const room = (this.terminal.columns || 80) - 1;
    this.terminal.write(`\r\u001b[2K${printable(whole).slice(0, room)}`);
  }
}

/** Text without escape sequences and control characters. */
export const printable = (value: string): string =>
  value.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, "").replace(/[\u0000-\u001f\u007f]/g, " ");
