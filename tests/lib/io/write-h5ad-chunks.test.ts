import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { AnnData, CsrMatrix, DenseMatrix, Frame, type RowMatrix } from "../../../src/lib/anndata/index.js";
import { openH5ad, readH5ad, writeH5ad, writeH5adChunks } from "../../../src/lib/io/index.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { smallData } from "./raw-h5ad.js";

/** Cells whose dense values take several chunks of the file (of half a megabyte), and whose sparse ones do too. */
function manyCells(cells = 5000, genes = 101): AnnData {
  const values = Float32Array.from({ length: cells * genes }, (_, at) => (at % 3 === 0 ? (at * 7919) % 251 : 0));
  const X = new DenseMatrix([cells, genes], values);
  const names = (what: string, count: number) => Array.from({ length: count }, (_, i) => `${what}${i}`);
  return new AnnData({
    X,
    obs: new Frame(names("cell", cells), { batch: Array.from({ length: cells }, (_, i) => `b${i % 3}`) }),
    var: new Frame(names("gene", genes)),
    layers: { counts: CsrMatrix.fromDense(X) },
    uns: { note: "made for a test" },
  });
}

async function writeInChunks(adata: AnnData, path: string, size: number, compression: "gzip" | "none" = "gzip") {
  await writeH5adChunks(
    path,
    async (append) => {
      for (let start = 0; start < adata.nObs; start += size) {
        const rows = Int32Array.from({ length: Math.min(size, adata.nObs - start) }, (_, i) => start + i);
        const { X, layers } = adata.select({ obs: rows });
        append({ X: X as RowMatrix, layers: layers as Record<string, RowMatrix> });
      }
      return adata;
    },
    { compression },
  );
}

/** Matrices with a hash for their numbers, which compares fast. */
const matrices = ({ X, layers }: AnnData) =>
  Object.entries({ ...layers, X }).map(([name, { kind, shape, ...arrays }]) => {
    const hash = createHash("sha256");
    for (const { buffer, byteOffset, byteLength } of Object.values(arrays as Record<string, Float32Array>)) {
      hash.update(Buffer.from(buffer, byteOffset, byteLength));
    }
    return { name, kind, shape, numbers: hash.digest("hex") };
  });

describe("an h5ad file written in chunks", () => {
  it.each([
    [1000, "gzip"],
    [1000, "none"],
    [7, "gzip"],
    [9000, "none"],
  ] as const)("of %i cells, %s, holds what one written at once holds", async (size, compression) => {
    const [adata, folder] = [manyCells(), temporaryFolder()];
    await writeInChunks(adata, join(folder, "chunks.h5ad"), size, compression);
    await writeH5ad(adata, join(folder, "once.h5ad"), { compression });
    const [chunks, once] = [await readH5ad(join(folder, "chunks.h5ad")), await readH5ad(join(folder, "once.h5ad"))];
    expect(matrices(chunks)).toEqual(matrices(once));
    expect([chunks.obs, chunks.var, chunks.uns]).toEqual([once.obs, once.var, once.uns]);
  });

  it("may be small: one cell at a time, sparse X", async () => {
    const adata = smallData();
    const path = join(temporaryFolder(), "small.h5ad");
    await writeInChunks(adata, path, 1);
    expect(matrices(await readH5ad(path))).toEqual(matrices(adata));
  });

  it.each(["dense", "csr"])("can be read in chunks of any size, %s", async (kind) => {
    const adata = manyCells(400);
    if (kind === "csr") adata.X = adata.layers["counts"]!;
    const path = join(temporaryFolder(), "chunks.h5ad");
    await writeInChunks(adata, path, 64);
    const file = await openH5ad(path);
    const { X } = adata.select({ obs: Int32Array.from({ length: 150 }, (_, i) => 123 + i) });
    expect(file.rows(123, 273)).toEqual(X);
    file.close();
  });

  it("may have no cells, or no values", async () => {
    const path = join(temporaryFolder(), "empty.h5ad");
    const genes = new Frame(["a", "b"]);
    await writeH5adChunks(path, async () => ({ obs: new Frame([]), var: genes }));
    expect((await readH5ad(path, { onNotice: () => undefined })).shape).toEqual([0, 2]);
    const X = CsrMatrix.fromDense(DenseMatrix.zeros([3, 2]));
    const obs = new Frame(["x", "y", "z"]);
    await writeH5adChunks(path, async (append) => (append({ X }), { obs, var: genes }));
    expect((await readH5ad(path)).X).toEqual(X);
  });

  it("stays what it was where the filling fails, and nothing is left behind", async () => {
    const folder = temporaryFolder();
    const path = join(folder, "old.h5ad");
    writeFileSync(path, "old");
    const failing = writeH5adChunks(path, async (append) => {
      append({ X: DenseMatrix.zeros([1, 2]) });
      throw new Error("stopped");
    });
    await expect(failing).rejects.toThrow(/^stopped$/);
    expect(readdirSync(folder)).toEqual(["old.h5ad"]);
  });

  it("refuses chunks that differ, and tables that do not fit", async () => {
    const path = join(temporaryFolder(), "out.h5ad");
    const X = DenseMatrix.zeros([1, 2]);
    const tables = { obs: new Frame(["cell"]), var: new Frame(["a", "b"]) };
    const write = (...chunks: Parameters<Parameters<Parameters<typeof writeH5adChunks>[1]>[0]>[0][]) =>
      writeH5adChunks(path, async (append) => (chunks.forEach(append), tables));
    await expect(write({ X }, { X: CsrMatrix.fromDense(X) })).rejects.toThrow(
      "a chunk is csr with 2 columns; the first",
    );
    await expect(write({ X }, { X, layers: { more: X } })).rejects.toThrow(
      "a chunk has X,layers/more; the first had X",
    );
    await expect(write({ X }, { X })).rejects.toThrow("X is 2 × 2; obs has length 1 and var 2");
    await expect(write({ X, layers: { a: DenseMatrix.zeros([2, 2]) } })).rejects.toThrow("X has 1 cells, layers/a 2");
    await expect(write({ X, layers: { "a/b": X } })).rejects.toThrow("layers/a/b cannot be written");
  });
});

const PYTHON = process.env["DIFFREPAIRER_REFERENCE_PYTHON"];

it.skipIf(!PYTHON)(
  "anndata reads it as it reads one written at once (DIFFREPAIRER_REFERENCE_PYTHON)",
  { timeout: 120_000 },
  async () => {
    const [adata, folder] = [manyCells(), temporaryFolder()];
    await writeInChunks(adata, join(folder, "chunks.h5ad"), 1000);
    await writeH5ad(adata, join(folder, "once.h5ad"));
    const program = `
import sys, anndata as ad, numpy as np
a, b = (ad.read_h5ad(f"{sys.argv[1]}/{name}.h5ad") for name in ("chunks", "once"))
assert (a.X == b.X).all() and (a.layers["counts"] != b.layers["counts"]).nnz == 0 and a.shape == (5000, 101)
assert a.obs.equals(b.obs) and a.var.equals(b.var) and a.uns == b.uns
print("equal")`;
    expect(execFileSync(PYTHON!, ["-c", program, folder], { encoding: "utf8" })).toBe("equal\n");
  },
);
