import { execFile } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { AnnData, CsrMatrix, DenseMatrix, Frame, type RowMatrix, toCsc } from "../../../src/lib/anndata/index.js";
import { FileError, openH5ad, readH5ad, writeH5ad } from "../../../src/lib/io/index.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { writeRawH5ad, writeSparse } from "./raw-h5ad.js";

let path: string;
beforeEach(() => {
  path = join(temporaryFolder(), "cells.h5ad");
});

const dense = (rows: number, columns: number) =>
  new DenseMatrix(
    [rows, columns],
    Float32Array.from({ length: rows * columns }, (_, i) => ((i * 7919) % 5 < 2 ? (i % 97) + 0.5 : 0)),
  );

const STORAGES = {
  dense: (matrix: DenseMatrix) => matrix,
  csr: (matrix: DenseMatrix) => CsrMatrix.fromDense(matrix),
  csc: (matrix: DenseMatrix) => toCsc(matrix),
};

describe.each(Object.entries(STORAGES))("a file whose X is %s", (kind, store) => {
  it.each(["none", "gzip"] as const)(
    "gives the same cells in chunks of any size, compression %s",
    async (compression) => {
      const X = dense(211, 61);
      await writeH5ad(new AnnData({ X: store(X) }), path, { compression });
      const file = await openH5ad(path);
      expect(file.shape).toEqual([211, 61]);
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 1, max: 250 }), async (size) => {
          const starts: number[] = [];
          const rows: number[] = [];
          for await (const { start, X: chunk } of file.chunks(size)) {
            starts.push(start);
            expect(chunk.kind).toBe(kind === "dense" ? "dense" : "csr");
            for (const value of chunk.toDense().data) rows.push(value);
          }
          expect(starts).toEqual(Array.from({ length: Math.ceil(211 / size) }, (_, i) => i * size));
          expect(Float32Array.from(rows)).toEqual(X.data);
        }),
        { seed: 1, numRuns: 12 },
      );
      file.close();
    },
  );
});

describe("an open file", () => {
  const layered = () =>
    new AnnData({
      X: dense(4, 3),
      obs: new Frame(["a", "b", "c", "d"], { n: [1, 2, 3, 4] }),
      layers: { counts: CsrMatrix.fromDense(dense(4, 3).scaleRows([2, 2, 2, 2])) },
      raw: { X: CsrMatrix.fromDense(dense(4, 5)), var: new Frame(["r0", "r1", "r2", "r3", "r4"]) },
    });

  it("has obs and var, and other matrices by name", async () => {
    await writeH5ad(layered(), path);
    const counts = await openH5ad(path, { matrix: "layers/counts" });
    expect(counts.obs.numbers("n")).toEqual(new Float64Array([1, 2, 3, 4]));
    expect(counts.rows(1, 3)).toEqual(layered().layers["counts"]!.selectRows([1, 2]));
    counts.close();
    const raw = await openH5ad(path, { matrix: "raw/X" });
    expect(raw.var.index).toEqual(["r0", "r1", "r2", "r3", "r4"]);
    expect(raw.rows(3, 4)).toEqual(layered().raw!.X.selectRows([3]));
    raw.close();
    const file = await openH5ad(path);
    expect(file.matrices).toEqual(["X", "layers/counts", "raw/X"]);
    expect(file.matrix("layers/counts")).toMatchObject({
      kind: "csr",
      bytes: 8 * layered().layers["counts"]!.data.length,
    });
    expect(file.matrix("raw/X").rows(3, 4)).toEqual(layered().raw!.X.selectRows([3]));
    file.close();
    expect(() => file.matrix("X")).toThrow("the file was closed");
    await expect(openH5ad(path, { matrix: "layers/none" })).rejects.toThrow("layers/none: is missing");
  });

  it("refuses cells that are not there, and to be read after it was closed", async () => {
    await writeH5ad(layered(), path);
    const file = await openH5ad(path);
    expect(file.rows(2, 2).shape).toEqual([0, 3]);
    for (const [start, end] of [
      [-1, 2],
      [3, 2],
      [0, 5],
      [0.5, 2],
    ] as const) {
      expect(() => file.rows(start, end)).toThrow(`cells ${start} to ${end} are not within 0 to 4`);
    }
    await expect(file.chunks(0).next()).rejects.toThrow("a chunk of 0 cells: give a whole number from 1 on");
    file.close();
    file.close();
    expect(() => file.rows(0, 1)).toThrow("the file was closed: open it again");
    await expect(openH5ad(path, { chunk: 3 } as never)).rejects.toThrow('io.openH5ad: unknown option "chunk"');
  });

  it("names what is wrong in a chunk when it is read", async () => {
    await writeRawH5ad(path, (root) => writeSparse(root, "X", { data: [1, NaN, 3] }));
    const file = await openH5ad(path);
    expect(() => file.rows(0, 1)).toThrow("X: has 1 NaN of 2 values");
    expect(file.rows(1, 3).nnz).toBe(1);
    file.close();
  });

  it.each([
    [{ indptr: [0, 2, 2] }, "X: indptr length is 3"],
    [{ indptr: [0, 2, 2, 9] }, "its last number 9"],
    [{ shape: [9, 4] }, "its shape is 9 × 4; obs has length 3 and var 4"],
  ])("refuses a matrix that is none: %j", async (raw, problem) => {
    if ("shape" in raw) (raw as { indptr?: number[] }).indptr = [0, 2, 2, 3, 3, 3, 3, 3, 3, 3];
    await writeRawH5ad(path, (root) => writeSparse(root, "X", raw));
    const error: unknown = await openH5ad(path).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(FileError);
    expect((error as Error).message).toContain(problem);
  });

  it.each([
    [{ indptr: [0, 3, 2, 3] }, "indptr goes down"],
    [{ indices: [0, 9, 1] }, "column index 9 at entry 1 is out of range"],
  ])("refuses damaged rows: %j", async (raw, problem) => {
    await writeRawH5ad(path, (root) => writeSparse(root, "X", raw));
    const file = await openH5ad(path);
    const read = () => Array.from({ length: 3 }, (_, i) => file.rows(i, i + 1));
    expect(read).toThrow(FileError);
    expect(read).toThrow(problem);
    file.close();
  });
});

describe("a file larger than the memory that Node is given", () => {
  const MEGABYTE = 1 << 20;
  const LIMIT = 64;

  /** 160 MB: 10,000 cells × 2,000 genes, every gene of each cell stored (sparse), or as many values (dense). */
  const large: Record<string, () => RowMatrix> = {
    csr: () => {
      const [rows, columns] = [10_000, 2000];
      const indices = Int32Array.from({ length: rows * columns }, (_, at) => at % columns);
      const indptr = Int32Array.from({ length: rows + 1 }, (_, i) => i * columns);
      return new CsrMatrix([rows, columns], new Float32Array(rows * columns).fill(1), indices, indptr);
    },
    dense: () => new DenseMatrix([20_000, 2000], new Float32Array(40_000_000).fill(1)),
  };

  it.each(Object.keys(large))("is passed through in chunks, %s", { timeout: 120_000 }, async (kind) => {
    const X = large[kind]!();
    await writeH5ad(new AnnData({ X }), path);
    const size = statSync(path).size;
    expect(size).toBeGreaterThan(150 * MEGABYTE);

    const entry = fileURLToPath(new URL("../../../src/lib/io/open-h5ad.ts", import.meta.url));
    const program = join(temporaryFolder(), "pass.mjs");
    const code = `import { openH5ad } from ${JSON.stringify(entry)};
      const file = await openH5ad(process.argv[2]);
      let [total, peak] = [0, 0];
      for await (const { X } of file.chunks(500)) {
        for (const sum of X.rowSums()) total += sum;
        peak = Math.max(peak, process.memoryUsage().rss);
      }
      console.log(JSON.stringify({ total, peak }));`;
    await build({
      stdin: { contents: code, resolveDir: "." },
      bundle: true,
      platform: "node",
      format: "esm",
      outfile: program,
    });
    const { stdout } = await promisify(execFile)(process.execPath, [`--max-old-space-size=${LIMIT}`, program, path]);
    const { total, peak } = JSON.parse(stdout) as { total: number; peak: number };
    expect(total).toBe(X.data.length);
    // What Node itself takes (about 50 MB) and some chunks of 8 MB, not the file.
    expect(peak).toBeLessThan(size);
    expect((await readH5ad(path)).nObs).toBe(X.shape[0]);
  });
});
