import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import type { Group } from "h5wasm/node";
import { beforeEach, describe, expect, it } from "vitest";
import { CscMatrix, CsrMatrix, DenseMatrix } from "../../../src/lib/anndata/index.js";
import { FileError, readH5ad, writeH5ad } from "../../../src/lib/io/index.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { type RawSparse, smallData, writeNames, writeRawH5ad, writeSparse } from "./raw-h5ad.js";

/** A byte whose change leaves HDF5 with the file open, and one whose change aborts it. */
const DAMAGE: [number, number][] = [
  [16, 0x15],
  [8240, 0x15],
];

let path: string;
let notices: string[];
beforeEach(() => {
  path = join(temporaryFolder(), "small.h5ad");
  notices = [];
});

const read = (from = path) => readH5ad(from, { onNotice: (notice) => notices.push(notice) });

/** The error of reading the file, which names it and says what to do. */
async function refusal(from = path): Promise<FileError> {
  const error = await read(from).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(FileError);
  const { message, advice } = error as FileError;
  expect(message.startsWith(`${from}: `)).toBe(true);
  expect(message.endsWith(`. ${advice}`)).toBe(true);
  expect(advice.length).toBeGreaterThan(10);
  return error as FileError;
}

describe("what is no h5ad file is refused", () => {
  it.each([
    ["missing", undefined, "there is no such file"],
    ["empty", "", "the file is empty"],
    ["a web page", "<!DOCTYPE html><title>404</title>", "is not an HDF5 file"],
    ["a table", "gene\tcount\n", "is not an HDF5 file"],
    ["shorter than a signature", "\x89HDF", "is not an HDF5 file"],
    ["a signature alone", "\x89HDF\r\n\x1a\n", "is truncated or damaged"],
  ])("%s", async (_, bytes, problem) => {
    if (bytes !== undefined) writeFileSync(path, bytes, "latin1");
    expect((await refusal()).message).toContain(problem);
  });

  it("a folder", async () => {
    const folder = temporaryFolder();
    expect((await refusal(folder)).message).toContain("is not a file");
  });

  it.each(["obs", "var"])("an HDF5 file without %s", async (name) => {
    await writeRawH5ad(path, () => undefined, [name]);
    expect((await refusal()).message).toContain(`the file has no ${name} (missing obs/var: is this an h5ad file?)`);
  });

  it("an HDF5 file whose obs is a list of numbers", async () => {
    await writeRawH5ad(path, (root) => void root.create_dataset({ name: "obs", data: [1, 2] }));
    expect((await refusal()).message).toContain("obs: has an encoding that is not known here");
  });

  it("an option that is not known", async () => {
    await expect(readH5ad(path, { nonfinite: "keep" } as never)).rejects.toThrow(
      'io.readH5ad: unknown option "nonfinite"; options: nonFinite, onNotice',
    );
  });
});

describe("a truncated file", () => {
  it("is refused at any length, and never read as something else", async () => {
    await writeH5ad(smallData(), path);
    const whole = readFileSync(path);
    const cut = join(temporaryFolder(), "cut.h5ad");
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), async (length) => {
        writeFileSync(cut, whole.subarray(0, length));
        await refusal(cut);
      }),
      { seed: 0, numRuns: 80, examples: [[0], [1], [8], [96], [whole.length - 1]] },
    );
  });
});

describe("a sparse matrix that is not one is refused", () => {
  it.each<[string, RawSparse, string]>([
    ["indptr that goes down", { indptr: [0, 3, 2, 3] }, "X: indptr goes down at row 1, from 3 to 2"],
    ["indptr too short", { indptr: [0, 3] }, "X: indptr length is 2; a matrix of 3 rows needs 4"],
    ["indptr beyond the values", { indptr: [0, 2, 2, 9] }, "X: indptr runs from 0 to 9"],
    ["an index out of range", { indices: [0, 4, 1] }, "X: column index 4 at entry 1 is out of range: there are 4"],
    ["an index below zero", { indices: [0, -1, 1] }, "X: column index -1 at entry 1 is negative"],
    ["fewer indices than values", { indices: [0, 1] }, "X: data has length 3 and indices has length 2"],
    ["two entries of one place", { indices: [2, 2, 1] }, "X: row 0 has two entries in column 2"],
    ["two entries far apart", { indptr: [0, 3, 3, 3], indices: [1, 0, 1] }, "X: row 0 has two entries in column 1"],
    ["a shape of one number", { shape: [3] }, "X: has no valid shape"],
    ["a negative shape", { shape: [-3, 4] }, "X: has no valid shape"],
    ["texts for values", { data: ["a", "b", "c"] }, "holds no numbers, where there must be"],
    ["another encoding", { encoding: "coo_matrix" }, "X: has an encoding that is not known here (coo_matrix)"],
    [
      "a csc index out of range",
      { encoding: "csc_matrix", indptr: [0, 2, 2, 3, 3], indices: [0, 3, 1] },
      "X: row index 3 at entry 1 is out of range: there are 3",
    ],
  ])("%s", async (_, raw, problem) => {
    await writeRawH5ad(path, (root) => writeSparse(root, "X", raw));
    expect((await refusal()).message).toContain(problem);
  });

  it("a part that is missing", async () => {
    await writeRawH5ad(path, (root) => {
      const group = root.create_group("X");
      group.create_attribute("encoding-type", "csr_matrix", null, "S");
      group.create_attribute("shape", new Int32Array([3, 4]));
    });
    expect((await refusal()).message).toContain("X/data: is missing");
  });
});

describe("sparse matrices of any order", () => {
  it("csc with unsorted columns is read in order", async () => {
    const raw = { encoding: "csc_matrix", data: [3, 1, 2], indices: [2, 0, 0], indptr: [0, 2, 2, 3, 3] };
    await writeRawH5ad(path, (root) => writeSparse(root, "X", raw));
    const expected = new DenseMatrix([3, 4], new Float32Array([1, 0, 2, 0, 0, 0, 0, 0, 3, 0, 0, 0]));
    expect((await read()).X).toEqual(CscMatrix.fromDense(expected));
  });

  const dense = new DenseMatrix([3, 4], new Float32Array([1, 0, 2, 0, 0, 0, 0, 0, 0, 3, 0, 0]));

  it.each<[string, RawSparse]>([
    ["csr", {}],
    ["csr with unsorted rows", { data: [2, 1, 3], indices: [2, 0, 1] }],
    ["csc", { encoding: "csc_matrix", data: [1, 3, 2], indices: [0, 2, 0], indptr: [0, 1, 2, 3, 3] }],
  ])("%s is read in order, as it is stored", async (_, raw) => {
    await writeRawH5ad(path, (root) => writeSparse(root, "X", raw));
    const Sparse = raw.encoding === "csc_matrix" ? CscMatrix : CsrMatrix;
    expect((await read()).X).toEqual(Sparse.fromDense(dense));
    expect(notices).toEqual([]);
  });
});

describe("parts that disagree with X are refused", () => {
  it.each<[string, (root: Group) => void, string]>([
    [
      "obs",
      (root) => void writeNames(root, "obs", ["c0"]),
      "obs has length 1; X has 3 rows (cells); its shape is 3 × 4",
    ],
    ["var", (root) => void writeNames(root, "var", ["g0"]), "var has length 1; X has 4 columns (genes)"],
    [
      "a layer",
      (root) => writeSparse(root.create_group("layers"), "a", { shape: [3, 5] }),
      'the rows of layers["a"] has length 5',
    ],
    [
      "obsm",
      (root) => void root.create_group("obsm").create_dataset({ name: "a", data: new Float32Array(2), shape: [2, 1] }),
      'obsm["a"] has length 2',
    ],
  ])("%s", async (_, write, problem) => {
    await writeRawH5ad(path, write);
    expect((await refusal()).message).toContain(problem);
  });

  it("a column of obs", async () => {
    await writeRawH5ad(path, (root) => {
      writeNames(root, "obs", ["c0", "c1", "c2"], ["n"]).create_dataset({ name: "n", data: new Float64Array(2) });
    });
    expect((await refusal()).message).toContain('obs/n: column "n" has length 2; the table has 3 rows');
  });
});

describe("values that no count has", () => {
  const withValues = (data: number[], place: "X" | "layers" = "X") =>
    writeRawH5ad(path, (root) =>
      place === "X" ? writeSparse(root, "X", { data }) : writeSparse(root.create_group("layers"), "a", { data }),
    );

  it.each([
    [[1, NaN, 3], "X: has 1 NaN of 3 values, the first at position 1"],
    [[1, Infinity, -Infinity], "X: has 2 infinite of 3 values, the first at position 1"],
    [[NaN, NaN, Infinity], "X: has 2 NaN and 1 infinite of 3 values, the first at position 0"],
    [[1e39, 1, 1], "X: has 1 infinite of 3 values, the first at position 0"],
  ])("%j are refused", async (data, problem) => {
    await withValues(data);
    const error = await refusal();
    expect(error.message).toContain(problem);
    expect(error.advice).toContain('{ nonFinite: "keep" }');
  });

  it("are refused in a layer too", async () => {
    await withValues([1, NaN, 3], "layers");
    expect((await refusal()).element).toBe("layers/a");
  });

  it("are kept where that is asked for", async () => {
    await withValues([1, NaN, Infinity]);
    const { X } = await readH5ad(path, { nonFinite: "keep" });
    expect([...X.data]).toEqual([1, NaN, Infinity]);
  });

  it("bring a notice where they are negative whole numbers, none where X is scaled", async () => {
    await withValues([1, -2, -3]);
    await read();
    expect(notices).toEqual([`${path}: 2 negative values among whole numbers; counts cannot be negative`]);
    notices = [];
    await withValues([0.5, -2, -3]);
    await read();
    expect(notices).toEqual([]);
  });
});

describe("what is odd brings a notice", () => {
  it("names that occur twice", async () => {
    await writeRawH5ad(path, (root) => {
      writeNames(root, "obs", ["a", "a", "a"]);
      writeNames(root, "var", ["g", "h", "g", "h"]);
    });
    const adata = await read();
    expect(adata.varNames).toEqual(["g", "h", "g", "h"]);
    expect(notices).toEqual([
      `${path}: 1 duplicate names of cells (obs): a; selecting by name takes the first`,
      `${path}: 2 duplicate names of genes (var): g, h; selecting by name takes the first`,
    ]);
  });

  it("a matrix without cells and genes", async () => {
    await writeRawH5ad(path, (root) => {
      writeSparse(root, "X", { shape: [0, 0], data: [], indices: [], indptr: [0] });
      writeNames(root, "obs", []);
      writeNames(root, "var", []);
    });
    expect((await read()).shape).toEqual([0, 0]);
    expect(notices).toEqual([
      `${path}: the matrix is empty: it has no cells`,
      `${path}: the matrix is empty: it has no genes`,
    ]);
  });

  it("an element of uns that is not known, and a column that is not there", async () => {
    await writeRawH5ad(path, (root) => {
      const group = root.create_group("uns").create_group("strange");
      group.create_attribute("encoding-type", "awkward-array", null, "S");
      writeNames(root, "obs", ["c0", "c1", "c2"], ["gone"]);
    });
    const adata = await read();
    expect(adata.uns).toEqual({});
    expect(notices).toEqual([
      `${path}: obs/gone was left out: column-order names it, but it is not there`,
      `${path}: uns/strange was left out: it has an encoding that is not known here`,
    ]);
  });

  it("a sparse embedding", async () => {
    await writeRawH5ad(path, (root) => writeSparse(root.create_group("obsm"), "X_sparse", { shape: [3, 4] }));
    expect((await read()).obsm).toEqual({});
    expect(notices).toEqual([`${path}: obsm/X_sparse was left out: it is not a dense array`]);
  });

  it("goes to Node's warnings by default", async () => {
    await writeRawH5ad(path, (root) => void writeNames(root, "obs", ["a", "a", "b"]));
    const warned = new Promise<Error>((resolve) => process.once("warning", resolve));
    await readH5ad(path);
    expect(await warned).toMatchObject({
      name: "FileWarning",
      message: expect.stringContaining("duplicate names") as string,
    });
  });
});

describe("tables", () => {
  const column = (write: (obs: Group) => void) =>
    writeRawH5ad(path, (root) => write(writeNames(root, "obs", ["c0", "c1", "c2"], ["a"])));
  const group = (obs: Group, encoding: string, parts: Record<string, number[] | string[]>) => {
    const made = obs.create_group("a");
    made.create_attribute("encoding-type", encoding, null, "S");
    for (const [name, data] of Object.entries(parts)) {
      made.create_dataset({ name, data: typeof data[0] === "number" ? Int32Array.from(data as number[]) : data });
    }
  };

  it("refuse a category that does not exist", async () => {
    await column((obs) => group(obs, "categorical", { codes: [0, 2, 1], categories: ["B", "T"] }));
    expect((await refusal()).message).toContain(
      "obs/a: the category code 2 in row 1 is out of range: there are 2 categories",
    );
  });

  it("have numbers as categories, as texts", async () => {
    await column((obs) => group(obs, "categorical", { codes: [0, 1, -1], categories: [10, 20] }));
    expect((await read()).obs.strings("a")).toEqual(["10", "20", null]);
  });

  it("have whole numbers of which some are missing", async () => {
    await column((obs) => group(obs, "nullable-integer", { values: [1, 2, 3], mask: [0, 1, 0] }));
    expect([...(await read()).obs.numbers("a")]).toEqual([1, NaN, 3]);
  });

  it("have whole numbers of 64 bits, whole where they fit", async () => {
    await writeRawH5ad(path, (root) => {
      const obs = writeNames(root, "obs", ["c0", "c1", "c2"], ["a", "b"]);
      obs.create_dataset({ name: "a", data: new BigInt64Array([1n, -2n, 3n]) });
      obs.create_dataset({ name: "b", data: new BigInt64Array([1n, 2n ** 40n, 3n]) });
    });
    const { obs } = await read();
    expect(obs.get("a")).toEqual({ kind: "numeric", values: new Int32Array([1, -2, 3]) });
    expect(obs.get("b")).toEqual({ kind: "numeric", values: new Float64Array([1, 2 ** 40, 3]) });
  });

  it("refuse a column of an unknown encoding, and codes that are texts", async () => {
    await column((obs) => group(obs, "awkward-array", {}));
    expect((await refusal()).message).toContain("obs/a: has an encoding that is not known here (awkward-array)");
    await column((obs) => group(obs, "categorical", { codes: ["0", "1", "0"], categories: ["B", "T"] }));
    expect((await refusal()).message).toContain("holds no numbers, where there must be");
  });

  it("refuse to be without names", async () => {
    await writeRawH5ad(path, (root) => void root.create_group("obs"));
    expect((await refusal()).message).toContain("obs/_index: is missing");
  });
});

describe("a file without X", () => {
  it("has an all-zero one beside its layers", async () => {
    await writeRawH5ad(path, (root) => writeSparse(root.create_group("layers"), "counts"), ["X"]);
    const { X, layers } = await read();
    expect(X).toEqual(CsrMatrix.fromDense(DenseMatrix.zeros([3, 4])));
    expect(layers["counts"]!.nnz).toBe(3);
  });
});

describe("a damaged file", () => {
  it("is refused or read whatever byte is changed, and one that is mended is read", { timeout: 60_000 }, async () => {
    await writeH5ad(smallData(), path);
    const whole = readFileSync(path);
    const changed = join(temporaryFolder(), "changed.h5ad");
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, difference) => {
        const bytes = Buffer.from(whole);
        bytes[at]! ^= difference;
        writeFileSync(changed, bytes);
        await read(changed).catch((error: unknown) => expect(error).toBeInstanceOf(FileError));
        writeFileSync(changed, whole);
        expect((await read(changed)).X).toEqual(smallData().X);
      }),
      { seed: 0, numRuns: 30, examples: DAMAGE },
    );
  });
});
