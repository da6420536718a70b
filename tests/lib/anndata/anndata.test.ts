import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  AnnData,
  type AnnDataParts,
  CsrMatrix,
  DenseMatrix,
  Frame,
  type Selector,
} from "../../../src/lib/anndata/index.js";

fc.configureGlobal({ seed: 1 });

const X = DenseMatrix.fromRows([
  [1, 0, 2],
  [0, 3, 0],
  [4, 0, 5],
  [0, 0, 6],
]);

/** Data with something in every field, each value telling its cell or gene. */
function full(): AnnData {
  return new AnnData({
    X: CsrMatrix.fromDense(X),
    obs: new Frame(["c0", "c1", "c2", "c3"], { at: [0, 1, 2, 3] }),
    var: new Frame(["g0", "g1", "g2"], { at: [0, 1, 2] }),
    layers: { counts: X.copy() },
    obsm: { X_pca: DenseMatrix.fromRows([[0], [1], [2], [3]]) },
    varm: { PCs: DenseMatrix.fromRows([[0], [1], [2]]) },
    obsp: {
      distances: CsrMatrix.fromDense(
        DenseMatrix.fromRows([0, 1, 2, 3].map((i) => [10 * i, 10 * i + 1, 10 * i + 2, 10 * i + 3])),
      ),
    },
    uns: { title: "small", params: { list: [1, 2], values: new Float64Array([1]) } },
    raw: {
      X: CsrMatrix.fromDense(
        DenseMatrix.fromRows([
          [0, 9],
          [1, 9],
          [2, 9],
          [3, 9],
        ]),
      ),
      var: new Frame(["r0", "r1"]),
    },
  });
}

/** What data hold, as plain values. */
function content(adata: AnnData) {
  const rows = (matrix: { toDense(): DenseMatrix }) => [matrix.toDense().shape, [...matrix.toDense().data]];
  return {
    X: rows(adata.X),
    obs: [adata.obsNames, [...adata.obs.numbers("at")]],
    var: [adata.varNames, [...adata.var.numbers("at")]],
    counts: rows(adata.layers["counts"]!),
    pca: rows(adata.obsm["X_pca"]!),
    pcs: rows(adata.varm["PCs"]!),
    distances: rows(adata.obsp["distances"]!),
    raw: [rows(adata.raw!.X), adata.raw!.var.index],
  };
}

describe("annotated data", () => {
  it("names cells and genes by number where no names are given", () => {
    const adata = new AnnData({ X });
    expect([adata.nObs, adata.nVars, adata.shape]).toEqual([4, 3, [4, 3]]);
    expect(adata.obsNames).toEqual(["0", "1", "2", "3"]);
    expect(adata.varNames).toEqual(["0", "1", "2"]);
    expect(adata.raw).toBeUndefined();
  });

  it.each<[Partial<AnnDataParts>, string]>([
    [{ obs: new Frame(["a"]) }, "obs has length 1; X has 4 rows (cells)"],
    [{ var: new Frame(["a"]) }, "var has length 1; X has 3 columns (genes)"],
    [{ layers: { a: DenseMatrix.zeros([3, 3]) } }, 'layers["a"] has length 3; X has 4 rows (cells)'],
    [{ layers: { a: DenseMatrix.zeros([4, 2]) } }, 'the rows of layers["a"] has length 2; X has 3 columns (genes)'],
    [{ obsm: { a: DenseMatrix.zeros([3, 2]) } }, 'obsm["a"] has length 3; X has 4 rows'],
    [{ varm: { a: DenseMatrix.zeros([4, 2]) } }, 'varm["a"] has length 4; X has 3 columns'],
    [{ obsp: { a: CsrMatrix.fromDense(DenseMatrix.zeros([3, 4])) } }, 'obsp["a"] has length 3; X has 4 rows'],
    [
      { obsp: { a: CsrMatrix.fromDense(DenseMatrix.zeros([4, 3])) } },
      'the rows of obsp["a"] has length 3; X has 4 rows',
    ],
    [{ raw: { X: DenseMatrix.zeros([3, 5]), var: new Frame([]) } }, "raw.X has length 3; X has 4 rows (cells)"],
    [{ raw: { X: DenseMatrix.zeros([4, 5]), var: new Frame(["a"]) } }, "raw.var has length 1; raw.X has 5 columns"],
  ])("refuses parts whose size disagrees with X: %o", (parts, message) => {
    expect(() => new AnnData({ X, ...parts })).toThrow(new RangeError(message));
  });

  it("may have no cells and no genes", () => {
    const adata = full().select({ obs: [], var: [] });
    expect(adata.shape).toEqual([0, 0]);
    expect(adata.obsp["distances"]!.shape).toEqual([0, 0]);
    expect(adata.toString()).toContain("0 × 0");
    expect(adata.raw!.X.shape).toEqual([0, 2]);
  });
});

describe("cells and genes chosen", () => {
  it("are taken from every field, in the order chosen", () => {
    const taken = full().select({ obs: [2, 0], var: ["g2", "g0"] });
    expect(content(taken)).toEqual({
      X: [
        [2, 2],
        [5, 4, 2, 1],
      ],
      obs: [
        ["c2", "c0"],
        [2, 0],
      ],
      var: [
        ["g2", "g0"],
        [2, 0],
      ],
      counts: [
        [2, 2],
        [5, 4, 2, 1],
      ],
      pca: [
        [2, 1],
        [2, 0],
      ],
      pcs: [
        [2, 1],
        [2, 0],
      ],
      distances: [
        [2, 2],
        [22, 20, 2, 0],
      ],
      raw: [
        [
          [2, 2],
          [2, 9, 0, 9],
        ],
        ["r0", "r1"],
      ],
    });
  });

  it.each<[Selector]>([
    [[1, 3]],
    [new Int32Array([1, 3])],
    [[false, true, false, true]],
    [new Uint8Array([0, 1, 0, 1])],
    [["c1", "c3"]],
  ])("are the same by positions, mask or names: %j", (obs) => {
    expect(full().select({ obs }).obsNames).toEqual(["c1", "c3"]);
  });

  it("do not depend on the order of two selections", () => {
    fc.assert(
      fc.property(fc.subarray([0, 1, 2, 3]), fc.subarray([0, 1, 2]), (obs, genes) => {
        const both = content(full().select({ obs, var: genes }));
        expect(content(full().keepVar(genes).keepObs(obs))).toEqual(both);
        expect(content(full().select({ var: genes }).select({ obs }))).toEqual(both);
      }),
    );
  });

  it.each([{ obs: [0, 1, 2, 3] }, { var: [0, 1, 2] }, {}])("share no array or table with the data: %j", (choice) => {
    const adata = full();
    const before = content(full());
    const taken = adata.select(choice);
    expect(content(taken)).toEqual(before);
    for (const matrix of [
      taken.X,
      taken.layers["counts"]!,
      taken.obsm["X_pca"]!,
      taken.varm["PCs"]!,
      taken.obsp["distances"]!,
      taken.raw!.X,
    ])
      matrix.data.fill(-1);
    for (const frame of [taken.obs, taken.var]) {
      const column = frame.get("at");
      if (column.kind === "numeric") column.values.fill(-1);
      frame.set("new", [...frame.index]);
    }
    taken.raw!.var.set("new", [1, 2]);
    expect(content(adata)).toEqual(before);
    expect([adata.obs.columns, adata.var.columns, adata.raw!.var.columns]).toEqual([["at"], ["at"], []]);
  });

  it("are the first of a name that occurs twice", () => {
    const adata = new AnnData({ X, obs: new Frame(["a", "b", "a", "c"]) });
    expect([...adata.select({ obs: ["a"] }).X.row(0)]).toEqual([1, 0, 2]);
  });

  it.each<[Selector, string]>([
    [["c1", "cX"], 'obs has no row named "cX"'],
    [[0, 4], "obs has 4 rows; there is no row 4"],
    [[-1], "obs has 4 rows; there is no row -1"],
    [[0.5], "obs has 4 rows; there is no row 0.5"],
    [[NaN], "obs has 4 rows; there is no row NaN"],
    [[true], "the mask has length 1; obs has 4 rows"],
    [new Uint8Array(5), "the mask has length 5; obs has 4 rows"],
  ])("must exist: %j", (obs, message) => {
    const adata = full();
    expect(() => adata.keepObs(obs)).toThrow(new RangeError(message));
    expect(content(adata)).toEqual(content(full()));
  });
});

describe("a copy", () => {
  it("is the same and shares nothing, uns included", () => {
    const adata = full();
    const copy = adata.copy();
    expect(content(copy)).toEqual(content(adata));
    expect(copy.uns).toEqual(adata.uns);
    const params = copy.uns["params"] as { list: number[]; values: Float64Array };
    params.list.push(3);
    params.values.fill(9);
    copy.X.data.fill(0);
    expect(content(adata)).toEqual(content(full()));
    expect(adata.uns).toEqual(full().uns);
  });
});

describe("what data look like", () => {
  const text = [
    "AnnData object with n_obs × n_vars = 4 × 3",
    "    obs: 'at'",
    "    var: 'at'",
    "    uns: 'title', 'params'",
    "    obsm: 'X_pca'",
    "    varm: 'PCs'",
    "    layers: 'counts'",
    "    obsp: 'distances'",
  ].join("\n");

  it("is anndata's summary", () => {
    expect(full().toString()).toBe(text);
    expect(inspect(full())).toBe(text);
    expect(new AnnData({ X }).toString()).toBe("AnnData object with n_obs × n_vars = 4 × 3");
  });

  it("is a table in a notebook, with names escaped", () => {
    const adata = full();
    adata.obs.set("<b>&", [1, 2, 3, 4]);
    const display = (adata as unknown as Record<symbol, () => Record<string, string>>)[
      Symbol.for("Jupyter.display")
    ]!();
    expect(display["text/plain"]).toContain("obs: 'at', '<b>&'");
    expect(display["text/html"]).toContain("4 cells × 3 genes (X: float32, sparse by rows, 50.0 % stored)");
    expect(display["text/html"]).toContain("<code>&lt;b&gt;&amp;</code>");
    expect(display["text/html"]).not.toContain("<b>");
  });
});
