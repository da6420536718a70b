import { describe, expect, it } from "vitest";
import { categorical, column, type Column } from "../../../src/lib/anndata/index.js";
import { columnLength, columnNumbers, columnStrings, selectColumn } from "../../../src/lib/anndata/column.js";

const COLUMNS: Record<string, Column> = {
  numeric: { kind: "numeric", values: new Float64Array([1.5, NaN, -2]) },
  whole: { kind: "numeric", values: new Int32Array([1, 2, 3]) },
  masked: { kind: "numeric", values: new Int32Array([1, 2, 3]), missing: new Uint8Array([0, 1, 0]) },
  boolean: { kind: "boolean", values: new Uint8Array([1, 0, 1]), missing: new Uint8Array([0, 0, 1]) },
  string: { kind: "string", values: ["7", null, ""] },
  categorical: { kind: "categorical", codes: new Int32Array([1, -1, 0]), categories: ["", "3.5"], ordered: true },
};

describe("a column from plain values", () => {
  it.each([
    [[1, 2.5], "numeric", new Float64Array([1, 2.5])],
    [[], "numeric", new Float64Array(0)],
    [[true, false], "boolean", new Uint8Array([1, 0])],
    [["a", null], "string", ["a", null]],
    [new Int32Array([3]), "numeric", new Int32Array([3])],
    [new Float32Array([3]), "numeric", new Float32Array([3])],
    [new Uint8Array([3]), "numeric", new Float64Array([3])],
    [new Int16Array([-3]), "numeric", new Float64Array([-3])],
  ])("takes %j as %s", (values, kind, expected) => {
    expect(column(values)).toEqual({ kind, values: expected });
  });

  it("keeps a column and a typed array, and copies a list", () => {
    const numbers = new Float64Array(2);
    const made = column(numbers);
    expect("values" in made && made.values).toBe(numbers);
    expect(column(COLUMNS["categorical"]!)).toBe(COLUMNS["categorical"]);
    const texts = ["a"];
    const list = column(texts);
    texts[0] = "b";
    expect(columnStrings(list)).toEqual(["a"]);
  });

  it("refuses values of several types, or of another", () => {
    expect(() => column([1, "a"] as never)).toThrow(
      new TypeError("a column holds one type of value; these hold number and string"),
    );
    expect(() => column([{}] as never)).toThrow("a column holds numbers, booleans or texts, not values of type object");
  });
});

describe("a categorical column", () => {
  it("sorts its categories by code point, as pandas", () => {
    expect(categorical(["b", "a", null, "B", "b"])).toEqual({
      kind: "categorical",
      codes: new Int32Array([2, 1, -1, 0, 2]),
      categories: ["B", "a", "b"],
    });
  });

  it("keeps the categories given, also those that do not occur", () => {
    expect(categorical(["low"], ["low", "high"])).toMatchObject({ categories: ["low", "high"] });
  });

  it("refuses a label that is not among them", () => {
    expect(() => categorical(["mid"], ["low", "high"])).toThrow(
      new RangeError('"mid" is not among the categories: low, high'),
    );
  });

  it("may be empty, or all missing", () => {
    expect(categorical([])).toEqual({ kind: "categorical", codes: new Int32Array(0), categories: [] });
    expect(columnStrings(categorical([null, null]))).toEqual([null, null]);
  });
});

describe("values of a column", () => {
  it.each([
    ["numeric", [1.5, NaN, -2], ["1.5", null, "-2"]],
    ["whole", [1, 2, 3], ["1", "2", "3"]],
    ["masked", [1, NaN, 3], ["1", null, "3"]],
    ["boolean", [1, 0, NaN], ["true", "false", null]],
    ["string", [7, NaN, NaN], ["7", null, ""]],
    ["categorical", [3.5, NaN, NaN], ["3.5", null, ""]],
  ])("of kind %s are numbers %j and texts %j", (kind, numbers, texts) => {
    expect([...columnNumbers(COLUMNS[kind]!)]).toEqual(numbers);
    expect(columnStrings(COLUMNS[kind]!)).toEqual(texts);
  });

  it.each(Object.keys(COLUMNS))("of kind %s are taken in any order and shared with none", (kind) => {
    const source = COLUMNS[kind]!;
    const texts = columnStrings(source);
    const taken = selectColumn(source, [2, 0, 0]);
    expect(columnStrings(taken)).toEqual([texts[2], texts[0], texts[0]]);
    expect(columnLength(taken)).toBe(3);
    expect(taken.kind).toBe(source.kind);
    if (source.kind === "categorical") expect(taken).toMatchObject({ ordered: true, categories: source.categories });
    if (taken.kind === "numeric") taken.values.fill(9);
    if (taken.kind === "categorical") taken.categories.fill("changed");
    if (taken.kind === "boolean") taken.missing!.fill(1);
    expect(columnStrings(source)).toEqual(texts);
  });
});
