import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { dataFolder, info, load, markers, table } from "../../../src/lib/datasets/index.js";
import { FileError, writeH5ad } from "../../../src/lib/io/index.js";
import { simulate } from "../../helpers/simulate.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

const folder = dataFolder();
const has = (name: string) => folder !== undefined && existsSync(join(folder, name));

describe.skipIf(!has("liver_camp2017_subset"))("with the data at hand (DIFFREPAIRER_DATA)", () => {
  it("a set has its labels, its source and its shape", async () => {
    const adata = await load("liver_camp2017_subset");
    expect(adata.shape).toEqual([30, 3957]);
    expect(adata.X.kind).toBe("csr");
    expect(adata.obs.get("cell_type")).toMatchObject({ categories: info("liver_camp2017_subset").cellTypes });
    expect(adata.uns["source"]).toMatchObject({ name: "liver_camp2017_subset", accession: "GSE81252" });
  });

  it("the extract of PBMC68k is its log1p values with the published types", async () => {
    const adata = await load("pbmc68k_reduced");
    expect(adata.shape).toEqual([700, 765]);
    expect(adata.obs.get("cell_type")).toMatchObject({ categories: info("pbmc68k_reduced").cellTypes });
    expect(adata.obs.strings("cell_type").slice(0, 2)).toEqual(["CD14+ Monocyte", "Dendritic"]);
    expect(adata.uns["log1p"]).toEqual({ base: null });
    const { data } = adata.X;
    expect([data.reduce((a, b) => Math.min(a, b)), data.reduce((a, b) => Math.max(a, b))]).toEqual([
      expect.closeTo(0.719, 3),
      expect.closeTo(6.489, 3),
    ]);
  });

  it("every cell has a name of its own, also where the published names repeat", async () => {
    const { obsNames, obs } = await load("pancreas_baron2016_subset");
    expect(new Set(obsNames).size).toBe(350);
    expect(obs.get("cell_type")).toMatchObject({ categories: info("pancreas_baron2016_subset").cellTypes });
  });

  it("proteins stand beside the cells", async () => {
    const adata = await load("citeseq_pbmc_5k");
    expect(adata.shape).toEqual([200, 16581]);
    expect(adata.obsm["protein_expression"]!.shape).toEqual([200, 29]);
    expect((adata.uns["protein_names"] as string[])[0]).toBe("CD3_TotalSeqB");
    // The first cell's first protein, as the file has it.
    expect(adata.obsm["protein_expression"]!.at(0, 0)).toBe(25);
  });

  it("bulk samples come in pairs", async () => {
    const adata = await load("ffpe_ccrcc_eikrem2016");
    expect(adata.shape).toEqual([64, 18458]);
    expect(adata.obsNames.slice(0, 2)).toEqual(["NR9-ffpe", "TR9-ffpe"]);
    expect(adata.obsNames[32]).toBe("NR9-rnalater");
    expect(adata.obs.get("preservation")).toMatchObject({ categories: ["ffpe", "rnalater"] });
    expect([0, 32].map((i) => adata.obs.numbers("pair")[i])).toEqual([1, 1]);
    expect([0, 32].map((i) => adata.X.at(i, adata.varNames.indexOf("A1CF")))).toEqual([595, 329]);
  });

  it("tables have typed columns", async () => {
    const index = await table("rna_degradation", "degnorm_chr21_DI.csv.gz");
    expect(index.index.slice(0, 2)).toEqual(["AATBC", "ADAMTS1"]);
    expect(index.numbers("SRR873822_chr21.bam")[0]).toBe(0.5946644682112945);
    await expect(load("rna_degradation")).rejects.toThrow('read them by datasets.table("rna_degradation", file)');
    await expect(table("markers", "none.csv")).rejects.toThrow('the data set "markers" has no file');
  });

  it("markers are told by tissue, species and source", async () => {
    const { genes, source, licence } = await markers({ tissue: "pancreas" });
    expect(source).toBe("PanglaoDB");
    expect(licence).toContain("academic");
    expect(genes["Beta cells"]).toContain("INS");
    expect(Object.keys(genes)).toEqual(Object.keys(genes).sort());
    expect((await markers({ tissue: "Pancreas", species: "mouse" })).genes["Beta cells"]).toContain("Iapp");
    const mouse = await markers({ source: "CellMarker", species: "mouse", tissue: "Abdomen" });
    expect(mouse.genes["Muscle satellite cell"]).toEqual(["Asb5", "Myf5", "Pax7"]);
    await expect(markers({ tissue: "Moon" })).rejects.toThrow('PanglaoDB has no tissue "Moon"; tissues: ');
    await expect(markers({ source: "Other" as never })).rejects.toThrow("there are no markers of human from Other");
  });
});

describe("without the right files", () => {
  let before: string | undefined;
  beforeEach(() => {
    before = process.env["DIFFREPAIRER_DATA"];
    process.env["DIFFREPAIRER_DATA"] = temporaryFolder();
  });
  afterEach(() => {
    if (before === undefined) delete process.env["DIFFREPAIRER_DATA"];
    else process.env["DIFFREPAIRER_DATA"] = before;
  });

  it("another file in the place of PBMC68k's extract is told", async () => {
    const file = join(process.env["DIFFREPAIRER_DATA"]!, "pbmc68k_reduced", "10x_pbmc68k_reduced.h5ad");
    mkdirSync(dirname(file));
    await writeH5ad(simulate({ cells: 5, genes: 3 }), file);
    await expect(load("pbmc68k_reduced")).rejects.toThrow(
      "does not hold raw log1p values of 700 × 765 with types in bulk_labels. Take the file away",
    );
  });

  it("a set says where it comes from, a file that is another is refused", async () => {
    const missing: unknown = await load("zeisel2015_mouse_brain").catch((error: unknown) => error);
    expect(missing).toBeInstanceOf(FileError);
    expect((missing as Error).message).toMatch(
      /is missing, or is not the file of 8845 bytes .* DIFFREPAIRER_DATA .* GSE60361/,
    );
    const sets = join(process.env["DIFFREPAIRER_DATA"]!, "markers");
    mkdirSync(sets);
    writeFileSync(join(sets, "CellMarker2_Mouse_Aug.csv.gz"), "another");
    await expect(markers({ source: "CellMarker", species: "mouse" })).rejects.toThrow("is not the file of 89349 bytes");
  });

  it("knows no other set", async () => {
    await expect(load("pbmc5k")).rejects.toThrow('there is no data set "pbmc5k"');
  });
});
