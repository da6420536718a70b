import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { formatSeconds, printable, Progress } from "../../../src/cli/notebooks/progress.js";
import { RecordingTerminal } from "../recording-terminal.js";

describe("progress on a terminal", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const lastLine = (terminal: RecordingTerminal) => terminal.text.split("\r\u001b[2K").at(-1);

  it("is one line with time, cell and what the cell prints, and goes on while a cell computes", () => {
    const terminal = new RecordingTerminal(true, 200);
    const progress = new Progress(terminal);
    progress.start("03-repair.ipynb", 1, 3);
    expect(lastLine(terminal)).toBe("[1/3] 03-repair  0:00  starting the kernel");
    progress.event({ event: "start", cells: 9 });
    progress.event({ event: "cell", cell: 2, source: "await fit()" });
    vi.advanceTimersByTime(65_000);
    expect(lastLine(terminal)).toBe("[1/3] 03-repair  1:05  cell 2 of 9: await fit()");
    progress.event({ event: "output", cell: 2, name: "stdout", text: "epoch 1\nepoch \u001b[1m2\u001b[0m\n\n" });
    expect(lastLine(terminal)).toBe("[1/3] 03-repair  1:05  cell 2 of 9: await fit() | epoch 2");
    progress.event({ event: "cell", cell: 3, source: "next" });
    expect(lastLine(terminal)).toBe("[1/3] 03-repair  1:05  cell 3 of 9: next");
    progress.end("9 cells");
    expect(lastLine(terminal)).toBe("[1/3] 03-repair: 9 cells, 1 min 05 s\n");
    const { text } = terminal;
    vi.advanceTimersByTime(10_000);
    expect(terminal.text).toBe(text);
  });

  it.each([
    [40, 39],
    [undefined, 79],
    [0, 79],
  ])("never wraps: with %s columns it has at most %i characters", (columns, most) => {
    const terminal = new RecordingTerminal(true, columns);
    const progress = new Progress(terminal);
    progress.start("01.ipynb", 1, 1);
    progress.event({ event: "cell", cell: 1, source: "x".repeat(500) });
    expect(lastLine(terminal)).toHaveLength(most);
    progress.end("done");
  });
});

describe("progress elsewhere", () => {
  it("is a line a cell, and what it prints at most every five seconds", () => {
    let now = 0;
    const terminal = new RecordingTerminal();
    const progress = new Progress(terminal, () => now);
    const print = (text: string) => progress.event({ event: "output", cell: 1, name: "stdout", text });
    progress.start("01.ipynb", 2, 2);
    progress.event({ event: "start", cells: 1 });
    progress.event({ event: "cell", cell: 1, source: "await fit()" });
    print("epoch 1\n");
    now = 5000;
    print("epoch 2\n");
    now = 9000;
    print("epoch 3\n");
    now = 10_000;
    print("epoch 4\n");
    progress.end("1 cells");
    expect(terminal.lines).toEqual([
      "[2/2] 01",
      "  cell 1 of 1: await fit()",
      "    epoch 2",
      "    epoch 4",
      "[2/2] 01: 1 cells, 10.0 s",
    ]);
  });
});

describe("texts", () => {
  it.each([
    [0.04, "0.0 s"],
    [59.94, "59.9 s"],
    [60, "1 min 00 s"],
    [3725.9, "62 min 06 s"],
  ])("%d seconds are %s", (seconds, expected) => {
    expect(formatSeconds(seconds)).toBe(expected);
  });

  it("never say 60.0 s", () => {
    expect(formatSeconds(59.97)).toBe("1 min 00 s");
  });

  it("lose escape sequences and control characters", () => {
    expect(printable("a\u001b[31mred\u001b[0m\tb\u0007\u001b]0;title\u0007")).not.toMatch(/[\u0000-\u001f]/);
  });
});
