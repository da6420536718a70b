import { beforeAll, describe, expect, it } from "vitest";
import { AnnData, DenseMatrix, Frame } from "../../../src/lib/anndata/index.js";
import type { RepairModel } from "../../../src/lib/repair/index.js";
import { METHODS } from "../../../src/lib/repair/methods.js";
import { trainingData, type TrainingData } from "../../../src/lib/repair/training-data.js";
import { pp } from "../../../src/lib/index.js";
import { drawPoisson, random } from "../../../src/lib/stats/index.js";
import { compareProtein, type Findings, smoothOverNeighbours } from "../../../src/lib/validate/index.js";

const GENES = ["CD3D", "CD14", "MS4A1", ...Array.from({ length: 57 }, (_, j) => `gene${j}`)];

/** Cells of three types, each with one of the first three genes, whose proteins follow the type. */
function citeSeq(cells: number, seed: number): AnnData {
  const stream = random(seed, "compare protein test");
  const X = DenseMatrix.zeros([cells, GENES.length]);
  const proteins = DenseMatrix.zeros([cells, 3]);
  for (let i = 0; i < cells; i++) {
    for (let j = 0; j < GENES.length; j++) X.row(i)[j] = drawPoisson(stream, j % 3 === i % 3 ? 6 : 1);
    for (let k = 0; k < 3; k++) proteins.row(i)[k] = drawPoisson(stream, k === i % 3 ? 300 : 20);
  }
  const length = GENES.map((_, j) => 500 + 100 * j);
  return new AnnData({
    X,
    obs: new Frame(Array.from({ length: cells }, (_, i) => `cell${seed}-${i}`)),
    var: new Frame(GENES, { length }),
    obsm: { protein_expression: proteins },
    uns: { protein_names: ["CD3_TotalSeqB", "CD14_TotalSeqB", "CD20_TotalSeqB"] },
  });
}

describe("protein as the second witness", () => {
  let data: TrainingData;
  let perfect: RepairModel;
  let found: Findings;
  const value = (mode: string, measure = "RNA with protein, mean Spearman") =>
    found.rows.find((row) => row.mode === mode && row.measure === measure)!;

  beforeAll(async () => {
    const log = (cells: AnnData) => pp.log1p(pp.normalizeTotal(cells, { targetSum: 1e4 }));
    data = trainingData({ clean: log(citeSeq(60, 1)), validation: log(citeSeq(20, 2)) });
    const cells = citeSeq(90, 3);
    const clean = log(cells.copy()).X.toDense();
    perfect = { name: "perfect", label: "Perfect", parameters: 0, repair: async () => ({ mean: clean }) };
    const input = await METHODS.input.fit(data);
    found = await compareProtein("simulated", cells, data, [input, perfect], { resamples: 200 });
  });

  it("sees that damage lowers the agreement and that perfect repair restores it", () => {
    expect(value("intact").value).toBeGreaterThan(value("degraded").value + 0.05);
    expect(value("perfect").value).toBeCloseTo(value("intact").value, 10);
    expect(value("perfect", "gain over degraded").low).toBeGreaterThan(0);
  });

  it("finds no gain where nothing was repaired", () => {
    expect(value("degraded-input", "gain over degraded")).toMatchObject({ value: 0, low: 0, high: 0 });
  });

  it("names the pairs, and refuses cells without any", async () => {
    expect(found.notes).toEqual(["simulated: 90 cells; pairs CD3D-CD3, CD14-CD14, MS4A1-CD20."]);
    const cells = citeSeq(30, 4);
    cells.uns["protein_names"] = ["a", "b", "c"];
    await expect(compareProtein("none", cells, data, [])).rejects.toThrow("none has no gene of CD3D");
  });
});

it("smoothing gives a cell among copies of itself back, and the mean where all are neighbours", () => {
  const rows = Array.from({ length: 20 }, (_, i) => [i < 10 ? 1 : 5, i < 10 ? 2 : 0, 3]);
  const cells = new AnnData({ X: DenseMatrix.fromRows(rows) });
  const near = smoothOverNeighbours(cells, { nNeighbors: 10, nComps: 2 });
  Array.from(near.row(0)).forEach((value, j) => expect(value).toBeCloseTo([1, 2, 3][j]!, 5));
  const all = smoothOverNeighbours(cells, { nNeighbors: 20, nComps: 2 });
  Array.from(all.row(3)).forEach((value, j) => expect(value).toBeCloseTo([3, 1, 3][j]!, 5));
});
