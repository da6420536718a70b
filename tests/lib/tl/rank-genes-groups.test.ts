import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AnnData, categorical, CsrMatrix, DenseMatrix, Frame } from "../../../src/lib/anndata/index.js";
import { readH5ad, writeH5ad } from "../../../src/lib/io/index.js";
import { log1p, normalizeTotal } from "../../../src/lib/pp/index.js";
import { mannWhitneyU, random, tTest } from "../../../src/lib/stats/index.js";
import {
  compareGroups,
  float64Rows,
  geneColumns,
  groupMoments,
  logisticRegression,
  rankGenesGroups,
  type RankGenesGroups,
  rankGenesGroupsFrame,
  type RankGenesGroupsOptions,
  rankSums,
  restMoments,
} from "../../../src/lib/tl/index.js";
import { PairSorter } from "../../../src/lib/tl/pair-sorter.js";
import { fallingOrder } from "../../../src/lib/tl/rank-order.js";
import { expectClose } from "../../helpers/compare.js";
import { simulate } from "../../helpers/simulate.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { join } from "node:path";

const METHODS = ["t-test", "t-test_overestim_var", "wilcoxon"] as const;

function data(): AnnData {
  return log1p(normalizeTotal(simulate({ cells: 60, genes: 20 })));
}

function ranked(adata: AnnData, options: RankGenesGroupsOptions = {}): RankGenesGroups {
  return rankGenesGroups(adata, { groupby: "cell_type", ...options }).uns["rank_genes_groups"] as RankGenesGroups;
}

/** A matrix of small whole numbers, many of them equal and some negative, and the group of each row. */
const matrices = fc
  .tuple(fc.integer({ min: 4, max: 14 }), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 1000 }))
  .map(([cells, genes, seed]) => {
    const stream = random(seed, "matrix");
    const values = Float64Array.from(
      { length: cells * genes },
      () => Math.max(0, stream.integer(8) - 4) - (stream.integer(9) === 0 ? 2 : 0),
    );
    const codes = Int32Array.from({ length: cells }, (_, i) => (i < 2 ? 0 : i < 4 ? 1 : stream.integer(4) - 1));
    return { cells, genes, values, codes };
  });

function column(values: Float64Array, genes: number, j: number, codes: Int32Array, isIn: (code: number) => boolean) {
  return Array.from(codes.keys()).flatMap((i) => (isIn(codes[i]!) ? [values[i * genes + j]!] : []));
}

describe("rank sums", () => {
  it.each([-1, 1])("are those of the Mann-Whitney test, gene by gene; reference %d", (reference) => {
    fc.assert(
      fc.property(matrices, ({ genes, values, codes }) => {
        const rows = float64Rows(values, genes);
        const found = compareGroups(rows, codes, 3, { method: "wilcoxon", tieCorrect: true, reference });
        const { u } = rankSums(geneColumns(rows), codes, 3, reference);
        for (let group = 0; group < 3; group++) {
          if (group === reference || !codes.includes(group)) continue;
          for (let j = 0; j < genes; j++) {
            const own = column(values, genes, j, codes, (code) => code === group);
            const rest = column(values, genes, j, codes, (code) =>
              reference < 0 ? code >= 0 && code !== group : code === reference,
            );
            const expected = mannWhitneyU(own, rest, { method: "asymptotic", useContinuity: false });
            expect(u[group * genes + j]).toBe(expected.statistic);
            const p = Math.exp(found.logPValues[group * genes + j]!);
            // A constant gene has p value 1 here and none there.
            expectClose([p], [Number.isNaN(expected.pValue) ? 1 : expected.pValue], { relative: 1e-10 });
          }
        }
      }),
      { seed: 0, numRuns: 150 },
    );
  });

  it("are the same by packed float32 and by float64", () => {
    fc.assert(
      fc.property(matrices, ({ cells, genes, values, codes }) => {
        const float32 = CsrMatrix.fromDense(new DenseMatrix([cells, genes], Float32Array.from(values)));
        for (const reference of [-1, 0]) {
          expect(rankSums(geneColumns(float32), codes, 3, reference)).toEqual(
            rankSums(geneColumns(float64Rows(values, genes)), codes, 3, reference),
          );
        }
      }),
      { seed: 0, numRuns: 100 },
    );
  });

  it("order values of every size, infinities too", () => {
    const values = [-Infinity, -3e38, -1, -1e-40, 0, 1e-45, 1e-38, 0.5, 2, 3e38, Infinity];
    const dense = new DenseMatrix([11, 1], Float32Array.from(values));
    const codes = Int32Array.from(values, (_, i) => i);
    const { u } = rankSums(geneColumns(CsrMatrix.fromDense(dense)), codes, 11);
    expect([...u]).toEqual(values.map((_, i) => i));
  });
});

describe("moments", () => {
  it("of a group and of the rest are those of their cells", () => {
    fc.assert(
      fc.property(matrices, ({ genes, values, codes }) => {
        const moments = groupMoments(float64Rows(values, genes), codes, 3);
        const rest = restMoments(moments);
        for (const [found, isIn] of [
          [moments, (group: number) => (code: number) => code === group],
          [rest, (group: number) => (code: number) => code >= 0 && code !== group],
        ] as const) {
          for (let group = 0; group < 3; group++) {
            for (let j = 0; j < genes; j++) {
              const list = column(values, genes, j, codes, isIn(group));
              expect(found.sizes[group]).toBe(list.length);
              if (list.length === 0 || !codes.includes(2)) continue;
              const mean = list.reduce((sum, value) => sum + value, 0) / list.length;
              const square = list.reduce((sum, value) => sum + (value - mean) ** 2, 0);
              const at = group * genes + j;
              expectClose([found.means[at]!, found.squares[at]!], [mean, square], { relative: 1e-12, absolute: 1e-12 });
              expect(found.nonZeros[at]).toBe(list.filter((value) => value !== 0).length);
            }
          }
        }
      }),
      { seed: 0, numRuns: 100 },
    );
  });

  it("keep their digits far from zero", () => {
    const values = Float64Array.of(1e8, 1e8 + 1, 1e8 + 2, 5e7, 5e7 + 2, 5e7 + 4);
    const moments = groupMoments(float64Rows(values, 1), Int32Array.of(0, 0, 0, 1, 1, 1), 2);
    expect([...moments.squares]).toEqual([2, 8]);
    expect([...restMoments(moments).squares]).toEqual([8, 2]);
  });
});

describe("the t test of groups", () => {
  it("is Welch's, gene by gene", () => {
    fc.assert(
      fc.property(matrices, ({ genes, values, codes }) => {
        const found = compareGroups(float64Rows(values, genes), codes, 3);
        for (let j = 0; j < genes; j++) {
          const own = column(values, genes, j, codes, (code) => code === 0);
          const rest = column(values, genes, j, codes, (code) => code > 0);
          const { statistic, logPValue } = tTest(own, rest);
          if (Number.isNaN(statistic)) expect([found.scores[j], found.logPValues[j]]).toEqual([0, 0]);
          else expectClose([found.scores[j]!, found.logPValues[j]!], [statistic, logPValue], { relative: 1e-9 });
        }
      }),
      { seed: 0, numRuns: 100 },
    );
  });

  it("gives a constant gene score 0 and p value 1, whatever its value", () => {
    for (const value of [0, 0.1, 1 / 3, 7.7]) {
      const values = new Float64Array(9).fill(value);
      for (const method of METHODS) {
        const found = compareGroups(float64Rows(values, 1), Int32Array.of(0, 0, 1, 1, 1, 1, 1, 1, 1), 2, { method });
        expect([...found.scores, ...found.logPValues]).toEqual([0, 0, 0, 0]);
      }
    }
  });

  it("refuses an unknown method", () => {
    const rows = float64Rows(new Float64Array(4), 1);
    expect(() => compareGroups(rows, Int32Array.of(0, 0, 1, 1), 2, { method: "z" as "t-test" })).toThrow(
      'method "z" is not known',
    );
  });
});

describe("ranked genes", () => {
  it.each(METHODS)("are the same sparse, dense, and for cells in another order: %s", (method) => {
    const sparse = ranked(data(), { method });
    const dense = data();
    dense.X = dense.X.toDense();
    expect(ranked(dense, { method })).toEqual(sparse);
    expect(ranked(data(), { method })).toEqual(sparse);
    const shuffled = data();
    shuffled.keepObs([...random(1, "cells").permutation(60)]);
    const other = ranked(shuffled, { method });
    for (const group of ["B", "NK", "T"]) {
      const order = sparse.names[group]!.map((name) => other.names[group]!.indexOf(name));
      for (const field of ["scores", "pvals", "log_pvals", "logfoldchanges"] as const) {
        const values = other[field]![group]!;
        const moved = order.map((i) => values[i]!);
        expectClose(moved, sparse[field]![group]!, { relative: 1e-6, absolute: 1e-6 });
      }
    }
  });

  it.each(METHODS)("fall in score, and their p values are those of the logarithms: %s", (method) => {
    const { names, scores, pvals, pvals_adj, log_pvals } = ranked(data(), { method });
    for (const group of ["B", "NK", "T"]) {
      expect(new Set(names[group]).size).toBe(20);
      for (let i = 1; i < 20; i++) expect(scores[group]![i]!).toBeLessThanOrEqual(scores[group]![i - 1]!);
      expectClose(pvals![group]!, log_pvals![group]!.map(Math.exp));
      pvals![group]!.forEach((p, i) => expect(pvals_adj![group]![i]!).toBeGreaterThanOrEqual(p));
    }
  });

  it("compare with one group, among some groups, and by size", () => {
    const against = ranked(data(), { method: "wilcoxon", reference: "T" });
    expect(Object.keys(against.names)).toEqual(["B", "NK"]);
    // Only the two groups compared matter.
    const two = data();
    two.keepObs(two.obs.strings("cell_type").map((type) => type !== "NK"));
    // The group that has lost its cells is passed over.
    const left = ranked(two, { method: "wilcoxon", reference: "T" });
    expect(Object.keys(left.names)).toEqual(["B"]);
    expect(left.scores["B"]).toEqual(against.scores["B"]);
    const rest = ranked(two, { method: "wilcoxon", groups: ["B"] });
    expect(rest.pvals!["B"]).toEqual(against.pvals!["B"]);
    // Of one group against the rest, the others count.
    const one = ranked(data(), { groups: ["NK"] });
    expect(Object.keys(one.names)).toEqual(["NK"]);
    expect(one.scores["NK"]).toEqual(ranked(data()).scores["NK"]);
    const bySize = ranked(data(), { rankbyAbs: true }).scores["B"]!;
    for (let i = 1; i < 20; i++) expect(Math.abs(bySize[i]!)).toBeLessThanOrEqual(Math.abs(bySize[i - 1]!));
  });

  it("take part of the genes, raw, a layer and cells without a group", () => {
    const adata = data();
    expect(ranked(adata, { nGenes: 3 }).names["B"]).toEqual(ranked(adata).names["B"]!.slice(0, 3));
    const mask = adata.varNames.map((_, j) => j % 2 === 0);
    adata.var.set("even", mask);
    const masked = ranked(adata, { maskVar: "even" });
    expect(masked.names["B"]!.every((name) => mask[adata.varNames.indexOf(name)])).toBe(true);
    expect(ranked(adata, { maskVar: mask })).toEqual(masked);
    const whole = ranked(adata);
    adata.layers["log"] = adata.X;
    adata.raw = { X: adata.X, var: adata.var };
    adata.X = adata.X.mapNonZeros(() => 1);
    expect(ranked(adata, { layer: "log" }).scores).toEqual(whole.scores);
    expect(ranked(adata).scores).toEqual(whole.scores);
    expect(ranked(adata, { useRaw: false }).scores).not.toEqual(whole.scores);
    expect([ranked(adata).params["use_raw"], ranked(adata, { useRaw: false }).params["use_raw"]]).toEqual([
      true,
      false,
    ]);
    const partly = data();
    const types = partly.obs.strings("cell_type");
    partly.obs.set("cell_type", categorical(types.map((type, i) => (i < 3 ? null : type))));
    // They belong to the rest.
    const found = ranked(partly, { pts: true });
    expect(found.pts_rest!.numbers("B")[1]! * 41).toBeCloseTo(Math.round(found.pts_rest!.numbers("B")[1]! * 41), 9);
  });

  it("correct by Bonferroni, and keep logarithms where p values are 0", () => {
    const bonferroni = ranked(data(), { corrMethod: "bonferroni" });
    const p = bonferroni.pvals!["B"]!;
    expectClose(
      bonferroni.pvals_adj!["B"]!,
      p.map((value) => Math.min(1, value * 20)),
    );
    const cells = 4000;
    const X = new DenseMatrix(
      [cells, 1],
      Float32Array.from({ length: cells }, (_, i) => (i < cells / 2 ? 5 : 0) + (i % 7) / 100),
    );
    const obs = new Frame(
      Array.from({ length: cells }, (_, i) => String(i)),
      { cell_type: categorical(Array.from({ length: cells }, (_, i) => (i < cells / 2 ? "a" : "b"))) },
    );
    const far = ranked(new AnnData({ X, obs }), { method: "wilcoxon" });
    expect(far.pvals!["a"]![0]).toBe(0);
    expect(far.log_pvals!["a"]![0]).toBeLessThan(-1000);
    expect(far.log_pvals_adj!["a"]![0]).toBe(far.log_pvals!["a"]![0]);
  });

  it("heed the base of the logarithm", () => {
    const natural = ranked(data());
    const binary = data();
    binary.X = binary.X.mapNonZeros((value) => value / Math.LN2);
    binary.uns["log1p"] = { base: 2 };
    const found = ranked(binary);
    expectClose(found.logfoldchanges!["B"]!, natural.logfoldchanges!["B"]!, { relative: 1e-5, absolute: 1e-5 });
  });

  it("survive a file", async () => {
    const adata = rankGenesGroups(data(), { groupby: "cell_type", pts: true });
    const path = join(temporaryFolder(), "ranked.h5ad");
    await writeH5ad(adata, path);
    const read = await readH5ad(path);
    expect(rankGenesGroupsFrame(read, "NK").strings("names")).toEqual(
      rankGenesGroupsFrame(adata, "NK").strings("names"),
    );
    const [before, after] = [adata, read].map((of) => rankGenesGroupsFrame(of, "NK").numbers("pvals"));
    expect(after).toEqual(before);
  });

  it("refuse what does not exist", () => {
    const message = (options: RankGenesGroupsOptions, adata = data()) => {
      try {
        rankGenesGroups(adata, options);
      } catch (error) {
        return (error as Error).message;
      }
      return "nothing was thrown";
    };
    expect(message({})).toBe("tl.rankGenesGroups: give groupby, a column of obs: cell_type");
    expect(message({ groupby: "leiden" })).toContain('there is no column "leiden"');
    const groupby = "cell_type";
    expect(message({ groupby, groups: ["B", "C"] })).toContain('there is no group "C"; groups of cell_type: B, NK, T');
    expect(message({ groupby, groups: ["B", "B"] })).toContain("a group is named twice");
    expect(message({ groupby, reference: "C" })).toContain('there is no group "C"');
    expect(message({ groupby, method: "anova" as "t-test" })).toContain('method "anova" is not known');
    expect(message({ groupby, corrMethod: "holm" as "bonferroni" })).toContain('corrMethod "holm" is not known');
    expect(message({ groupby, nGenes: 0 })).toContain("nGenes must be a positive whole number, not 0");
    expect(message({ groupby, layer: "counts" })).toContain('there is no layer "counts"; layers: none');
    expect(message({ groupby, useRaw: true })).toContain("the data has no raw");
    expect(message({ groupby, maskVar: [true] })).toContain("maskVar has 1 values for 20 genes");
    expect(message({ groupby, n_genes: 3 } as object)).toContain('unknown option "n_genes"');
    const gap = data();
    gap.X = gap.X.toDense();
    gap.X.data[20 * 3 + 4] = NaN;
    expect(message({ groupby }, gap)).toContain("gene gene4 has NaN; drop the gene, or fill in its values");
    const lonely = data();
    lonely.obs.set("one", categorical(lonely.obsNames.map((_, i) => (i === 5 ? "x" : "y"))));
    expect(message({ groupby: "one" }, lonely)).toContain('the group "x" has fewer than two cells; leave it out');
    lonely.obs.set("same", categorical(lonely.obsNames.map(() => "y")));
    expect(message({ groupby: "same" }, lonely)).toContain("there is nothing to compare");
  });
});

describe("the table of ranked genes", () => {
  it("has the columns of the method, and keeps what passes", () => {
    const adata = rankGenesGroups(data(), { groupby: "cell_type", pts: true });
    const all = rankGenesGroupsFrame(adata, "B");
    expect(all.columns).toEqual([
      "names",
      "scores",
      "logfoldchanges",
      "pvals",
      "pvals_adj",
      "pct_nz_group",
      "pct_nz_reference",
    ]);
    const some = rankGenesGroupsFrame(adata, "B", { pvalCutoff: 0.2, log2fcMin: 0, log2fcMax: 3 });
    const keeps = Array.from({ length: 20 }, (_, i) => i).filter((i) => {
      const [p, change] = [all.numbers("pvals_adj")[i]!, all.numbers("logfoldchanges")[i]!];
      return p < 0.2 && change > 0 && change < 3;
    });
    expect(keeps.length).toBeGreaterThan(0);
    expect(some.strings("names")).toEqual(keeps.map((i) => all.strings("names")[i]));
    rankGenesGroups(adata, { groupby: "cell_type", method: "logreg", keyAdded: "regression" });
    expect(rankGenesGroupsFrame(adata, "B", { key: "regression" }).columns).toEqual(["names", "scores"]);
  });

  it("is refused where there is none", () => {
    const adata = data();
    expect(() => rankGenesGroupsFrame(adata, "B")).toThrow(
      'uns has no "rank_genes_groups"; run tl.rankGenesGroups first',
    );
    rankGenesGroups(adata, { groupby: "cell_type" });
    expect(() => rankGenesGroupsFrame(adata, "X")).toThrow('the group "X" was not ranked; groups: B, NK, T');
  });
});

describe("the logistic regression", () => {
  it("of two groups separates them, and both are reported with opposite signs", () => {
    const adata = data();
    const [a, b] = ["B", "T"];
    const found = ranked(adata, { method: "logreg", groups: [a!, b!] });
    expect(found.pvals).toBeUndefined();
    const byName = new Map(found.names["B"]!.map((name, i) => [name, found.scores["B"]![i]!]));
    found.names["T"]!.forEach((name, i) => expect(found.scores["T"]![i]).toBe(-byName.get(name)!));
    const best = adata.varNames.indexOf(found.names["B"]![0]!);
    const mean = (type: string) => {
      const rows = adata.obs.strings("cell_type").flatMap((name, i) => (name === type ? [i] : []));
      return rows.reduce((sum, i) => sum + adata.X.at(i, best) / rows.length, 0);
    };
    expect(mean("B")).toBeGreaterThan(mean("T"));
  });

  it("is at a minimum: the coefficients of all groups sum to 0, and shrink with the penalty", () => {
    const values = Float64Array.from({ length: 30 * 4 }, (_, at) => ((at * 37) % 11) / 3);
    const codes = Int32Array.from({ length: 30 }, (_, i) => i % 3);
    const columns = geneColumns(float64Rows(values, 4));
    const found = logisticRegression(columns, codes, 3);
    for (let j = 0; j < 4; j++) {
      expect(found.coefficients[j]! + found.coefficients[4 + j]! + found.coefficients[8 + j]!).toBeCloseTo(0, 5);
    }
    const size = (list: Float64Array) => list.reduce((sum, value) => sum + value * value, 0);
    const strong = logisticRegression(columns, codes, 3, { C: 0.01 });
    expect(size(strong.coefficients)).toBeLessThan(size(found.coefficients));
    // A cell without a group has no say.
    const partly = codes.map((code, i) => (i === 4 ? -1 : code));
    const without = float64Rows(Float64Array.from(values).copyWithin(16, 20).subarray(0, 116), 4);
    const others = Int32Array.from([...codes].filter((_, i) => i !== 4));
    expectClose(
      logisticRegression(columns, partly, 3).coefficients,
      logisticRegression(geneColumns(without), others, 3).coefficients,
      {
        relative: 1e-4,
        absolute: 1e-5,
      },
    );
  });

  it("refuses one group and a penalty out of range", () => {
    const columns = geneColumns(float64Rows(new Float64Array(4), 2));
    expect(() => logisticRegression(columns, Int32Array.of(0, 0), 1)).toThrow("at least two groups, not 1");
    expect(() => logisticRegression(columns, Int32Array.of(0, 1), 2, { C: 0 })).toThrow("C must be positive, not 0");
  });
});

describe("sorted pairs", () => {
  it("rise, each key with its companion, and equal keys keep their order", () => {
    const key = fc.oneof(fc.nat(0xffffffff), fc.nat(300), fc.constant(0x80000000));
    fc.assert(
      fc.property(fc.array(key, { maxLength: 200 }), (list) => {
        const sorter = new PairSorter(250);
        sorter.keys.set(list);
        sorter.companions.set(list.map((_, i) => i));
        sorter.sort(list.length);
        const expected = list.map((_, i) => i).sort((i, j) => list[i]! - list[j]! || i - j);
        expect([...sorter.companions.subarray(0, list.length)]).toEqual(expected);
        expect([...sorter.keys.subarray(0, list.length)]).toEqual(expected.map((i) => list[i]!));
      }),
      { seed: 0, numRuns: 300 },
    );
  });
});

describe("the falling order of scores", () => {
  it("is that of a stable sort, for scores that float32 cannot tell apart too", () => {
    const scores = fc.array(
      fc.oneof(
        fc.double({ noNaN: true }),
        fc.integer({ min: -3, max: 3 }),
        fc.nat(5).map((n) => 1 + n * 1e-12),
      ),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(scores, (list) => {
        const values = Float64Array.from(list, (value) => value + 0);
        const expected = Array.from(values.keys()).sort((i, j) =>
          values[i] === values[j] ? i - j : values[j]! > values[i]! ? 1 : -1,
        );
        expect([...fallingOrder(values)]).toEqual(expected);
      }),
      { seed: 0, numRuns: 300 },
    );
  });
});
