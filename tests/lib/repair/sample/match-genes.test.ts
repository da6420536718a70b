import { describe, expect, it } from "vitest";
import { Frame } from "../../../../src/lib/anndata/index.js";
import { matchGenes, namedGenes } from "../../../../src/lib/repair/sample/match-genes.js";

const MODEL = { names: ["CD3D", "LYZ", "MS4A1", "ONLYHERE"], ids: ["ENSG00000167286", "ENSG00000090382", null, null] };

describe("matching genes", () => {
  it("finds them by Ensembl id first, then by symbol, and says which are missing", () => {
    const sample = namedGenes(
      new Frame(["renamed", "x", "MS4A1"], { gene_ids: ["ENSG00000167286.4", "ENSG00000000003", "ENSG00000156738"] }),
    );
    const match = matchGenes(MODEL, sample);
    expect([...match.columns]).toEqual([0, -1, 2, -1]);
    expect(match).toMatchObject({ matched: 2, total: 4, share: 0.5, byId: 1, missing: ["LYZ", "ONLYHERE"] });
  });

  it("finds Ensembl ids that are names, with their version and a genome before them", () => {
    const match = matchGenes(MODEL, namedGenes(new Frame(["GRCh38_ENSG00000167286.9", "ENSG00000090382"])));
    expect([...match.columns]).toEqual([0, 1, -1, -1]);
  });

  it("finds symbols behind a genome's name, and in the columns that files of cellxgene have", () => {
    expect([...matchGenes(MODEL, namedGenes(new Frame(["hg19_LYZ", "hg19_CD3D"]))).columns]).toEqual([1, 0, -1, -1]);
    const byFeature = namedGenes(new Frame(["0", "1"], { feature_name: ["MS4A1", "CD3D"] }));
    expect([...matchGenes(MODEL, byFeature).columns]).toEqual([1, -1, 0, -1]);
  });

  it("looks up the id of a symbol in the species' table, so that ids and symbols meet", () => {
    expect(namedGenes(new Frame(["CD3D", "nothing"]), "human").ids).toEqual(["ENSG00000167286", null]);
  });

  it("gives no column to two genes, and of two columns of one gene takes the first", () => {
    const model = { names: ["A", "A2"], ids: ["ENSG1", null] };
    const sample = { names: ["A", "A"], ids: ["ENSG1", "ENSG1"] };
    expect([...matchGenes(model, sample).columns]).toEqual([0, -1]);
    expect([...matchGenes({ names: ["B", "A"], ids: ["ENSG1", null] }, sample).columns]).toEqual([0, -1]);
  });

  it("does not take a mouse's gene for a human one", () => {
    expect(matchGenes(MODEL, namedGenes(new Frame(["Cd3d", "Lyz1", "Ms4a1"]), "mouse")).matched).toBe(0);
  });
});
