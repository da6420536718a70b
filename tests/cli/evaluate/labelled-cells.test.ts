import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type AnnData, categorical } from "../../../src/lib/anndata/index.js";
import { writeH5ad } from "../../../src/lib/io/index.js";
import { log1p, normalizeTotal } from "../../../src/lib/pp/index.js";
import { loadLabelledCells } from "../../../src/cli/evaluate/labelled-cells.js";
import { simulate } from "../../helpers/simulate.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

function withGenes(names: readonly string[]): AnnData {
  const adata = simulate({ cells: 30, genes: 20 });
  Object.assign(adata.var, { index: adata.varNames.map((name, j) => names[j] ?? name) });
  return adata;
}

async function load(adata: AnnData, labels = "cell_type") {
  const path = join(temporaryFolder(), "my cells.h5ad");
  await writeH5ad(adata, path);
  return loadLabelledCells(path, labels);
}

const HUMAN = ["CD3D", "GNLY", "MS4A1"];

describe("loadLabelledCells", () => {
  it("takes counts from X, layers.counts or raw, whichever holds them first", async () => {
    const counts = withGenes(HUMAN);
    const plain = await load(counts);
    expect(plain.name).toBe("my cells");
    expect(plain.adata.X.toDense().data).toEqual(counts.X.toDense().data);
    expect(plain.adata.uns["log1p"]).toBeUndefined();

    const scaled = counts.copy();
    scaled.X = counts.X.mapNonZeros((value) => value - 2.5);
    scaled.layers["counts"] = counts.X;
    expect((await load(scaled)).adata.X.toDense().data).toEqual(counts.X.toDense().data);

    const raw = log1p(normalizeTotal(counts.copy(), { targetSum: 1e4 }));
    raw.raw = { X: counts.X, var: counts.var };
    expect((await load(raw)).adata.X.toDense().data).toEqual(counts.X.toDense().data);
  });

  it("takes log1p values where there are no counts, and says so", async () => {
    const logged = log1p(normalizeTotal(withGenes(HUMAN), { targetSum: 1e4 }));
    delete logged.uns["log1p"];
    const { adata } = await load(logged);
    expect(adata.uns["log1p"]).toEqual({ base: null });
    expect(adata.X.toDense().data).toEqual(logged.X.toDense().data);
  });

  it("keeps the cells with a label, of whatever column", async () => {
    const adata = withGenes(HUMAN);
    adata.obs.set("kind", categorical(adata.obsNames.map((_, i) => (i % 3 === 0 ? null : `kind ${i % 2}`))));
    const { adata: kept } = await load(adata, "kind");
    expect(kept.nObs).toBe(20);
    expect(new Set(kept.obs.strings("cell_type"))).toEqual(new Set(["kind 0", "kind 1"]));
  });

  it("finds the species by its genes, and refuses genes of neither", async () => {
    expect((await load(withGenes(HUMAN))).species).toBe("human");
    const mouse = await load(withGenes(["Cd3d", "Ms4a1", "Gfap"]));
    expect(mouse.species).toBe("mouse");
    expect(mouse.adata.var.numbers("length").every((length) => length > 0)).toBe(true);
    await expect(load(withGenes([]))).rejects.toThrow("in the tables of human and mouse genes");
  });

  it("tells other values, names or labels by the hash", async () => {
    const adata = withGenes(HUMAN);
    const { sha256 } = await load(adata);
    expect((await load(adata)).sha256).toBe(sha256);
    const others = [
      (cells: AnnData) => (cells.X = cells.X.mapNonZeros((value) => value + 1)),
      (cells: AnnData) => cells.obs.set("cell_type", cells.obs.strings("cell_type").reverse()),
      (cells: AnnData) => Object.assign(cells.var, { index: [...cells.varNames].reverse() }),
    ];
    for (const change of others) {
      const other = withGenes(HUMAN);
      change(other);
      expect((await load(other)).sha256).not.toBe(sha256);
    }
  });
});
