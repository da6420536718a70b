import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { AnnData, CsrMatrix, DenseMatrix, Frame, toCsc } from "../../../src/lib/anndata/index.js";
import { read10xMtx, writeMtx } from "../../../src/lib/io/index.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { smallData } from "./raw-h5ad.js";

let parent: string;
let folder: string;
beforeEach(() => {
  parent = temporaryFolder();
  folder = join(parent, "mtx");
});

describe("what writeMtx writes", () => {
  it("is a folder of Cell Ranger 3", async () => {
    await writeMtx(smallData(), folder, { gzip: false });
    expect(readdirSync(folder).sort()).toEqual(["barcodes.tsv", "features.tsv", "matrix.mtx"]);
    const text = (name: string) => readFileSync(join(folder, name), "utf8");
    expect(text("matrix.mtx")).toBe(
      "%%MatrixMarket matrix coordinate integer general\n4 3 4\n1 1 1\n3 1 2\n2 3 3\n3 3 4\n",
    );
    expect(text("features.tsv").split("\n")[0]).toBe("ENSG0\tg0\tGene Expression");
    expect(text("barcodes.tsv")).toBe("c0\nc1\nc2\n");
  });

  it("is read as the same, whatever the storage and the values", async () => {
    const floats = fc.float({ noNaN: true, noDefaultInfinity: true }).filter((value) => value !== 0);
    const values = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 9 }), floats);
    await fc.assert(
      fc.asyncProperty(
        fc.array(values, { minLength: 6, maxLength: 6 }),
        fc.constantFrom("csr", "csc", "dense"),
        async (numbers, kind) => {
          const dense = new DenseMatrix([2, 3], Float32Array.from(numbers));
          const X = { dense, csr: CsrMatrix.fromDense(dense), csc: toCsc(dense) }[kind];
          const adata = new AnnData({
            X,
            var: new Frame(["a", "b", "c"], { feature_types: ["x", "y", "Gene Expression"] }),
          });
          await writeMtx(adata, folder);
          const back = await read10xMtx(folder, { gexOnly: false, onNotice: () => undefined });
          expect(back.X).toEqual(CsrMatrix.fromDense(dense));
          expect(back.obsNames).toEqual(["0", "1"]);
          expect(back.var.strings("feature_types")).toEqual(["x", "y", "Gene Expression"]);
        },
      ),
      { seed: 1, numRuns: 40 },
    );
    expect(readdirSync(parent)).toEqual(["mtx"]);
  });

  it("replaces such a folder, and no other", async () => {
    await writeMtx(smallData(), folder, { gzip: false });
    await writeMtx(smallData(), folder);
    expect(readdirSync(folder).sort()).toEqual(["barcodes.tsv.gz", "features.tsv.gz", "matrix.mtx.gz"]);
    writeFileSync(join(folder, "notes.txt"), "mine");
    await expect(writeMtx(smallData(), folder)).rejects.toThrow("notes.txt: is not of a 10x matrix and would be lost");
    expect(readFileSync(join(folder, "notes.txt"), "utf8")).toBe("mine");
  });

  it("leaves nothing behind where it fails, and what was there as it was", async () => {
    const bad = smallData();
    bad.X = DenseMatrix.fromRows([
      [NaN, 0, 0, 0],
      [0, 0, 0, 0],
      [0, 0, 0, 0],
    ]);
    await expect(writeMtx(bad, folder)).rejects.toThrow("X holds NaN in row 0");
    expect(existsSync(folder)).toBe(false);
    await writeMtx(smallData(), folder);
    await expect(writeMtx(bad, folder)).rejects.toThrow(TypeError);
    expect((await read10xMtx(folder)).nObs).toBe(3);
    const tabs = new AnnData({ X: DenseMatrix.zeros([1, 1]), obs: new Frame(["a\tb"]) });
    await expect(writeMtx(tabs, join(parent, "other"))).rejects.toThrow('the name "a\\tb" cannot be written');
    expect(readdirSync(parent)).toEqual(["mtx"]);
    await expect(writeMtx(smallData(), join(parent, "none", "mtx"))).rejects.toThrow("there is no folder");
    mkdirSync(join(parent, "empty"));
    await writeMtx(smallData(), join(parent, "empty"));
    expect(readdirSync(join(parent, "empty"))).toHaveLength(3);
  });
});
