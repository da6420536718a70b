import { describe, expect, it } from "vitest";
import type { AnnData } from "../../../src/lib/anndata/index.js";
import { DenseMatrix } from "../../../src/lib/anndata/index.js";
import {
  biologyTable,
  evaluate,
  fitDegradedInput,
  fitGeneMean,
  paperDamage,
  prepare,
  type RepairModel,
} from "../../../src/lib/repair/index.js";
import { dense } from "../../../src/lib/repair/training-data.js";
import { simulate } from "../../helpers/simulate.js";

const counts = simulate({ cells: 240 });
const task = prepare(counts, { nTopGenes: 40, draws: 1 });

/** The clean cells themselves, and what they are asked for. */
const ceiling = (asked: AnnData[] = []): RepairModel => ({
  name: "clean",
  label: "Clean",
  parameters: 0,
  async repair(cells) {
    asked.push(cells);
    return { mean: dense(cells.obsNames[0] === task.test.obsNames[0] ? task.test : task.validation).copy() };
  },
});

describe("biological scores", () => {
  const known = ["gene2", "gene3", "nowhere"];

  it("give clean cells the clean cells' own, and no false marker", async () => {
    const { biology } = await evaluate(ceiling(), task, { draws: 20, knownMarkers: known });
    expect(biology!.types).toEqual(["B", "NK", "T"]);
    const { scores } = biology!;
    for (const { value, clean, distance } of Object.values(scores)) {
      expect(value).toBe(clean);
      expect(distance).toBe(0);
    }
    for (const name of ["deg", "degJaccard"] as const) expect(scores[name].value).toBe(100);
    for (const name of ["marker", "markerKnown"] as const) expect(scores[name].value).toBeCloseTo(100, 9);
    expect(scores.separation.low).toBeLessThan(scores.separation.value);
    expect(scores.separation.high).toBeGreaterThan(scores.separation.value);
    expect(biology!.falseMarkerRate).toBe(0);
  });

  it("fall with damage, and to nothing where all cells are alike", async () => {
    const { biology: input } = await evaluate(await fitDegradedInput(task), task, { draws: 20 });
    for (const name of ["deg", "degJaccard", "marker", "separationFixed", "overall"] as const) {
      expect(input!.scores[name].distance).toBeLessThan(0);
    }
    const { separation, deg, marker, overall, markerKnown } = input!.scores;
    expect(overall.value).toBeCloseTo((separation.value + deg.value + marker.value) / 3, 10);
    expect(markerKnown.value).toBeNaN();
    const { biology: mean } = await evaluate(await fitGeneMean(task), task, { draws: 5 });
    expect(mean!.scores.separation.value).toBeCloseTo(50, 9);
    expect([mean!.scores.deg.value, mean!.scores.marker.value]).toEqual([0, 0]);
    expect(mean!.falseMarkerRate).toBeNaN();
  });

  it("rise as the damage falls, with thresholds from validation cells under the same damage", async () => {
    const input = await fitDegradedInput(task);
    const [mild, severe] = [
      await evaluate(input, task, { draws: 2, damage: paperDamage("mild") }),
      await evaluate(input, task, { draws: 2, damage: paperDamage("severe") }),
    ];
    expect(mild.mse.value).toBeLessThan(severe.mse.value);
    expect(mild.biology!.scores.marker.value).toBeGreaterThan(severe.biology!.scores.marker.value);
    expect(mild.threshold).not.toBe(severe.threshold);
  });

  it("are drawn with the same cells for every method", async () => {
    const first = await evaluate(await fitDegradedInput(task), task, { draws: 8 });
    const second = await evaluate(await fitDegradedInput(task), task, { draws: 8 });
    expect(second.biology!.draws).toEqual(first.biology!.draws);
    expect(first.biology!.draws.deg).toHaveLength(8);
  });

  it("are left out without labels, or with one type only", async () => {
    const input = await fitDegradedInput(task);
    expect((await evaluate(input, task, { by: null })).biology).toBeUndefined();
    await expect(evaluate(input, task, { by: "kind" })).rejects.toThrow("kind");
    const one = counts.select({ obs: counts.obs.strings("cell_type").map((type) => type === "B") });
    const small = prepare(one, { nTopGenes: 40, draws: 1 });
    expect((await evaluate(await fitDegradedInput(small), small)).biology).toBeUndefined();
  });
});

describe("biologyTable", () => {
  it("puts the clean cells first, without intervals", async () => {
    const input = await evaluate(await fitDegradedInput(task), task, { draws: 4 });
    const table = biologyTable([input]);
    const { scores } = input.biology!;
    const column = (name: string) => table.rows.map((row) => row[table.columns.indexOf(name)]);
    expect(column("method")).toEqual(["Clean cells", "Degraded input"]);
    expect(column("separation")).toEqual([scores.separation.clean, scores.separation.value]);
    expect(column("DEG high")).toEqual([null, scores.deg.high]);
    expect(table.toString()).toMatch(/Clean cells +\d+\.\d{3} {2,}/);
    const without = await evaluate(await fitDegradedInput(task), task, { by: null });
    expect(() => biologyTable([without])).toThrow("cell types");
  });
});

describe("evaluate", () => {
  it("shows a model neither labels nor split nor counts", async () => {
    const asked: AnnData[] = [];
    await evaluate(ceiling(asked), task, { draws: 1 });
    expect(asked).toHaveLength(2);
    for (const cells of asked) {
      expect(cells.obs.columns).not.toContain("cell_type");
      expect(cells.obs.columns).not.toContain("split");
      expect(cells.raw).toBeUndefined();
    }
  });

  it("judges probabilities and standard deviations of models that give them", async () => {
    const sure: RepairModel = {
      ...ceiling(),
      async repair(cells) {
        const { mean } = await ceiling().repair(cells);
        const pExpressed = new DenseMatrix(
          mean.shape,
          mean.data.map((value) => (value > 0 ? 0.9 : 0.1)),
        );
        return {
          mean: dense(cells).copy(),
          pExpressed,
          sd: new DenseMatrix(
            mean.shape,
            mean.data.map(() => 100),
          ),
        };
      },
    };
    const evaluation = await evaluate(sure, task, { draws: 1 });
    expect(evaluation.probability!.prAuc.value).toBe(1);
    expect(evaluation.probability!.f1.value).toBe(1);
    expect(evaluation.prAuc.value).toBeLessThan(1);
    expect(evaluation.coverage90).toBe(1);
    const plain = await evaluate(ceiling(), task, { draws: 1 });
    expect(plain.probability).toBeUndefined();
    expect(plain.coverage90).toBeUndefined();
  });
});
