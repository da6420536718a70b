import { describe, expect, it } from "vitest";
import { AnnData, DenseMatrix } from "../../../src/lib/anndata/index.js";
import { random } from "../../../src/lib/stats/index.js";
import {
  foldPatients,
  MODES,
  selectPairs,
  simulateAll,
  splitPatients,
  type BulkPairs,
} from "../../../src/lib/validate/index.js";
import { DAMAGE, simulatedPairs } from "./simulated-pairs.js";

const pairs = simulatedPairs(DAMAGE, 20, 150);

describe("a split by patient", () => {
  it("has every row once, and a patient's rows on one side", () => {
    for (let repeat = 0; repeat < 5; repeat++) {
      const { fitted, judged } = splitPatients(pairs.patients, 1, repeat);
      expect([...fitted, ...judged].sort((a, b) => a - b)).toEqual(pairs.patients.map((_, row) => row));
      const names = new Set(fitted.map((row) => pairs.patients[row]));
      expect(judged.some((row) => names.has(pairs.patients[row]))).toBe(false);
      expect(names.size).toBe(5);
    }
  });

  it("differs between repeats and is the same for one seed", () => {
    expect(splitPatients(pairs.patients, 1, 0)).toEqual(splitPatients(pairs.patients, 1, 0));
    expect(splitPatients(pairs.patients, 1, 1)).not.toEqual(splitPatients(pairs.patients, 1, 0));
  });

  it("deals folds in which a patient is once", () => {
    const folds = foldPatients(pairs.patients, 4, 0);
    expect(folds.flat().sort((a, b) => a - b)).toEqual(pairs.patients.map((_, row) => row));
    const seen = folds.map((rows) => new Set(rows.map((row) => pairs.patients[row]!)));
    expect(seen.reduce((sum, names) => sum + names.size, 0)).toBe(10);
    expect(() => foldPatients(["a", "b"], 3, 0)).toThrow("3 folds need as many patients, not 2");
  });
});

describe.each(Object.entries(MODES))("the %s simulation", (_, mode) => {
  const { fitted, judged } = splitPatients(pairs.patients, 0, 0);

  it("is not changed by the degraded values of the patients it is judged on", () => {
    const shuffled: BulkPairs = { ...pairs, degraded: permuteRows(pairs.degraded, judged) };
    const simulate = (all: BulkPairs) =>
      simulateAll(mode(selectPairs(all, fitted)), selectPairs(all, judged).clean, 7).X.toDense().data;
    expect(simulate(shuffled)).toEqual(simulate(pairs));
  });

  it("is changed by those of the patients it is fitted to", () => {
    const shuffled: BulkPairs = { ...pairs, degraded: permuteRows(pairs.degraded, fitted) };
    const simulate = (all: BulkPairs) =>
      simulateAll(mode(selectPairs(all, fitted)), selectPairs(all, judged).clean, 7).X.toDense().data;
    const [changed, same] = [simulate(shuffled), simulate(pairs)];
    // Thinning reads the totals alone, which a permutation of genes leaves.
    if (mode === MODES.thinning) expect(changed).toEqual(same);
    else expect(changed).not.toEqual(same);
  });

  it("keeps whole counts of the same samples", () => {
    const simulated = simulateAll(mode(pairs), pairs.clean, 1);
    expect(simulated.obsNames).toEqual(pairs.clean.obsNames);
    expect(simulated.X.toDense().data.every((value) => value >= 0 && Number.isInteger(value))).toBe(true);
  });
});

it("a simulation fitted to one pair has no other severity to draw", () => {
  const one = selectPairs(pairs, [0]);
  expect(() => simulateAll(MODES.thinning(one), one.clean, 0)).toThrow("at least two pairs, not 1");
});

/** The same samples, the genes of some rows in random order. */
function permuteRows(samples: AnnData, rows: readonly number[]): AnnData {
  const X = DenseMatrix.fromRows(Array.from({ length: samples.nObs }, (_, i) => samples.X.toDense().row(i)));
  const stream = random(1, "permute rows");
  for (const row of rows) stream.shuffle(X.row(row));
  return new AnnData({ X, obs: samples.obs.copy(), var: samples.var.copy() });
}
