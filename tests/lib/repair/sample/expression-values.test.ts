import { describe, expect, it } from "vitest";
import { AnnData, CsrMatrix, DenseMatrix, Frame, type Matrix } from "../../../../src/lib/anndata/index.js";
import { expressionValues, logScaling } from "../../../../src/lib/repair/sample/expression-values.js";

const COUNTS = DenseMatrix.fromRows([
  [1, 0, 3],
  [0, 5, 5],
]);
const SCALED = DenseMatrix.fromRows([
  [-1, 0, 1],
  [1, 0, -1],
]);
const scaledTo = (total: number, base = Math.E) =>
  new DenseMatrix(
    [2, 3],
    COUNTS.data.map((count, at) => Math.log1p((count * total) / (at < 3 ? 4 : 10)) / Math.log(base)),
  );
const close = (found: { data: Float32Array }, wanted: { data: Float32Array }) =>
  found.data.forEach((value, at) => expect(value).toBeCloseTo(wanted.data[at]!, 4));

/** All values scaled, which come row by row. */
async function scaled(X: Matrix, kind: "counts" | "log1p", base?: number) {
  const chunks = () => [X.selectRows([0]), X.selectRows([1])];
  const { apply, notes } = await logScaling({ var: new Frame(["a", "b", "c"]), chunks }, kind, base);
  return { X: apply(X), notes };
}

describe("the expression in a data set", () => {
  it("is its counts, wherever they are, before its logarithms", async () => {
    const raw = { X: COUNTS, var: new Frame(["a", "b", "c"]) };
    expect(await expressionValues(new AnnData({ X: COUNTS }))).toMatchObject({ kind: "counts", place: "X" });
    const layered = new AnnData({ X: scaledTo(1e4), layers: { counts: COUNTS }, raw });
    expect(await expressionValues(layered)).toMatchObject({ kind: "counts", place: "layers.counts" });
    expect(await expressionValues(new AnnData({ X: SCALED, raw }))).toMatchObject({ kind: "counts", place: "raw" });
    expect(await expressionValues(new AnnData({ X: scaledTo(1e4) }))).toMatchObject({ kind: "log1p", place: "X" });
    const logsInRaw = { X: scaledTo(1e4), var: raw.var };
    expect(await expressionValues(new AnnData({ X: SCALED, raw: logsInRaw }))).toMatchObject({
      kind: "log1p",
      place: "raw",
    });
    expect(await expressionValues(new AnnData({ X: SCALED }))).toBeUndefined();
  });
});

describe("log1p of counts per ten thousand", () => {
  const wanted = scaledTo(1e4);

  it.each(["dense", "sparse"])("is made of counts, %s, which stay as they are", async (kind) => {
    const X = kind === "dense" ? COUNTS : CsrMatrix.fromDense(COUNTS);
    const before = X.data.slice();
    const { X: made, notes } = await scaled(X, "counts");
    close(made.toDense(), wanted);
    expect(notes).toEqual([]);
    expect(X.data).toEqual(before);
  });

  it("is what values of ten thousand are already", async () => {
    const { X, notes } = await scaled(wanted, "log1p");
    expect(X.data).toEqual(wanted.data);
    expect(notes).toEqual([]);
  });

  it("is made of values of another total or base, and says so of the total", async () => {
    const million = await scaled(scaledTo(1e6), "log1p");
    close(million.X, wanted);
    expect(million.notes.join()).toMatch(/counts per 1\.00e\+6; scaled/);
    const base2 = await scaled(scaledTo(1e4, 2), "log1p", 2);
    close(base2.X, wanted);
    expect(base2.notes).toEqual([]);
  });

  it("takes values whose totals differ as they are, and says so", async () => {
    const X = wanted.selectColumns([0, 1]);
    const { X: made, notes } = await scaled(X, "log1p");
    expect(made.data).toEqual(X.data);
    expect(notes.join()).toMatch(/genes were left out since/);
  });
});
