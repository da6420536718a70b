import { describe, expect, it } from "vitest";
import { fileProgress } from "../../../src/cli/repair/file-progress.js";
import { RecordingTerminal } from "../recording-terminal.js";

const progress = (stage: "inspect" | "repair", cells: number) => ({
  ...{ stage, cells, of: 100_000, cellsPerSecond: 1234.4, secondsLeft: (100_000 - cells) / 1000 },
});

describe("the progress of a file's repair", () => {
  it("is one line on a terminal, rewritten, with rate and time left", () => {
    const written: string[] = [];
    const show = fileProgress({ isTTY: true, columns: 60, write: (text) => written.push(text) });
    show(progress("inspect", 1024));
    show(progress("repair", 50_000));
    expect(written).toEqual([
      "\r\u001b[2Klooking at the cells: 1,024 of 100,000 cells, 1,234 cells/s",
      "\r\u001b[2Krepairing: 50,000 of 100,000 cells, 1,234 cells/s, 50.0 s l",
    ]);
  });

  it("is plain lines elsewhere, ten seconds apart, and one at the end", () => {
    const terminal = new RecordingTerminal();
    let now = 0;
    const show = fileProgress(terminal, () => now);
    for (let cells = 10_000; cells <= 100_000; cells += 10_000) {
      now += 4000;
      show(progress("repair", cells));
    }
    expect(terminal.text.split("\n").map((line) => /repairing: ([\d,]+) of/.exec(line)?.[1])).toEqual([
      ...["30,000", "60,000", "90,000", "100,000"],
      undefined,
    ]);
  });
});
