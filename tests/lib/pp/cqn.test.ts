import { describe, expect, it } from "vitest";
import { AnnData, CscMatrix, CsrMatrix, DenseMatrix, Frame } from "../../../src/lib/anndata/index.js";
import { cqn, type CqnOptions, targetDistribution, toTarget } from "../../../src/lib/pp/index.js";
import { mixtureQuantile, random } from "../../../src/lib/stats/index.js";
import { expectClose } from "../../helpers/compare.js";

const GENES = 300;

/** Counts of samples whose log2 level bends with GC content and length, more in each sample than in the one before. */
function bulk(): AnnData {
  const stream = random(0, "bulk");
  const gc = Float64Array.from({ length: GENES }, () => 0.3 + 0.4 * stream.uniform());
  const length = Float64Array.from({ length: GENES }, () => Math.round(300 * 40 ** stream.uniform()));
  const level = Float64Array.from({ length: GENES }, () => 8 + 2 * stream.normal());
  const X = DenseMatrix.zeros([5, GENES]);
  for (let i = 0; i < 5; i++) {
    for (let j = 0; j < GENES; j++) {
      const bias = i * (4 * (gc[j]! - 0.5) - 8 * (gc[j]! - 0.5) ** 2) + 0.2 * i * Math.log2(length[j]! / 1000);
      X.data[i * GENES + j] = Math.round(2 ** (level[j]! + bias + 0.1 * stream.normal()));
    }
  }
  const names = Array.from({ length: GENES }, (_, j) => `gene${j}`);
  return new AnnData({ X, var: new Frame(names, { gc, length }) });
}

const values = (adata: AnnData) => adata.X.toDense().data;

describe("conditional quantile normalisation", () => {
  it.each(["smooth", "fixed"] as const)(
    "takes what bends with GC out of the samples' differences (%s)",
    (lengthMethod) => {
      const adata = bulk();
      const gc = adata.var.numbers("gc");
      const log2 = adata.X.toDense().mapNonZeros((count) => Math.log2(count + 1));
      // How much more genes rich in GC than poor ones change from the first sample to the last.
      const bias = (X: DenseMatrix) => {
        const mean = (isIn: (gc: number) => boolean) => {
          const genes = [...gc.keys()].filter((j) => isIn(gc[j]!));
          return genes.reduce((sum, j) => sum + X.at(4, j) - X.at(0, j), 0) / genes.length;
        };
        return mean((share) => share > 0.6) - mean((share) => share < 0.4);
      };
      expect(bias(log2)).toBeGreaterThan(3);
      expect(Math.abs(bias(cqn(adata, { lengthMethod }).X.toDense()))).toBeLessThan(0.1 * bias(log2));
    },
  );

  it("writes what it added, and the curves by which", () => {
    const raw = bulk();
    const sums = raw.X.rowSums();
    const adata = cqn(raw.copy(), { sqn: false });
    const offset = adata.layers["cqn_offset"]!;
    for (const [i, j] of [
      [0, 0],
      [3, 77],
    ] as const)
      // prettier-ignore
      expect(adata.X.at(i, j)).toBeCloseTo(
        Math.log2(raw.X.at(i, j) + 1) - Math.log2(sums[i]! / 1e6) + offset.at(i, j),
        4,
      );
    const { func1, func2, grid1, knots2 } = adata.uns["cqn"] as Record<string, DenseMatrix & Float64Array>;
    expect([func1!.shape, func2!.shape]).toEqual([[5, 101], [5, 101]]); // prettier-ignore
    expect(grid1!.length).toBe(101);
    expect(knots2!.length).toBe(5);
  });

  it("makes a sample that is k times another the same but for the pseudocount", () => {
    const adata = bulk();
    const X = adata.X.toDense().copy();
    X.data.set(
      X.row(0).map((count) => 4 * (count + 1) - 1),
      GENES,
    );
    const twin = new AnnData({ X, obs: new Frame(["a", "b", "c", "d", "e"]), var: adata.var });
    twin.obs.set("size", Float64Array.of(1e6, 4e6, 1e6, 1e6, 1e6));
    const { X: normalised } = cqn(twin, { sizeFactors: "size" });
    expectClose(normalised.row(1), normalised.row(0), { absolute: 1e-5 });
  });

  it("is the same for sparse and dense counts, and for genes in another order", () => {
    const adata = bulk();
    const expected = values(cqn(adata.copy()));
    const dense = adata.X.toDense();
    for (const X of [CsrMatrix.fromDense(dense), CscMatrix.fromDense(dense)]) {
      expect(values(cqn(new AnnData({ X, var: adata.var.copy() })))).toEqual(expected);
    }
    const order = random(2, "order").permutation(GENES);
    const shuffled = cqn(adata.select({ var: [...order] }), { sqn: false }).X;
    const inOrder = cqn(adata.copy(), { sqn: false }).X.selectColumns(order).toDense();
    // The gene whose level all are brought to is chosen by GC, whatever the order.
    expectClose(shuffled.toDense().data, inOrder.data, { relative: 1e-5, absolute: 1e-5 });
  });

  it("fits the genes that are asked for", () => {
    const some = bulk().varNames.slice(0, 150);
    const [chosen, all] = [cqn(bulk(), { subindex: some }), cqn(bulk())];
    const knots = (adata: AnnData) => [...(adata.uns["cqn"] as { knots1: Float64Array }).knots1];
    expect(knots(chosen)).not.toEqual(knots(all));
    expect(knots(cqn(bulk(), { subindex: [...some].reverse() }))).toEqual(knots(chosen));
  });

  it.each<[CqnOptions, string]>([
    [{ tau: 0 }, "tau must be above 0 and below 1, not 0"],
    [{ lengthMethod: "none" as never }, 'lengthMethod "none" is not known; use "smooth" or "fixed"'],
    [{ minMean: 1e9 }, "for all genes that are fitted"],
    [
      { subindex: bulk().varNames.slice(0, 20) },
      "only 20 genes are left to fit 13 coefficients; give subindex or a lower",
    ],
    [{ subindex: ["gene1", "nobody"] }, "pp.cqn: no gene is called nobody"],
    [{ sizeFactors: "reads" }, '"reads"'],
    [{ gc: 1 } as never, 'pp.cqn: unknown option "gc"'],
  ])("refuses %j", (options, message) => {
    expect(() => cqn(bulk(), options)).toThrow(message);
  });

  it("refuses data it cannot normalise, and says what is wrong", () => {
    const without = bulk();
    without.var = new Frame([...without.varNames], { length: without.var.numbers("length") });
    expect(() => cqn(without)).toThrow('var has no column "gc"; run datasets.annotateGenes');
    const empty = bulk();
    empty.X.toDense().data.fill(0, 0, GENES);
    expect(() => cqn(empty)).toThrow("the size factor of sample 0 is 0; leave it out");
    const negative = bulk();
    negative.X.toDense().data[3] = -1;
    expect(() => cqn(negative)).toThrow("cqn needs counts; sample 0 has -1 for gene 3");
    const flat = bulk();
    flat.var.set("gc", new Float64Array(GENES).fill(0.5));
    expect(() => cqn(flat)).toThrow("x is the same, or not a number, for all genes that are fitted");
  });
});

describe("subset quantile normalisation", () => {
  const controls = [3, 2, 5].map((scale) =>
    Float64Array.from({ length: 200 }, (_, i) => scale * Math.tan(1.4 * (i / 100 - 0.995))).sort(),
  );
  const target = targetDistribution(controls);

  it("gives the controls of every sample the same values", () => {
    const [first, ...others] = controls.map((values) => toTarget(values, values, target));
    for (const other of others) expectClose(other, first!, { absolute: 1e-9 });
  });

  it("keeps the order, moves low values along, and spreads high ones over the mixture's tail", () => {
    const own = controls[0]!;
    const values = Float64Array.of(own[0]! - 2, own[0]! - 1, own[50]!, own[199]!, own[199]! + 1);
    const [a, b, c, d, e] = toTarget(values, own, target);
    expect(b! - a!).toBeCloseTo(1, 12);
    expect(c!).toBeGreaterThan(b!);
    expectClose(
      [d!, e!],
      [mixtureQuantile(target.mixture, 0.95 + 0.05 / 3), mixtureQuantile(target.mixture, 0.95 + 0.1 / 3)],
    );
  });

  it("gives tied controls the middle of their ranks", () => {
    const tied = Float64Array.from({ length: 200 }, (_, i) => (i < 90 || i > 110 ? i : 100));
    const [middle] = toTarget(Float64Array.of(100), tied, target);
    const distinct = Float64Array.from({ length: 200 }, (_, i) => i);
    expect(middle).toBe(toTarget(Float64Array.of(100), distinct, target)[0]);
  });
});
