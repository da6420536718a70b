import { describe, expect, it } from "vitest";
import { AnnData, categorical, CsrMatrix, DenseMatrix } from "../../../src/lib/anndata/index.js";
import { neighbors } from "../../../src/lib/pp/index.js";
import { random } from "../../../src/lib/stats/index.js";
import { dendrogram, type DendrogramOptions, groupConnectivities, linkage, paga } from "../../../src/lib/tl/index.js";
import { expectClose } from "../../helpers/compare.js";

/** Five groups of twelve cells along a line. */
function line(): AnnData {
  const noise = random(0, "line").fillNormal(new Float32Array(60 * 3));
  const X_pca = new DenseMatrix(
    [60, 3],
    noise.map((value, at) => 0.4 * value + (at % 3 === 0 ? Math.floor(at / 36) : at % 3)),
  );
  const adata = new AnnData({ X: DenseMatrix.zeros([60, 1]), obsm: { X_pca } });
  adata.obs.set("group", categorical(Array.from({ length: 60 }, (_, i) => "abcde"[Math.floor(i / 12)]!)));
  return neighbors(adata, { nNeighbors: 10 });
}

describe("paga", () => {
  it("counts edges between groups against chance", () => {
    // Nodes 0, 1 in one group, 2, 3 in the other: of 4 edges 2 go between; by chance (3 · 2 + 1 · 2) / 3.
    const edges = DenseMatrix.fromRows([
      [0, 1, 1, 0],
      [0, 0, 1, 0],
      [0, 0, 0, 1],
      [0, 0, 0, 0],
    ]);
    const { connectivities, tree, sizes } = groupConnectivities(CsrMatrix.fromDense(edges), [0, 0, 1, 1], 2);
    expectClose(connectivities.data, [0, 0.75, 0.75, 0], { relative: 1e-6 });
    expectClose(tree.data, [0, 0.75, 0, 0], { relative: 1e-6 });
    expect([...sizes]).toEqual([2, 2]);
  });

  it("has the chain of groups as its tree, in any order of cells", () => {
    const order = Array.from({ length: 60 }, (_, i) => (i * 7) % 60);
    for (const adata of [line(), line().select({ obs: order })]) {
      const { connectivities_tree: tree } = paga(adata, { groups: "group" }).uns["paga"] as Record<string, CsrMatrix>;
      expect([0, 1, 2, 3, 4].map((i) => [0, 1, 2, 3, 4].filter((j) => tree!.at(i, j) > 0))).toEqual([
        [1],
        [2],
        [3],
        [4],
        [],
      ]);
      expect([...(adata.uns["group_sizes"] as Int32Array)]).toEqual([12, 12, 12, 12, 12]);
    }
  });

  it("leaves groups without edges apart", () => {
    const { connectivities, tree } = groupConnectivities(CsrMatrix.fromDense(DenseMatrix.zeros([3, 3])), [0, 1, 1], 2);
    expect([...connectivities.data, ...tree.data]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it("needs a graph, and a group for each cell", () => {
    expect(() => paga(new AnnData({ X: DenseMatrix.zeros([3, 1]) }))).toThrow("run pp.neighbors first");
    expect(() => paga(line())).toThrow('there is no column "leiden"');
    const adata = line();
    adata.obs.set("some", categorical(Array.from({ length: 60 }, (_, i) => (i === 4 ? null : "a"))));
    expect(() => paga(adata, { groups: "some" })).toThrow("obs.some has no value for cell 4");
    expect(() => paga(adata, { group: "some" } as never)).toThrow('tl.paga: unknown option "group"');
  });
});

describe("linkage", () => {
  const points = [0, 1, 5, 7, 20];
  const distances = Float64Array.from({ length: 25 }, (_, at) =>
    Math.abs(points[Math.floor(at / 5)]! - points[at % 5]!),
  );

  it("merges points on a line by hand's count", () => {
    const pairs = [
      [0, 1, 1, 2],
      [2, 3, 2, 2],
    ];
    expect(linkage(distances, 5, "complete")).toEqual([...pairs, [5, 6, 7, 4], [4, 7, 20, 5]]);
    expect(linkage(distances, 5, "single")).toEqual([...pairs, [5, 6, 4, 4], [4, 7, 13, 5]]);
    expect(linkage(distances, 5, "average")).toEqual([...pairs, [5, 6, 5.5, 4], [4, 7, 16.75, 5]]);
  });
});

describe("the dendrogram of groups", () => {
  it("has neighbours side by side, the same in another order of cells", () => {
    const order = Array.from({ length: 60 }, (_, i) => (i * 7) % 60);
    const of = (adata: AnnData) =>
      dendrogram(adata, { groupby: "group", keyAdded: "tree" }).uns["tree"] as Record<string, DenseMatrix & string[]>;
    const [first, then] = [of(line()), of(line().select({ obs: order }))];
    expect([...first["categories_ordered"]!].sort()).toEqual(["a", "b", "c", "d", "e"]);
    expect(then["categories_ordered"]).toEqual(first["categories_ordered"]);
    expectClose(then["linkage"]!.data, first["linkage"]!.data, { relative: 1e-5, absolute: 1e-6 });
  });

  it.each<[DendrogramOptions, string]>([
    [{} as never, "tl.dendrogram: give groupby"],
    [{ groupby: "leiden" }, 'there is no column "leiden"'],
    [{ groupby: "group", useRep: "X_umap" }, 'obsm has no "X_umap"; run pp.pca first'],
    [{ groupby: "group", linkageMethod: "ward" as never }, 'linkageMethod "ward" is not known'],
    [{ groupby: "one" }, "obs.one has 1 groups; a dendrogram needs two or more"],
    [{ groupby: "group", useRep: "X_flat" }, 'groups "b" and "a" have no correlation'],
  ])("refuses %j", (options, message) => {
    const adata = line();
    adata.obs.set("one", categorical(new Array<string>(60).fill("a")));
    adata.obsm["X_flat"] = DenseMatrix.zeros([60, 2]);
    expect(() => dendrogram(adata, options)).toThrow(message);
  });

  it("refuses a category without cells", () => {
    const adata = line();
    adata.obs.set("group", categorical(adata.obs.strings("group"), ["a", "b", "c", "d", "e", "f"]));
    expect(() => dendrogram(adata, { groupby: "group" })).toThrow(
      'no cell is in group "f" of obs.group; drop the category',
    );
  });
});
