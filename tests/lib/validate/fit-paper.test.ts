import { describe, expect, it } from "vitest";
import { AnnData } from "../../../src/lib/anndata/index.js";
import { paper } from "../../../src/lib/degrade/index.js";
import { fitPaper } from "../../../src/lib/validate/index.js";
import { logProfiles } from "../../../src/lib/validate/log-profile.js";
import { simulatedPairs } from "./simulated-pairs.js";

describe("the paper's severities", () => {
  it("are nothing where nothing was done", () => {
    const pairs = simulatedPairs({}, 4, 100);
    const fitted = fitPaper(pairs);
    for (const name of ["intensity", "dropout", "noise"]) {
      for (const value of fitted.numbers(name)) expect(value, name).toBeCloseTo(0, 2);
    }
  });

  it("are found, noise and dropout, where the total hardly changes", () => {
    const pairs = simulatedPairs({}, 6, 4000);
    const damaged = paper(logProfiles(pairs.clean), { intensity: 0, dropout: 0.2, noise: 0.1, seed: 1 });
    // Counts so large that rounding is no noise.
    const X = damaged.X.toDense().mapNonZeros((value) => Math.round(1e3 * Math.expm1(value)));
    const degraded = new AnnData({ X, obs: pairs.clean.obs.copy(), var: pairs.clean.var.copy() });
    const fitted = fitPaper({ ...pairs, degraded });
    for (const value of fitted.numbers("dropout")) expect(value).toBeCloseTo(0.2, 1);
    // With a fifth of the values gone the others have more of the total: 0.22 on the log scale, which counts as noise.
    for (const value of fitted.numbers("noise")) expect(value).toBeLessThan(0.45);
    for (const value of fitted.numbers("intensity")) expect(value).toBeLessThan(0.02);
  });
});
