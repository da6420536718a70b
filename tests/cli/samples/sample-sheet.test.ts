import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { readSampleSheet } from "../../../src/cli/samples/sample-sheet.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

let folder: string;
const file = (...path: string[]) => {
  mkdirSync(join(folder, ...path.slice(0, -1)), { recursive: true });
  writeFileSync(join(folder, ...path), "");
  return join(folder, ...path);
};
const sheet = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
beforeEach(() => void (folder = temporaryFolder()));

describe("a folder of samples", () => {
  it("holds its files of cells and its 10x folders, named as they are", () => {
    file("b.h5ad");
    file("a sample.csv.gz");
    file("tenx", "matrix.mtx.gz");
    file("notes.md");
    file("figures", "umap.png");
    expect(readSampleSheet(folder)).toEqual([
      { name: "a sample", file: join(folder, "a sample.csv.gz") },
      { name: "b", file: join(folder, "b.h5ad") },
      { name: "tenx", file: join(folder, "tenx") },
    ]);
  });

  it("must hold one, with a name of its own", () => {
    expect(() => readSampleSheet(join(folder, "none"))).toThrow("there is no such folder or sheet");
    expect(() => readSampleSheet(folder)).toThrow("there is no sample in it");
    file("a.h5ad");
    file("a.loom");
    expect(() => readSampleSheet(folder)).toThrow("two samples are called a; rename one");
  });
});

describe("a sheet of samples", () => {
  it("names files relative to itself, and perhaps samples, models and severities", () => {
    for (const name of ["1.h5ad", "2.h5ad"]) file("data", name);
    file("liver model", "sample.json");
    const text = 'file,sample,model,severity\ndata/1.h5ad,"patient, one",,\ndata/2.h5ad,,liver model,severe\n';
    expect(() => readSampleSheet(sheet("s.csv", text))).toThrow('"patient, one" cannot be a sample\'s name');
    expect(readSampleSheet(sheet("s.csv", text.replace(", one", " one")))).toEqual([
      { name: "patient one", file: join(folder, "data", "1.h5ad") },
      { name: "2", file: join(folder, "data", "2.h5ad"), model: join(folder, "liver model"), severity: "severe" },
    ]);
    expect(readSampleSheet(sheet("s.tsv", "sample\tfile\nx\tdata/1.h5ad\n"))).toMatchObject([{ name: "x" }]);
  });

  it.each([
    ["sample,path\nx,1.h5ad\n", 'the column "path" is not known'],
    ["sample\nx\n", 'it has no column "file"'],
    ["sample,file\n", "there is no sample in it"],
    ["sample,file\nx,\n", "a row has no file"],
    ["sample,file\nx,2.h5ad\n", /x: there is no .*2\.h5ad/],
    ["sample,file\nx,1.h5ad\nx,1.h5ad\n", "two samples are called x"],
    ["sample,file\n../x,1.h5ad\n", '"../x" cannot be a sample\'s name'],
    ["file,model\n1.h5ad,none\n", /1: there is no .*none/],
    ["file,severity\n1.h5ad,awful\n", '1: severity is "awful"; use estimate, mild'],
    ["sample,file\nx\n", "line 2: has 1 fields, the header has 2"],
  ])("is refused where it reads %j", (text, message) => {
    file("1.h5ad");
    expect(() => readSampleSheet(sheet("s.csv", text))).toThrow(message);
  });
});
