import { describe, expect, it } from "vitest";
import { repairPairs } from "../../../src/lib/validate/index.js";
import { simulatedPairs } from "./simulated-pairs.js";

describe("repair judged on pairs", () => {
  it("finds that taking out length helps where length is the damage, and that the mean tells nothing of a patient", async () => {
    const pairs = simulatedPairs({ keep: 0.5, lengthSlope: [-0.8, 0.8], variability: 0.1 }, 20, 200);
    const { rows } = await repairPairs(pairs, { networks: false, folds: 3, nTopGenes: 150 });
    const value = (mode: string, measure: string) =>
      rows.find((row) => row.mode === mode && row.measure === measure)!.value;
    expect(value("length-gc", "correlation gain")).toBeGreaterThan(0.05);
    expect(value("length-gc", "root mean square distance from own partner")).toBeLessThan(
      0.8 * value("input", "root mean square distance from own partner"),
    );
    expect(value("mean", "rank of own partner, mean")).toBe(10.5);
    expect(value("mean", "correlation with own partner")).toBe(0);
    expect(new Set(rows.map(({ mode }) => mode))).toEqual(
      new Set([
        "input",
        "mean",
        "length-gc",
        ...["bulk damage", "paper's damage", "bulk damage and real pairs"].flatMap((damage) => [
          `ridge, ${damage}`,
          `linear-fusion, ${damage}`,
        ]),
      ]),
    );
  });

  it("finds intact samples to be their own partners", async () => {
    const { rows } = await repairPairs(simulatedPairs({}, 12, 100), { networks: false, folds: 3, nTopGenes: 80 });
    const input = rows.filter(({ mode }) => mode === "input");
    const value = (measure: string) => input.find((row) => row.measure === measure)!.value;
    expect(value("correlation with own partner")).toBeCloseTo(1, 5);
    expect(value("own partner is nearest, share")).toBe(1);
    expect(value("own partner is nearest of those held out, share")).toBe(1);
    expect(value("tumour - normal change of a patient, Spearman")).toBeCloseTo(1, 5);
    expect(input.every((row) => Number.isNaN(row.low) || row.low <= row.value)).toBe(true);
    expect(rows.find((row) => row.mode === "mean" && row.measure.startsWith("tumour"))!.value).toBe(0);
  });
});
