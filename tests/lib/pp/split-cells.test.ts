import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AnnData, categorical, DenseMatrix } from "../../../src/lib/anndata/index.js";
import { splitCells, type SplitCellsOptions } from "../../../src/lib/pp/index.js";

function data(labels: (string | null)[]): AnnData {
  const adata = new AnnData({ X: DenseMatrix.zeros([labels.length, 1]) });
  adata.obs.set("cell_type", categorical(labels));
  return adata;
}

const counts = (adata: AnnData, label?: string | null) => {
  const split = adata.obs.strings("split");
  const types = adata.obs.strings("cell_type");
  const among = split.filter((_, i) => label === undefined || types[i] === label);
  return ["train", "validation", "test"].map((part) => among.filter((name) => name === part).length);
};

describe("a split of cells", () => {
  it("has the same shares in every group, and in those without a label", () => {
    const labels = [
      ...new Array<string>(50).fill("B"),
      ...new Array<string>(30).fill("T"),
      ...new Array<null>(20).fill(null),
    ];
    const adata = splitCells(data(labels));
    expect([counts(adata, "B"), counts(adata, "T"), counts(adata, null)]).toEqual([
      [35, 5, 10],
      [21, 3, 6],
      [14, 2, 4],
    ]);
    expect(adata.obs.get("split")).toMatchObject({ kind: "categorical", categories: ["train", "validation", "test"] });
    expect(adata.uns["split"]).toEqual({ by: "cell_type", train: 0.7, validation: 0.1, test: 0.2, seed: 0 });
  });

  it("has the shares overall to one cell, however small the groups", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("a", "b", "c", "d", null), { maxLength: 60 }),
        fc.nat(20),
        (labels, seed) => {
          const [train, validation, test] = counts(splitCells(data(labels), { seed }));
          expect(train! + validation! + test!).toBe(labels.length);
          expect(Math.abs(train! - 0.7 * labels.length)).toBeLessThanOrEqual(1);
          expect(Math.abs(validation! - 0.1 * labels.length)).toBeLessThanOrEqual(1);
        },
      ),
      { seed: 0 },
    );
  });

  it("is the same for a seed, another for another, and may heed no groups", () => {
    const labels = new Array<string>(40).fill("B");
    const split = (options: SplitCellsOptions) => splitCells(data(labels), options).obs.strings("split");
    expect(split({ seed: 1 })).toEqual(split({ seed: 1 }));
    expect(split({ seed: 1 })).not.toEqual(split({ seed: 2 }));
    expect(counts(splitCells(data(labels), { by: null, train: 0.5, validation: 0, test: 0.5 }))).toEqual([20, 0, 20]);
  });

  it.each<[SplitCellsOptions, string]>([
    [{ train: 0.8 }, "the shares must be at least 0 and sum to 1: train 0.8, validation 0.1, test 0.2"],
    [{ train: 1.2, test: -0.3 }, "the shares must be at least 0 and sum to 1"],
    [{ train: NaN }, "the shares must be at least 0 and sum to 1: train NaN"],
    [{ by: "leiden" }, 'there is no column "leiden"; columns: cell_type'],
    [{ shares: 1 } as never, 'pp.splitCells: unknown option "shares"; options: by, train, validation, test, seed'],
  ])("cannot be made by %j", (options, message) => {
    expect(() => splitCells(data(["B"]), options)).toThrow(message);
  });
});
