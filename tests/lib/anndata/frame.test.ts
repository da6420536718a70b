import { describe, expect, it } from "vitest";
import { categorical, Frame } from "../../../src/lib/anndata/index.js";

const frame = () =>
  new Frame(["c0", "c1", "c2"], { n: [1, 2, 3], type: categorical(["B", null, "T"]), ok: [true, false, true] });

describe("a table", () => {
  it("has its columns in the order they were set", () => {
    const table = frame().set("z", ["x", "y", "z"]).set("n", [4, 5, 6]).delete("ok").delete("never there");
    expect(table.columns).toEqual(["n", "type", "z"]);
    expect([table.length, table.has("ok"), table.has("n")]).toEqual([3, false, true]);
    expect([...table.numbers("n")]).toEqual([4, 5, 6]);
    expect(table.strings("type")).toEqual(["B", null, "T"]);
  });

  it("names the columns it has where one is not there", () => {
    expect(() => frame().get("leiden")).toThrow(new RangeError('there is no column "leiden"; columns: n, type, ok'));
    expect(() => new Frame([]).numbers("n")).toThrow('there is no column "n"; columns: none');
    expect(frame().has("constructor")).toBe(false);
  });

  it("refuses a column of another length and keeps what it had", () => {
    const table = frame();
    expect(() => table.set("n", [1, 2])).toThrow(new RangeError('column "n" has length 2; the table has 3 rows'));
    expect([...table.numbers("n")]).toEqual([1, 2, 3]);
    expect(() => new Frame(["a"], { n: [] })).toThrow('column "n" has length 0; the table has 1 rows');
  });

  it("gives the rows named as a table of its own", () => {
    const table = frame();
    const taken = table.select([2, 0]);
    expect(taken.index).toEqual(["c2", "c0"]);
    expect(taken.strings("type")).toEqual(["T", "B"]);
    taken.set("n", [0, 0]).delete("ok");
    const copy = table.copy();
    const values = copy.get("n");
    if (values.kind === "numeric") values.values.fill(0);
    expect([...table.numbers("n")]).toEqual([1, 2, 3]);
    expect(table.columns).toEqual(["n", "type", "ok"]);
  });
});
