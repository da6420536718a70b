import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DenseMatrix } from "../../../src/lib/anndata/index.js";
import { FileError, makeUnique, read10xMtx } from "../../../src/lib/io/index.js";
import { parseMatrixMarket } from "../../../src/lib/io/matrix-market.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

const BANNER = "%%MatrixMarket matrix coordinate integer general";

/** Three genes × two cells. */
const MATRIX = `${BANNER}\n%metadata_json: {}\n3 2 3\n1 1 5\n3 1 1\n2 2 12\n`;
const BARCODES = "AAAC-1\nAAAG-1\n";
const GENES = "ENSG1\tCD3D\nENSG2\tMS4A1\nENSG3\tCD3D\n";
const FEATURES = GENES.replaceAll("\n", "\tGene Expression\n");
const V2 = { "matrix.mtx": MATRIX, "barcodes.tsv": BARCODES, "genes.tsv": GENES };
const V3 = { "matrix.mtx.gz": MATRIX, "barcodes.tsv.gz": BARCODES, "features.tsv.gz": FEATURES };

function folderOf(files: Record<string, string | Buffer | undefined>): string {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    if (text === undefined) continue;
    writeFileSync(join(folder, name), name.endsWith(".gz") && typeof text === "string" ? gzipSync(text) : text);
  }
  return folder;
}

const parse = (text: string) => parseMatrixMarket("m.mtx", Buffer.from(text));

describe("a 10x folder", () => {
  it.each([
    ["of version 2", V2, ["gene_ids"]],
    ["of version 3, gzip", V3, ["gene_ids", "feature_types"]],
    ["of version 3 with gzip that does not say so", { ...V2, "barcodes.tsv": gzipSync(BARCODES) }, ["gene_ids"]],
    [
      "with line ends of Windows",
      {
        "matrix.mtx": MATRIX.replaceAll("\n", "\r\n"),
        "barcodes.tsv": BARCODES.replaceAll("\n", "\r\n"),
        "genes.tsv": GENES.replaceAll("\n", "\r\n"),
      },
      ["gene_ids"],
    ],
  ])("%s is read as cells × genes", async (_, files, columns) => {
    const notices: string[] = [];
    const adata = await read10xMtx(folderOf(files), { onNotice: (notice) => notices.push(notice) });
    expect([...adata.X.toDense().data]).toEqual([5, 0, 1, 0, 12, 0]);
    expect(adata.X.kind).toBe("csr");
    expect(adata.obsNames).toEqual(["AAAC-1", "AAAG-1"]);
    expect(adata.varNames).toEqual(["CD3D", "MS4A1", "CD3D-1"]);
    expect(adata.var.columns).toEqual(columns);
    expect(adata.var.strings("gene_ids")).toEqual(["ENSG1", "ENSG2", "ENSG3"]);
    expect(notices).toEqual([]);
  });

  it("of version 3 tells the kinds of features", async () => {
    const features = FEATURES.replace("CD3D\tGene Expression\n", "CD3D\tAntibody Capture\n");
    const folder = folderOf({ ...V3, "features.tsv.gz": features });
    const { var: table } = await read10xMtx(folder, { gexOnly: false });
    expect(table.strings("feature_types")).toEqual(["Antibody Capture", "Gene Expression", "Gene Expression"]);
    expect((await read10xMtx(folder)).varNames).toEqual(["MS4A1", "CD3D-1"]);
  });

  it("may have files with a prefix", async () => {
    const folder = folderOf(Object.fromEntries(Object.entries(V2).map(([name, text]) => [`GSM1_${name}`, text])));
    expect((await read10xMtx(folder, { prefix: "GSM1_" })).shape).toEqual([2, 3]);
    await expect(read10xMtx(folder)).rejects.toThrow("there is no matrix.mtx (plain or .gz)");
  });

  it("names a line of features that is cut", async () => {
    const folder = folderOf({ ...V2, "genes.tsv": "ENSG1\tCD3D\nENSG2\tMS4A1\nENSG3" });
    await expect(read10xMtx(folder)).rejects.toThrow("line 3: has 1 fields, line 1 has 2");
  });

  it("brings a notice of negative counts and of barcodes that occur twice", async () => {
    const notices: string[] = [];
    const folder = folderOf({ ...V2, "matrix.mtx": MATRIX.replace("1 1 5", "1 1 -5"), "barcodes.tsv": "A\nA\n" });
    await read10xMtx(folder, { onNotice: (notice) => notices.push(notice) });
    expect(notices).toEqual([
      `${folder}: 1 duplicate names of cells (obs): A; selecting by name takes the first`,
      `${folder}: 1 negative values among whole numbers; counts cannot be negative`,
    ]);
  });

  it.each<[string, Record<string, string | Buffer | undefined>, string]>([
    ["no matrix", { ...V2, "matrix.mtx": undefined }, "there is no matrix.mtx (plain or .gz). A 10x folder has"],
    ["no barcodes", { ...V2, "barcodes.tsv": undefined }, "there is no barcodes.tsv (plain or .gz)"],
    ["no genes", { ...V2, "genes.tsv": undefined }, "there is no features.tsv or genes.tsv (plain or .gz)"],
    ["a gene too many", { ...V2, "genes.tsv": `${GENES}ENSG4\tX\n` }, "the header gives 3 rows (genes, features), "],
    ["a cell too few", { ...V2, "barcodes.tsv": "AAAC-1\n" }, "the header gives 2 columns (cells, barcodes), "],
    ["an empty file", { ...V2, "genes.tsv": "" }, "genes.tsv: the file is empty. Fetch or write it again"],
    [
      "gzip that ends early",
      { ...V3, "matrix.mtx.gz": gzipSync(MATRIX).subarray(0, 40) },
      "the gzip data are truncated or damaged",
    ],
  ])("is refused with %s", async (_, files, message) => {
    const folder = folderOf(files);
    const error: unknown = await read10xMtx(folder).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(FileError);
    expect((error as FileError).message).toContain(message);
    expect((error as FileError).message).toContain(folder);
  });

  it("is refused where it is no folder, and so is an option that is not known", async () => {
    const folder = folderOf(V2);
    await expect(read10xMtx(join(folder, "matrix.mtx"))).rejects.toThrow(
      "cannot be listed (ENOTDIR). Give the folder of a 10x matrix",
    );
    await expect(read10xMtx(join(folder, "gone"))).rejects.toThrow("cannot be listed (ENOENT)");
    await expect(read10xMtx(folder, { varNames: 1 } as never)).rejects.toThrow(
      'io.read10xMtx: unknown option "varNames"',
    );
  });
});

describe("a Matrix Market file", () => {
  it("has the matrix that was written, entries in any order", () => {
    const entries = fc.uniqueArray(
      fc.tuple(
        fc.nat(4),
        fc.nat(5),
        fc.oneof(fc.integer({ min: 1, max: 1e6 }), fc.float({ noNaN: true, noDefaultInfinity: true })),
      ),
      {
        selector: ([i, j]) => `${i},${j}`,
      },
    );
    fc.assert(
      fc.property(entries, (list) => {
        const expected = DenseMatrix.zeros([6, 5]);
        for (const [gene, cell, value] of list) expected.data[cell * 5 + gene] = value;
        const lines = list.map(([gene, cell, value]) => `${gene + 1} ${cell + 1} ${value}`);
        const matrix = parse([BANNER.replace("integer", "real"), `5 6 ${list.length}`, ...lines].join("\n"));
        matrix.check();
        expect(matrix.toDense().data.map((value) => value + 0)).toEqual(expected.data.map((value) => value + 0));
        for (let i = 0; i < 6; i++) {
          const row = matrix.indices.subarray(matrix.indptr[i]!, matrix.indptr[i + 1]!);
          expect(row).toEqual(row.slice().sort());
        }
      }),
      { seed: 0 },
    );
  });

  it("may have blanks, comments and numbers in any notation", () => {
    const text = `${BANNER.toUpperCase().replace("%%MATRIXMARKET", "%%MatrixMarket")}\n%\n\n 2\t2 3 \n% note\n\n  1 1\t2e1  \n2 1 +.5\n2 2 3.`;
    expect([...parse(text).toDense().data]).toEqual([20, 0.5, 0, 3]);
  });

  it("may be empty", () => {
    expect(parse(`${BANNER}\n0 0 0\n`).shape).toEqual([0, 0]);
    expect(parse(`${BANNER}\n3 2 0`).shape).toEqual([2, 3]);
  });

  it.each([
    ["not a matrix\n", 'line 1: "not a matrix" is not the banner'],
    ["%%MatrixMarket matrix array real general\n1 1\n", "line 1: "],
    ["%%MatrixMarket matrix coordinate real symmetric\n1 1 0\n", "line 1: "],
    ["", 'line 1: "" is not the banner'],
    [`${BANNER}\n`, "line 2: \"\" is not 'rows columns entries'"],
    [`${BANNER}\n%c\n3 2\n`, "line 3: \"3 2\" is not 'rows columns entries'"],
    [`${BANNER}\n3 -2 0\n`, "line 2: "],
    [`${BANNER}\n3 2.5 0\n`, "line 2: "],
    [`${BANNER}\n3 9999999999 0\n`, "line 2: "],
    [`${BANNER}\n3 2 2000000000\n1 1 1\n`, "the header promises 2000000000 entries: the file is cut off"],
    [`${BANNER}\n3 2 2\n1 1 100000\n`, "the header promises 2 entries, there are 1: the file is cut off"],
    [`${BANNER}\n3 2 1\n1 1 1\n2 2 1\n`, "line 4: there are more entries than the 1 that the header promises"],
    [`${BANNER}\n3 2 1\n0 1 1\n`, "line 3: row 0 is outside 1..3"],
    [`${BANNER}\n3 2 1\n4 1 1\n`, "line 3: row 4 is outside 1..3"],
    [`${BANNER}\n3 2 1\n1.5 1 1\n`, "line 3: row 1.5 is outside 1..3"],
    [`${BANNER}\n3 2 1\n1 3 1\n`, "line 3: column 3 is outside 1..2"],
    [`${BANNER}\n3 2 1\n1 -1 1\n`, "line 3: column -1 is outside 1..2"],
    [`${BANNER}\n3 2 1\n1 1 x\n`, 'line 3: "x" is not a number'],
    [`${BANNER}\n3 2 1\n1 1 nan\n`, 'line 3: "nan" is not a number'],
    [`${BANNER}\n3 2 1\n1 1 Infinity\n`, 'line 3: "Infinity" is not a number'],
    [`${BANNER}\n3 2 2\n1 1 7\n1 2\n1 1\n`, "line 4: a number is missing"],
    [`${BANNER}\n3 2 1\n1 1 2 3\n`, "line 3: there is more than 'row column value'"],
    [`${BANNER}\n3 2 3\n2 1 1\n1 1 1\n2 1 4\n`, "there are two entries of row 2, column 1"],
  ])("is refused: %j", (text, message) => {
    expect(() => parse(text)).toThrow(FileError);
    expect(() => parse(text)).toThrow(`m.mtx: ${message}`);
    expect(() => parse(text)).toThrow("Matrix Market counts from 1");
  });

  it("is refused or whole at any length it is cut to", () => {
    for (let length = 0; length < MATRIX.length; length++) {
      const cut = MATRIX.slice(0, length);
      try {
        const matrix = parse(cut);
        // A cut number may be another number, and the last line may lack its end.
        expect(cut).toMatch(/\n2 2 12?$/);
        expect(matrix.nnz).toBe(3);
      } catch (error) {
        expect(error).toBeInstanceOf(FileError);
      }
    }
  });
});

describe("names made unique", () => {
  it.each([
    [
      ["a", "b"],
      ["a", "b"],
    ],
    [
      ["a", "a", "a"],
      ["a", "a-1", "a-2"],
    ],
    [
      ["a", "a-1", "a"],
      ["a", "a-1", "a-2"],
    ],
    [
      ["a", "a", "a-1"],
      ["a", "a-2", "a-1"],
    ],
    [
      ["a", "b", "a", "b", "a"],
      ["a", "b", "a-1", "b-1", "a-2"],
    ],
    [[], []],
  ])("%j become %j, as anndata's", (names, unique) => {
    expect(makeUnique(names)).toEqual(unique);
  });

  it("are unique, and keep every first name", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("a", "a-1", "a-2", "a-1-1", "b")), (names) => {
        const unique = makeUnique(names);
        expect(new Set(unique).size).toBe(names.length);
        names.forEach((name, i) => names.indexOf(name) === i && expect(unique[i]).toBe(name));
        expect(makeUnique(unique)).toEqual(unique);
      }),
      { seed: 0 },
    );
  });
});
