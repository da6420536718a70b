import { describe, expect, it } from "vitest";
import { notChecked, type Training, verdict } from "../../../benchmarks/check-gpu/verdict.js";

const cpu: Training = { device: "CPU", tensorflow: "2.21.0", losses: [2, 1, 0.5], milliseconds: 60 };
const gpu: Training = { ...cpu, device: "GPU", milliseconds: 4 };

describe("the check of a GPU", () => {
  it("passes losses within a thousandth of the CPU's, and tells the times", () => {
    const { exitCode, text } = verdict({ ...gpu, losses: [2, 1.0009, 0.5] }, cpu);
    expect(exitCode).toBe(0);
    expect(text).toMatch(
      /^Equal: over 3 steps.*9\.0e-4 of the CPU's \(step 2;.*4\.0 ms on the GPU and 60\.0 ms on the CPU/,
    );
  });

  it.each([
    ["further away", [2, 1, 0.501], /1\.\de-3|2\.0e-3/],
    ["no numbers", [2, NaN, 0.5], /step 2/],
    ["missing", [2, 1], /step 3/],
  ])("fails losses that are %s", (_name, losses, told) => {
    const { exitCode, text } = verdict({ ...gpu, losses }, cpu);
    expect(exitCode).toBe(1);
    expect(text).toMatch(/^DIFFERENT/);
    expect(text).toMatch(told);
  });

  it("says that it checked nothing where the package does not load or sees no GPU, and how to get it", () => {
    for (const [training, why] of [
      [new Error("it does not load"), "it does not load"],
      [cpu, "TensorFlow 2.21.0 sees no NVIDIA GPU here"],
    ] as const) {
      const found = notChecked(training);
      expect(found?.exitCode).toBe(2);
      expect(found?.text).toBe(
        `Not checked: ${why}. \`DIFFREPAIRER_BACKEND=gpu npm run setup\` builds TensorFlow for GPUs and says what is missing.`,
      );
    }
    expect(notChecked(gpu)).toBeUndefined();
  });
});
