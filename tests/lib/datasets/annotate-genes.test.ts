import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { AnnData, DenseMatrix, Frame } from "../../../src/lib/anndata/index.js";
import { annotateGenes, fetch, geneTable, pbmc3k } from "../../../src/lib/datasets/index.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

afterEach(() => {
  vi.unstubAllEnvs();
});

const withGenes = (names: string[], ids?: string[]) =>
  new AnnData({ X: DenseMatrix.zeros([1, names.length]), var: new Frame(names, ids ? { gene_ids: ids } : {}) });

describe.each(["human", "mouse"] as const)("the %s gene table", (species) => {
  const table = geneTable(species);

  it("has a positive length and a share of GC for every gene, ids rising and unique", () => {
    expect(table.ensemblId.length).toBeGreaterThan(20_000);
    expect(table.length.every((length) => length > 0 && Number.isInteger(length))).toBe(true);
    expect(table.gc.every((gc) => gc > 0 && gc < 1)).toBe(true);
    expect(table.ensemblId).toEqual([...new Set(table.ensemblId)].sort());
    expect(table.symbol).toHaveLength(table.ensemblId.length);
  });

  it("is read once", () => {
    expect(geneTable(species)).toBe(table);
  });
});

describe("genes annotated", () => {
  const { ensemblId, symbol, length, gc } = geneTable("human");
  const row = symbol.indexOf("CD3D");

  it.each([
    ["Ensembl id", withGenes(["anything"], [ensemblId[row]!]), 1],
    ["Ensembl id with version", withGenes(["anything"], [`${ensemblId[row]}.12`]), 1],
    ["Ensembl id as name", withGenes([ensemblId[row]!]), 1],
    ["symbol", withGenes(["CD3D"]), 0],
    ["symbol where the id is unknown", withGenes(["CD3D"], ["ENSG99999999999"]), 0],
  ])("are found by %s", (_, adata, byId) => {
    annotateGenes(adata);
    expect([...adata.var.numbers("length")]).toEqual([length[row]]);
    expect([...adata.var.numbers("gc")]).toEqual([gc[row]]);
    expect(adata.uns["gene_annotation"]).toMatchObject({ species: "human", found: 1, found_by_id: byId, total: 1 });
  });

  it("get the median of those found where they are not", () => {
    const genes = ["CD3D", "no such gene", "LYZ", "MS4A1"];
    const { var: features } = annotateGenes(withGenes(genes));
    const known = [length[row]!, length[symbol.indexOf("LYZ")]!, length[symbol.indexOf("MS4A1")]!];
    expect(features.numbers("length")[1]).toBe(known.sort((a, b) => a - b)[1]);
    expect(features.strings("length_known")).toEqual(["true", "false", "true", "true"]);
  });

  it("may be none", () => {
    expect(annotateGenes(withGenes([])).var.columns).toEqual(["length", "gc", "length_known"]);
  });

  it("are refused where none is found, or the species is another", () => {
    expect(() => annotateGenes(withGenes(["Cd3d", "Lyz2", "Ms4a1"]))).toThrow(
      "none of the 3 genes (Cd3d, Lyz2, Ms4a1, …) is in the human table; is the species right",
    );
    expect(() => annotateGenes(withGenes(["CD3D"]), { species: "rat" as never })).toThrow(
      new RangeError('there is no gene table of "rat"; use "human" or "mouse"'),
    );
    expect(() => annotateGenes(withGenes(["CD3D"]), { specie: "human" } as never)).toThrow(
      'datasets.annotateGenes: unknown option "specie"; options: species',
    );
  });
});

describe("data sets", () => {
  it("are refused where the name is not known", async () => {
    await expect(fetch("pbmc68k" as never)).rejects.toThrow(
      new RangeError('there is no data set "pbmc68k"; data sets: pbmc3k, pbmc68k_reduced'),
    );
    await expect(fetch("toString" as never)).rejects.toThrow('there is no data set "toString"');
  });

  it("laid out by hand must be the data set", async () => {
    const folder = temporaryFolder();
    vi.stubEnv("DIFFREPAIRER_DATA", folder);
    mkdirSync(join(folder, "pbmc3k"));
    const write = (name: string, text: string) => writeFileSync(join(folder, "pbmc3k", name), text);
    write("matrix.mtx", "%%MatrixMarket matrix coordinate integer general\n1 1 1\n1 1 5\n");
    write("barcodes.tsv", "AAAC-1\n");
    write("genes.tsv", "ENSG1\tA\n");
    await expect(pbmc3k()).rejects.toThrow(
      `${join(folder, "pbmc3k")}: is 1 × 1; PBMC3k's raw counts are 2700 × 32738. Take the file away, and the data set is fetched`,
    );
  });
});
