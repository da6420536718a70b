import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { info, list } from "../../../src/lib/datasets/index.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

let before: string | undefined;
beforeEach(() => {
  before = process.env["DIFFREPAIRER_DATA"];
  process.env["DIFFREPAIRER_DATA"] = temporaryFolder();
});
afterEach(() => {
  if (before === undefined) delete process.env["DIFFREPAIRER_DATA"];
  else process.env["DIFFREPAIRER_DATA"] = before;
});

describe("the catalogue", () => {
  it("has a complete entry for each set", () => {
    expect(list().length).toBe(16);
    for (const set of list()) {
      expect(set.title, set.name).not.toBe("");
      expect(set.citation).toMatch(/\d{4}|Ensembl/);
      expect(set.licence).not.toBe("");
      expect(set.origin).toMatch(/PyPI|GitHub|GSE/);
      expect(set.values).not.toBe("");
      expect(set.kind === "tables" || set.shape!.every(Number.isInteger)).toBe(true);
      expect(set.available).toBe(false);
      expect(set.files.length).toBeGreaterThan(0);
      for (const [path, bytes, sha256] of set.files) {
        expect(path).toMatch(/^[\w-]+\/[\w.-]+$/);
        expect(bytes).toBeGreaterThan(0);
        expect(sha256).toMatch(/^[0-9a-f]{64}$/);
      }
    }
    const paper = list().filter(({ use }) => use === "paper");
    expect(paper.map(({ standsFor, name }) => standsFor ?? name)).toEqual([
      "pbmc3k",
      "PBMC68k",
      "PBMC68k",
      "Zeisel 2018",
      "Camp 2017, all cells",
      "Muraro 2016",
    ]);
  });

  it("names the cell types, sorted", () => {
    expect(info("pbmc3k").cellTypes).toHaveLength(8);
    for (const { cellTypes } of list()) expect([...cellTypes].sort()).toEqual(cellTypes);
  });

  it("is a table as text and in a notebook, and an array otherwise", () => {
    const lines = list().toString().split("\n");
    expect(lines).toHaveLength(17);
    expect(lines[0]).toMatch(/^name +title +cells × genes +organism +cell types +use +available$/);
    expect(lines[1]).toMatch(/^pbmc3k .* 2,700 × 32,738 +human +8 +paper +no$/);
    const shown = (list() as unknown as Record<symbol, () => Record<string, string>>)[Symbol.for("Jupyter.display")]!();
    expect(shown["text/plain"]).toBe(list().toString());
    expect(shown["text/html"]!.match(/<tr>/g)).toHaveLength(17);
    expect(list().map(({ name }) => name.length)).toHaveLength(16);
  });

  it("gives each caller their own, and knows no other set", () => {
    info("pbmc3k").files.length = 0;
    expect(info("pbmc3k").files).toHaveLength(4);
    expect(() => info("pbmc5k")).toThrow('there is no data set "pbmc5k"; data sets: pbmc3k, ');
    expect(() => info("toString")).toThrow(RangeError);
  });
});
