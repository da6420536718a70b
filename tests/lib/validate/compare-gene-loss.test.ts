import { describe, expect, it } from "vitest";
import { Frame } from "../../../src/lib/anndata/index.js";
import { compareGeneLoss, lossByGene } from "../../../src/lib/validate/index.js";
import { DAMAGE, simulatedPairs } from "./simulated-pairs.js";

const pairs = simulatedPairs(DAMAGE, 12, 200);

describe("loss by gene", () => {
  it("is 0 of samples and themselves", () => {
    expect(lossByGene(pairs.clean, pairs.clean).every((loss) => loss === 0)).toBe(true);
  });

  it("agrees in rank with an index that is the true loss, and thinning does not", () => {
    const truth = lossByGene(pairs.clean, pairs.degraded);
    const indices = new Frame(pairs.clean.varNames.slice(), { a: truth, b: truth.map((loss) => loss + 1) });
    const { rows } = compareGeneLoss(pairs, indices, { resamples: 100 });
    const row = (mode: string) => rows.find((found) => found.mode === mode)!;
    expect(row("real pairs").value).toBeCloseTo(1, 10);
    expect(row("bulk").value).toBeGreaterThan(0.9);
    expect(row("bulk").low).toBeLessThanOrEqual(row("bulk").value);
    expect(Math.abs(row("thinning").value)).toBeLessThan(0.35);
  });

  it("refuses an index of other genes", () => {
    const indices = new Frame(["gene0", "elsewhere"], { a: Float64Array.of(1, 2) });
    expect(() => compareGeneLoss(pairs, indices)).toThrow("1 of the 2 genes are in simulated; ten are needed");
  });
});
