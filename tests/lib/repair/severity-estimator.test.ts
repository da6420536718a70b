import { describe, expect, it } from "vitest";
import { paper } from "../../../src/lib/degrade/paper.js";
import { countDamage, prepare } from "../../../src/lib/repair/index.js";
import { fitSeverityEstimator, knownSeverities, SEVERITY_NAMES } from "../../../src/lib/repair/severity-estimator.js";
import { SEVERITY_FEATURES, severityFeatures, severityGenes } from "../../../src/lib/repair/severity-features.js";
import { simulate } from "../../helpers/simulate.js";

const counts = simulate({ cells: 400, genes: 300 });
const task = prepare(counts, { nTopGenes: 300, draws: 3 });

/** Share of the severities' variance that the estimates explain, by severity. */
function explained(estimates: Float32Array, known: Float32Array): number[] {
  return SEVERITY_NAMES.map((_, t) => {
    const [a, b] = [estimates, known].map((values) => values.filter((_, at) => at % 3 === t)) as [
      Float32Array,
      Float32Array,
    ];
    const mean = b.reduce((sum, value) => sum + value, 0) / b.length;
    const rest = b.reduce((sum, value, i) => sum + (value - a[i]!) ** 2, 0);
    return 1 - rest / b.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  });
}

describe("the severity of a cell", () => {
  const estimator = fitSeverityEstimator(task);

  it("is estimated from the degraded values of cells never seen", () => {
    const estimates = estimator.estimate(task.degraded.test).data;
    const [intensity, dropout, noise] = explained(estimates, knownSeverities(task.degraded.test).data);
    expect(intensity).toBeGreaterThan(0.5);
    expect(dropout).toBeGreaterThan(0.1);
    expect(noise).toBeGreaterThan(0.9);
  });

  it("is estimated higher where the damage is stronger", () => {
    const mean = (severity: "mild" | "severe") => {
      const { data } = estimator.estimate(paper(task.test, { severity }));
      return SEVERITY_NAMES.map((_, t) => data.filter((_, at) => at % 3 === t).reduce((sum, value) => sum + value, 0));
    };
    mean("severe").forEach((value, t) => expect(value).toBeGreaterThan(mean("mild")[t]!));
  });

  it("stays within what was simulated, whatever the cells", () => {
    const strange = task.test.copy();
    strange.X = strange.X.toDense();
    strange.X.data.fill(50);
    const known = task.degraded.train.flatMap((cells) => [...knownSeverities(cells).data]);
    const { data } = estimator.estimate(strange);
    SEVERITY_NAMES.forEach((_, t) => {
      const own = known.filter((_, at) => at % 3 === t);
      for (let at = t; at < data.length; at += 3) {
        expect(data[at]).toBeGreaterThanOrEqual(Math.min(...own));
        expect(data[at]).toBeLessThanOrEqual(Math.max(...own));
      }
    });
  });

  it("is estimated in the paper's terms where the damage is to counts", () => {
    const molecules = prepare(counts, { nTopGenes: 300, draws: 2, damage: countDamage("mixture") });
    const { data } = fitSeverityEstimator(molecules).estimate(molecules.degraded.test);
    expect(data.every(Number.isFinite)).toBe(true);
    expect(() => knownSeverities(molecules.degraded.test)).toThrow('no column "intensity"');
  });
});

describe("what a cell shows of its severity", () => {
  it("does not depend on the other cells", () => {
    const genes = severityGenes(task.train);
    const all = severityFeatures(task.degraded.test, genes);
    const third = severityFeatures(task.degraded.test.select({ obs: [2] }), genes);
    expect(third).toEqual(all.slice(2 * SEVERITY_FEATURES, 3 * SEVERITY_FEATURES));
  });
});
