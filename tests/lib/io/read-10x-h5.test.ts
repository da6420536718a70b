import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { FileError, read10xH5 } from "../../../src/lib/io/index.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { type TenxParts, writeTenx } from "./other-hdf5.js";

let path: string;
let notices: string[];
beforeEach(() => {
  path = join(temporaryFolder(), "in.h5");
  notices = [];
});

const read = async (parts: TenxParts, options = {}) => {
  await writeTenx(path, parts);
  return read10xH5(path, { onNotice: (notice) => notices.push(notice), ...options });
};

describe("a file of Cell Ranger", () => {
  it.each([2, 3] as const)("version %d is cells × genes, sparse, named by unique symbols", async (version) => {
    const { X, obsNames, varNames, var: genes } = await read({ version });
    expect(X.kind).toBe("csr");
    expect(X.toDense().data).toEqual(new Float32Array([1, 0, 2, 0, 3, 0]));
    expect(obsNames).toEqual(["AAAC-1", "AAAG-1"]);
    expect(varNames).toEqual(["CD3D", "MS4A1", "CD3D-1"]);
    expect(genes.strings("gene_ids")).toEqual(["ENSG0", "ENSG1", "ENSG2"]);
    expect(genes.columns).toEqual(version === 3 ? ["gene_ids", "feature_types", "genome"] : ["gene_ids"]);
    expect(notices).toEqual([]);
  });

  it("leaves out other features, unless they are asked for", async () => {
    const types = ["Gene Expression", "Antibody Capture", "Gene Expression"];
    expect((await read({ types })).varNames).toEqual(["CD3D", "CD3D-1"]);
    expect((await read({ types }, { gexOnly: false })).var.strings("feature_types")).toEqual(types);
  });

  it("has genes of one genome where it is named", async () => {
    const genomes = ["GRCh38", "mm10", "GRCh38"];
    expect((await read({ genomes })).nVars).toBe(3);
    expect((await read({ genomes }, { genome: "mm10" })).varNames).toEqual(["MS4A1"]);
    await expect(read({ genomes }, { genome: "hg19" })).rejects.toThrow('has no genome "hg19": GRCh38, mm10');
    const groups = ["hg19", "mm10"];
    expect((await read({ version: 2, groups }, { genome: "mm10" })).nVars).toBe(3);
    await expect(read({ version: 2, groups })).rejects.toThrow("has several groups: hg19, mm10");
    await expect(read({ version: 2, groups }, { genome: "x" })).rejects.toThrow('has no genome "x": hg19, mm10');
  });

  it.each<[string, TenxParts, string]>([
    ["a gene out of range", { indices: [0, 3, 1] }, "matrix: gene index 3 at entry 1 is out of range: there are 3"],
    ["row starts that fall", { indptr: [0, 4, 3] }, "matrix: indptr goes down at cell 1"],
    ["an entry twice", { indices: [2, 2, 1] }, "matrix: cell 0 has two entries in gene 2"],
    ["a cell too many", { barcodes: ["a", "b", "c"] }, "matrix: obs has length 3; X has 2 rows (cells)"],
    ["a shape of one number", { shape: [3] }, "matrix/shape: is missing: is this a file of Cell Ranger?"],
    ["indptr too short", { indptr: [0, 3] }, "matrix: indptr length is 2; a matrix of 2 cells needs 3"],
  ])("is refused with %s", async (_, parts, problem) => {
    const error: unknown = await read(parts).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(FileError);
    expect((error as Error).message).toContain(problem);
  });

  it("is refused where it is another file", async () => {
    writeFileSync(path, "gene\tcount\n");
    await expect(read10xH5(path)).rejects.toThrow("is not an HDF5 file");
    await expect(read({}, { gex: true })).rejects.toThrow('io.read10xH5: unknown option "gex"');
  });

  it("tells of negative counts", async () => {
    await read({ data: [1, -2, 3] });
    expect(notices.join()).toContain("1 negative values among whole numbers");
  });
});
