import { describe, expect, it } from "vitest";
import { AnnData, categorical, CsrMatrix, DenseMatrix, Frame } from "../../src/lib/anndata/index.js";
import * as metrics from "../../src/lib/metrics/index.js";
import * as pp from "../../src/lib/pp/index.js";
import * as stats from "../../src/lib/stats/index.js";
import * as tl from "../../src/lib/tl/index.js";
import { expectClose } from "../helpers/compare.js";
import { STORAGES } from "../helpers/matrices.js";
import { numbers, readJson } from "./read-json.js";

interface Groups {
  counts: number[][];
  type: string[];
  sample: string[];
  scores: { parameters: Record<string, unknown>; score: number[] }[];
  aggregates: {
    by: string | string[];
    names: string[];
    obs: Record<string, string[]>;
    layers: Record<tl.AggregateFunction, number[][]>;
  }[];
  shares: { pts: number[][]; pts_rest: number[][]; groups: string[] };
  effects: { x: number[]; y: number[]; independent: number[]; paired?: number[] }[];
  ranges: { cases: { q: number; k: number; p: number }[]; critical: Record<string, number> };
  embeddings: { points: number[][]; embedding: number[][]; trustworthiness: Record<string, number> };
}

const reference = readJson<Groups>("groups.json");

/** Our matrices hold float32. */
const FLOAT32 = { relative: 1e-6, absolute: 1e-6 };

function data(storage: (typeof STORAGES)[number]): AnnData {
  const dense = DenseMatrix.fromRows(reference.counts);
  return new AnnData({
    X: storage === "dense" ? dense : CsrMatrix.fromDense(dense),
    obs: new Frame(
      reference.type.map((_, i) => `cell${i}`),
      { type: categorical(reference.type, ["T", "B", "NK"]), sample: categorical(reference.sample) },
    ),
    var: new Frame(reference.counts[0]!.map((_, j) => `g${j}`)),
  });
}

describe.each(STORAGES)("%s data as scanpy", (storage) => {
  it.each(reference.scores)("gene scores where whole bins are controls: $parameters", ({ parameters, score }) => {
    const adata = pp.log1p(data(storage));
    tl.scoreGenes(adata, {
      geneList: parameters["gene_list"] as string[],
      ctrlSize: parameters["ctrl_size"] as number,
      ctrlAsRef: parameters["ctrl_as_ref"] as boolean | undefined,
      nBins: parameters["n_bins"] as number | undefined,
      genePool: parameters["gene_pool"] as string[] | undefined,
    });
    expectClose(adata.obs.numbers("score"), score, FLOAT32);
  });

  it.each(reference.aggregates)("aggregates by $by", ({ by, names, obs, layers }) => {
    const func = Object.keys(layers) as tl.AggregateFunction[];
    const found = tl.aggregate(data(storage), { by, func });
    expect(found.obsNames).toEqual(names);
    for (const [name, values] of Object.entries(obs)) expect(found.obs.strings(name)).toEqual(values);
    for (const name of func) {
      expectClose(found.layers[name]!.toDense().data, numbers(layers[name]), FLOAT32);
    }
    expectClose(found.X.toDense().data, numbers(layers[func[0]!]), FLOAT32);
  });

  it("shares of cells that express a gene", () => {
    const adata = tl.rankGenesGroups(pp.log1p(data(storage)), { groupby: "type", method: "wilcoxon", pts: true });
    const { pts, pts_rest } = adata.uns["rank_genes_groups"] as tl.RankGenesGroups;
    expect(pts!.columns).toEqual(reference.shares.groups);
    reference.shares.groups.forEach((group, row) => {
      expectClose(pts!.numbers(group), reference.shares.pts[row]!);
      expectClose(pts_rest!.numbers(group), reference.shares.pts_rest[row]!);
    });
  });
});

describe("statistics as scipy and scikit-learn", () => {
  it.each(reference.effects)("intervals of Cohen's d, sample %#", ({ x, y, independent, paired }) => {
    // scipy's noncentral t is good to about 1e-9.
    const { low, high } = stats.cohenD(x, y);
    expectClose([low, high], independent, { relative: 1e-7, absolute: 1e-7 });
    if (!paired) return;
    const dependent = stats.cohenDPaired(x, y);
    expectClose([dependent.low, dependent.high], paired, { relative: 1e-7, absolute: 1e-7 });
  });

  it.each(reference.ranges.cases)("studentised range of $k, q = $q", ({ q, k, p }) => {
    // scipy integrates to about 1e-10 of 1.
    expectClose([Math.exp(stats.logStudentizedRangeSf(q, k))], [p], { relative: 1e-8, absolute: 1e-9 });
  });

  it("critical differences of Nemenyi's test", () => {
    for (const [k, value] of Object.entries(reference.ranges.critical)) {
      const treatments = Array.from({ length: Number(k) }, (_, i) => [i, 1, 2, 3]);
      const unit = Math.sqrt((Number(k) * (Number(k) + 1)) / (6 * 4));
      expect(stats.nemenyi(treatments).criticalDifference / unit).toBeCloseTo(value, 7);
    }
  });

  it("trustworthiness", () => {
    const { points, embedding, trustworthiness } = reference.embeddings;
    for (const [k, value] of Object.entries(trustworthiness)) {
      expect(metrics.trustworthiness(numbers(points), 4, numbers(embedding), 2, Number(k))).toBeCloseTo(value, 12);
    }
  });
});
