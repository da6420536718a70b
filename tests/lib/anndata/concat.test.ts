import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AnnData, categorical, concat, CsrMatrix, DenseMatrix, Frame, toCsc } from "../../../src/lib/anndata/index.js";
import { plain } from "../../helpers/plain.js";
import { compareNaturally } from "../../../src/lib/anndata/join-columns.js";

const names = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}${i}`);

/** Data of `cells` × 4 genes with something in every field that concat joins. */
function sample(cells: number): AnnData {
  const dense = new DenseMatrix(
    [cells, 4],
    Float32Array.from({ length: 4 * cells }, (_, i) => (i % 3 === 0 ? i : 0)),
  );
  return new AnnData({
    X: CsrMatrix.fromDense(dense),
    obs: new Frame(names("c", cells), {
      n: Int32Array.from({ length: cells }, (_, i) => i),
      type: categorical(
        names("", cells).map((_, i) => (i % 4 === 3 ? null : "TBN"[i % 3]!)),
        ["B", "N", "T"],
      ),
      flag: { kind: "boolean", values: Uint8Array.from({ length: cells }, (_, i) => i % 2) },
      text: names("t", cells),
    }),
    var: new Frame(names("g", 4), { id: names("ENS", 4) }),
    layers: { dense },
    obsm: { X_pca: dense.selectColumns([0, 2]) },
    varm: { PCs: new DenseMatrix([4, 1], new Float32Array([1, 2, 3, 4])) },
  });
}

describe("concat", () => {
  it("of the parts is the whole", () => {
    const cuts = fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 12 }));
    fc.assert(
      fc.property(cuts, fc.constantFrom("inner" as const, "outer" as const), ([a, b], join) => {
        const whole = sample(12);
        const range = (from: number, to: number) => Int32Array.from({ length: to - from }, (_, i) => from + i);
        const [first, second] = [Math.min(a, b), Math.max(a, b)];
        const parts = [range(0, first), range(first, second), range(second, 12)].map((obs) => whole.select({ obs }));
        const joined = concat(parts, { join, merge: "same" });
        expect(plain(joined)).toEqual(plain(whole));
      }),
      { seed: 1 },
    );
  });

  it("shares nothing with what it joins", () => {
    const data = sample(3);
    const joined = concat([data, data]);
    joined.X.data.fill(9);
    joined.obsm["X_pca"]!.data.fill(9);
    (joined.obs.get("n") as { values: Int32Array }).values.fill(9);
    expect(plain(data)).toEqual(plain(sample(3)));
  });

  it("takes keys from a record, and names cells by them", () => {
    const joined = concat({ p1: sample(1), p2: sample(2) }, { label: "patient", indexUnique: "_" });
    expect(joined.obsNames).toEqual(["c0_p1", "c0_p2", "c1_p2"]);
    expect(joined.obs.get("patient")).toEqual(categorical(["p1", "p2", "p2"], ["p1", "p2"]));
  });

  it("joins raw where all have one", () => {
    const withRaw = sample(2);
    withRaw.raw = { X: withRaw.X.copy(), var: new Frame(names("r", 4)) };
    expect(concat([withRaw, withRaw]).raw!.X.shape).toEqual([4, 4]);
    expect(concat([withRaw, sample(2)]).raw).toBeUndefined();
  });

  it("keeps compressed columns sparse, and is dense where missing genes are to be something else than 0", () => {
    const byColumn = sample(2);
    byColumn.X = toCsc(byColumn.X);
    expect(concat([byColumn, sample(2)]).X).toEqual(concat([sample(2), sample(2)]).X);
    const fewer = sample(2).keepVar([0, 1]);
    expect(
      concat([fewer, sample(2)], { join: "outer", fillValue: -1 })
        .X.toDense()
        .row(0),
    ).toEqual(new Float32Array([0, 0, -1, -1]));
  });

  it("makes texts of ordered categories that differ, and of columns of which some are text", () => {
    const one = new AnnData({
      X: DenseMatrix.zeros([1, 1]),
      obs: new Frame(["a"], { x: { ...categorical(["lo"]), ordered: true }, y: [1] }),
    });
    const two = new AnnData({
      X: DenseMatrix.zeros([1, 1]),
      obs: new Frame(["b"], { x: { ...categorical(["hi"]), ordered: true }, y: ["z"] }),
    });
    const { obs } = concat([one, two]);
    expect(obs.get("x")).toEqual({ kind: "string", values: ["lo", "hi"] });
    expect(obs.get("y")).toEqual({ kind: "string", values: ["1", "z"] });
  });

  it("refuses what it cannot join", () => {
    expect(() => concat([])).toThrow("concat needs data: the list is empty");
    expect(() => concat([sample(1)], { keys: ["a", "b"] })).toThrow("concat got 2 keys for 1 data");
    expect(() => concat([sample(1)], { axis: 1 } as never)).toThrow('concat: unknown option "axis"');
    const twice = new AnnData({ X: DenseMatrix.zeros([1, 4]), var: new Frame(["g0", "g0", "g1", "g2"]) });
    expect(() => concat([twice, sample(1)])).toThrow("data 0 has gene names that occur twice");
    expect(concat([twice, twice]).varNames).toEqual(["g0", "g0", "g1", "g2"]);
  });
});

describe("natural order", () => {
  it.each([
    [
      ["c10", "c2", "c1"],
      ["c1", "c2", "c10"],
    ],
    [
      ["B", "a", "A1b2", "A1b10", "A"],
      ["A", "A1b2", "A1b10", "B", "a"],
    ],
    [
      ["10", "9", ""],
      ["", "9", "10"],
    ],
  ])("%j", (given, expected) => {
    expect([...given].sort(compareNaturally)).toEqual(expected);
  });
});
