import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { AnnData, CsrMatrix, DenseMatrix, Frame } from "../../../src/lib/anndata/index.js";
import { FileError, readCsv, writeCsv } from "../../../src/lib/io/index.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

let folder: string;
let notices: string[];
beforeEach(() => {
  folder = temporaryFolder();
  notices = [];
});

const read = (name: string, content: string | Buffer, options = {}) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return readCsv(path, { onNotice: (notice) => notices.push(notice), ...options });
};
const TABLE = ["", "g0,g1,g2", "c0,1,0,2.5", "c1,-1e-3,+4,.5", ""].join("\n").slice(1);

async function refusal(name: string, content: string | Buffer, options = {}): Promise<FileError> {
  const error: unknown = await read(name, content, options).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(FileError);
  expect((error as FileError).message.startsWith(join(folder, name))).toBe(true);
  return error as FileError;
}

describe("delimited text", () => {
  const expected = new DenseMatrix([2, 3], new Float32Array([1, 0, 2.5, -1e-3, 4, 0.5]));

  it.each([
    ["plain", "a.csv", `x,${TABLE}`],
    ["with a byte order mark and CRLF", "a.csv", `\uFEFFx,${TABLE.replaceAll("\n", "\r\n")}`],
    ["without a corner, as R writes it", "a.csv", TABLE],
    ["with tabs", "a.tsv", `x\t${TABLE.replaceAll(",", "\t")}`],
    ["gzip", "a.txt.gz", gzipSync(`x\t${TABLE.replaceAll(",", "\t")}`)],
    ["with empty lines", "a.csv", `x,${TABLE.replaceAll("\n", "\n\n")}\n`],
    ["quoted", "a.csv", `"x",${TABLE.replace("c0", '"c0"').replace(",0,", ',"0",')}`],
  ])("%s", async (_, name, content) => {
    const adata = await read(name, content);
    expect(adata.X).toEqual(expected);
    expect(adata.obsNames).toEqual(["c0", "c1"]);
    expect(adata.varNames).toEqual(["g0", "g1", "g2"]);
    expect(notices).toEqual([]);
  });

  it("may have genes in rows", async () => {
    const adata = await read("a.csv", `x,${TABLE}`, { genesInRows: true });
    expect(adata.X).toEqual(expected.transpose());
    expect(adata.varNames).toEqual(["c0", "c1"]);
  });

  it("may have another delimiter, and names with delimiters, quotes and line ends", async () => {
    const adata = await read("a.csv", 'x;"a;b";"say ""hi"""\n"two\nlines";1;2\nc;3;4\n', { delimiter: ";" });
    expect(adata.varNames).toEqual(["a;b", 'say "hi"']);
    expect(adata.obsNames).toEqual(["two\nlines", "c"]);
    await expect(read("a.csv", TABLE, { delimiter: "::" })).rejects.toThrow('the delimiter is "::"');
    await expect(read("a.csv", TABLE, { separator: "," })).rejects.toThrow('io.readCsv: unknown option "separator"');
  });

  it.each([
    ["an empty file", "", "the file is empty"],
    ["a line end alone", "\n", "the file is empty"],
    ["a line too short", "x,g0,g1\nc0,1\n", "line 2: has 2 fields, the header has 3"],
    ["a line too long", "x,g0\nc0,1\nc1,1,2\n", "line 3: has 3 fields, the header has 2"],
    ["text", "x,g0\nc0,1\nc1,oops\n", 'line 3: "oops" in column "g0" is not a finite number'],
    ["infinity", "x,g0\nc0,inf\n", '"inf" in column "g0" is not a finite number'],
    ["more than float64 holds", "x,g0\nc0,1e999\n", "is not a finite number"],
    ["an empty field", "x,g0,g1\nc0,1,\n", 'line 2: the value of "g1" is missing'],
    ["NA", "x,g0\nc0,NA\n", 'line 2: the value of "g0" is missing'],
    ["an open quote", 'x,g0\n"c0,1\n', "line 2: a quote is opened and never closed"],
    ["text behind a quote", 'x,g0\n"c"0,1\n', "line 2: text follows a closed quote"],
    ["another delimiter", "x;g0\nc0;1\n", "the first line has one field"],
    ["UTF-16", Buffer.from("\uFEFFx,g0\nc0,1\n", "utf16le"), "is UTF-16 text"],
    ["cut gzip", gzipSync(TABLE).subarray(0, 30), "the gzip data are truncated or damaged"],
  ])("is refused: %s", async (_, content, problem) => {
    expect((await refusal("a.csv", content)).message).toContain(problem);
  });

  it("counts lines through quoted line ends", async () => {
    expect((await refusal("a.csv", 'x,g0\n"a\nb",1\nc,?\n')).element).toBe("line 4");
  });

  it.each([
    ["duplicate names", "x,g,g\nc,1,2\n", "1 duplicate names of genes (var): g"],
    ["no rows", "x,g\n", "the matrix is empty: it has no cells"],
    ["negative counts", "x,g\nc,-4\n", "1 negative values among whole numbers"],
    ["text that is not UTF-8", Buffer.from("x,g\xe9ne\nc,1\n", "latin1"), "is not UTF-8 text"],
    ["no last line end", "x,g\nc,1", "the last line has no line end"],
  ])("tells of %s", async (_, content, notice) => {
    await read("a.csv", content);
    expect(notices.join()).toContain(notice);
  });

  it("tells of plain text named .gz", async () => {
    await read("a.csv.gz", "x,g\nc,1\n");
    expect(notices).toEqual([`${join(folder, "a.csv.gz")}: is named .gz but is no gzip; it was read as plain text`]);
  });
});

describe("what writeCsv writes", () => {
  const floats = fc.float({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
  const tables = fc.record({
    names: fc.uniqueArray(
      fc
        .string({ unit: "grapheme", maxLength: 6 })
        .filter((name) => !/^[\r\n]*$/.test(name) && !name.startsWith("\uFEFF")),
      { minLength: 1, maxLength: 4 },
    ),
    values: fc.array(floats, { minLength: 4, maxLength: 4 }),
    sparse: fc.boolean(),
    file: fc.constantFrom("a.csv", "a.tsv", "a.csv.gz"),
  });

  it("is read as the same", async () => {
    await fc.assert(
      fc.asyncProperty(tables, async ({ names, values, sparse, file }) => {
        const dense = new DenseMatrix(
          [1, names.length],
          Float32Array.from(names, (_, j) => values[j]!),
        );
        const X = sparse ? CsrMatrix.fromDense(dense) : dense;
        const adata = new AnnData({ X, obs: new Frame(["cell"]), var: new Frame(names) });
        await writeCsv(adata, join(folder, file));
        const back = await readCsv(join(folder, file), { onNotice: () => undefined });
        expect(back.varNames).toEqual(names);
        expect([...back.X.data].map((value) => value + 0)).toEqual([...dense.data].map((value) => value + 0));
      }),
      { seed: 1, numRuns: 150 },
    );
  });

  it("names a folder that is not there", async () => {
    const adata = new AnnData({ X: DenseMatrix.zeros([1, 1]) });
    await expect(writeCsv(adata, join(folder, "none", "a.csv"))).rejects.toThrow("there is no folder");
  });
});
