import { describe, expect, it } from "vitest";
import { clearLine } from "../../../src/cli/terminal.js";
import { trainingProgress } from "../../../src/cli/train/training-progress.js";
import { RecordingTerminal } from "../recording-terminal.js";

const step = (epoch: number, validationLoss?: number) => ({
  ...{ method: "diffrepairer", epoch, epochs: 30, step: 10 * epoch + 5, steps: 300, loss: 0.75, secondsPerStep: 0.25 },
  ...(validationLoss !== undefined && { validationLoss }),
});

describe("the progress of a training", () => {
  it("is one line on a terminal, rewritten, with rate and time left, cut to its width", () => {
    const terminal = new RecordingTerminal(true, 120);
    const told = trainingProgress(terminal);
    told(step(1, 0.5));
    told(step(2));
    clearLine(terminal);
    const lines = terminal.text.split("\r\u001b[2K").slice(1);
    expect(lines[0]).toBe(
      "diffrepairer: epoch 1 of at most 30, 4.0 steps/s, at most 1 min 11 s left, loss 0.750, validation 0.500",
    );
    expect(lines[1]).toContain("loss 0.750, validation 0.500");
    expect(lines[2]).toBe("");
    const narrow = new RecordingTerminal(true, 20);
    trainingProgress(narrow)(step(1));
    expect(narrow.text).toBe("\r\u001b[2Kdiffrepairer: epoch");
  });

  it("is plain lines elsewhere, at the ends of epochs, ten seconds apart", () => {
    const terminal = new RecordingTerminal();
    let now = 0;
    const told = trainingProgress(terminal, () => now);
    told(step(0));
    told(step(1, 0.5));
    told(step(2, 0.4));
    now = 10_000;
    told(step(3, 0.3));
    clearLine(terminal);
    expect(terminal.lines.map((line) => /epoch \d+/.exec(line)![0])).toEqual(["epoch 1", "epoch 3"]);
    expect(terminal.text).not.toContain("\u001b");
  });
});
