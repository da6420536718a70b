import { beforeAll, describe, expect, it } from "vitest";
import { compareSimulations, type Findings } from "../../../src/lib/validate/index.js";
import { DAMAGE, simulatedPairs } from "./simulated-pairs.js";

describe("simulations held against pairs that are simulated themselves", () => {
  let found: Findings;
  const value = (mode: string, measure: string) =>
    found.rows.find((row) => row.mode === mode && row.measure === measure)!.value;

  beforeAll(() => {
    found = compareSimulations(simulatedPairs(DAMAGE), { repeats: 4, mechanismRepeats: 2 });
  });

  it("find the true mechanism indistinguishable and the others not", () => {
    expect(Math.abs(value("bulk", "AUC of summaries") - 0.5)).toBeLessThan(0.2);
    expect(Math.abs(value("real halves", "AUC of summaries") - 0.5)).toBeLessThan(0.25);
    expect(value("thinning", "AUC of summaries")).toBeGreaterThan(0.85);
    expect(value("paper", "AUC of summaries")).toBeGreaterThan(0.85);
  });

  it("find the true mechanism's slopes and fold changes", () => {
    expect(value("bulk", "length slope")).toBeCloseTo(value("real", "length slope"), 1);
    expect(value("thinning", "length slope")).toBeCloseTo(0, 1);
    expect(value("bulk", "fold change, KS")).toBeLessThan(0.06);
    expect(value("thinning", "fold change, KS")).toBeGreaterThan(0.15);
    expect(value("bulk", "fold change by gene, Spearman")).toBeGreaterThan(0.9);
  });

  it("miss the mechanism that is left out", () => {
    const growth = (mechanism: string) => value(`without ${mechanism}`, "fold change, KS, change");
    expect(growth("length")).toBeGreaterThan(0.02);
    expect(value("without length", "fold change by length, mean gap, change")).toBeGreaterThan(0.2);
    expect(value("without gene effects", "fold change by gene, Spearman, change")).toBeGreaterThan(-0.05);
  });

  it("draw curves of real and simulated samples", () => {
    const line = (mode: string) => found.curves.find((curve) => curve.mode === mode && curve.by === "length")!;
    expect(line("real").y.at(-1)!).toBeLessThan(line("real").y[0]!);
    expect(line("bulk").x).toEqual(line("real").x);
  });

  it("give the same figures by the same seed, others by another", () => {
    const pairs = simulatedPairs(DAMAGE, 12, 200);
    const run = (seed: number) => compareSimulations(pairs, { repeats: 1, mechanismRepeats: 0, seed }).rows;
    expect(run(3)).toEqual(run(3));
    expect(run(4)).not.toEqual(run(3));
  });

  it("refuse too few patients and no repeats", () => {
    expect(() => compareSimulations(simulatedPairs(DAMAGE, 6))).toThrow("at least four patients, not 3");
    expect(() => compareSimulations(simulatedPairs(DAMAGE, 12), { repeats: 0 })).toThrow("repeats must be a positive");
    expect(() => compareSimulations(simulatedPairs(DAMAGE, 12), { splits: 3 } as object)).toThrow('option "splits"');
  });
});
