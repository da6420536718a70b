import { describe, expect, it } from "vitest";
import { logHypergeometricSf } from "../../../src/lib/stats/index.js";
import { enrichGenes } from "../../../src/lib/tl/index.js";

describe("enrichment of gene sets", () => {
  const background = Array.from({ length: 100 }, (_, g) => `g${g}`);
  const sets = { own: background.slice(0, 10), other: background.slice(50, 60), absent: ["x1", "x2"] };

  it("finds the set that a list overlaps, within the background", () => {
    const list = [...background.slice(0, 4), "g99", "unknown"];
    const [first, second, ...more] = enrichGenes(list, sets, { background });
    expect(first).toMatchObject({ set: "own", overlap: ["g0", "g1", "g2", "g3"], size: 10 });
    expect(first!.p).toBeCloseTo(Math.exp(logHypergeometricSf(4, 100, 10, 5)), 12);
    expect(first!.adjustedP).toBeCloseTo(2 * first!.p, 12);
    expect(second).toMatchObject({ set: "other", overlap: [], p: 1 });
    expect(more).toEqual([]);
  });

  it("refuses a list outside the background", () => {
    expect(() => enrichGenes(["x"], sets, { background })).toThrow("none of the genes is in the background");
  });
});
