import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { beforeEach, describe, expect, it } from "vitest";
import { type Dataset, File, type Group } from "../../src/lib/io/hdf5/file.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";

const count = (length: number) => Array.from({ length }, (_, i) => i % 251);
const range = (from: number, length: number) => Array.from({ length }, (_, i) => from + i);

const LONG = [
  "contiguous",
  "chunked",
  "gzip",
  "shuffled",
  "lzf",
  "many",
  "growing",
  "growing_gzip",
  "single",
  "single_gzip",
];
const GRIDS = ["grid", "grid_gzip", "grid_growing", "grid_growing_twice", "grid_growing_twice_gzip", "grid_limited"];

describe.each(["earliest", "v108", "v110", "latest"])("a file of the HDF5 library, format %s", (version) => {
  let root: Group;
  beforeEach(() => {
    const path = join(temporaryFolder(), `${version}.h5`);
    writeFileSync(path, gunzipSync(readFileSync(new URL(`hdf5/${version}.h5.gz`, import.meta.url))));
    const file = new File(path);
    root = file.root;
    return () => file.close();
  });
  const dataset = (name: string) => root.get(name) as Dataset;

  it("has numbers of every width and order", () => {
    for (const name of root.names().filter((name) => name.startsWith("n_"))) {
      const unsigned = /_u\d$/.test(name);
      expect([...dataset(name).numbers()], name).toEqual(range(unsigned ? 0 : -3, 7));
    }
  });

  it.each(LONG)("%s is whole, and the same in parts", (name) => {
    expect([...dataset(name).numbers()]).toEqual(count(2500));
    const parts = [0, 1, 76, 77, 700, 1999, 2499].flatMap((start, i, starts) => [
      ...dataset(name).numbers(start, (starts[i + 1] ?? 2500) - start),
    ]);
    expect(parts).toEqual(count(2500));
  });

  it.each(GRIDS)("%s is whole, and the same in rows", (name) => {
    const grid = dataset(name);
    expect(grid.shape).toEqual([30, 41]);
    expect([...grid.numbers()]).toEqual(count(30 * 41));
    expect([...grid.numbers(6, 9)]).toEqual(count(30 * 41).slice(6 * 41, 15 * 41));
    expect(range(0, 30).flatMap((row) => [...grid.numbers(row, 1)])).toEqual(count(30 * 41));
  });

  it("has three dimensions, fill values, nothing and single values", () => {
    expect([...dataset("cube").numbers()]).toEqual(count(210));
    expect([...dataset("partial").numbers()]).toEqual([
      ...Array(20).fill(7.5),
      ...range(0, 10),
      ...Array(70).fill(7.5),
    ]);
    expect([...dataset("empty").numbers()]).toEqual([]);
    expect([...dataset("never").numbers()]).toEqual([0, 0, 0, 0, 0]);
    expect([...dataset("scalar").numbers()]).toEqual([3.25]);
    expect(dataset("scalar").shape).toEqual([]);
    expect([...dataset("typed").numbers()]).toEqual(range(0, 5));
  });

  it("has texts and booleans", () => {
    const refuse = (text: string) => {
      throw new Error(text);
    };
    expect(dataset("texts").texts(refuse)).toEqual(["a", "", "日本", ...range(0, 300).map((i) => `gene${i}`)]);
    expect(dataset("fixed").texts(refuse)).toEqual(["ab", "c", "defg"]);
    expect(dataset("booleans").holds).toBe("booleans");
    expect([...dataset("booleans").numbers()]).toEqual([1, 0, 1]);
  });

  it("has many members and attributes", () => {
    const groups = root.get("groups") as Group;
    expect(groups.names()).toEqual(
      range(0, 100)
        .map((i) => `g${i}`)
        .sort(),
    );
    expect(groups.get("g99")!.kind).toBe("group");
    expect(groups.get("none")).toBeUndefined();
    for (let i = 0; i < 40; i++) expect(groups.attribute(`a${i}`)).toBe(i);
    expect(groups.attribute("text")).toBe("héllo");
    expect(groups.attribute("texts")).toEqual(["p", "q", ""]);
    expect(groups.attribute("flag")).toBe(true);
    expect(groups.attribute("none")).toBeUndefined();
  });

  it("says what it does not know", () => {
    expect(() => dataset("opaque").numbers()).toThrow("holds no numbers");
    expect(() => dataset("opaque").values()).toThrow("opaque");
    expect(() => root.get("soft")).toThrow("soft is a link to elsewhere");
    expect(() => root.get("type")).toThrow("type is neither a group nor a dataset");
  });
});
