import { describe, expect, it } from "vitest";
import { AnnData, CsrMatrix, DenseMatrix } from "../../src/lib/anndata/index.js";
import * as pp from "../../src/lib/pp/index.js";
import { loess } from "../../src/lib/stats/index.js";
import { expectClose } from "../helpers/compare.js";
import { STORAGES } from "../helpers/matrices.js";
import { numbers, readJson } from "./read-json.js";

interface Reference {
  counts: number[][];
  cases: {
    options: { flavor: pp.HvgFlavor; batch_key: string | null; n_top_genes: number | null };
    var: Record<string, (number | null)[]>;
  }[];
  loess: { x: number[]; y: number[]; fitted: number[] }[];
}

const reference = readJson<Reference>("highly-variable.json");

/** Logarithms are float32 here and float64 there; the exponential and the standardisation carry that on. */
const FLOAT32 = { relative: 2e-5, absolute: 2e-5 };
/** Counts are exact; the committed values have 12 digits. */
const EXACT = { relative: 1e-9, absolute: 1e-10 };

describe.each(STORAGES)("%s data", (storage) => {
  it.each(reference.cases)("has the highly variable genes that scanpy finds: $options", ({ options, var: columns }) => {
    const dense = DenseMatrix.fromRows(reference.counts);
    const adata = new AnnData({ X: storage === "dense" ? dense : CsrMatrix.fromDense(dense) });
    adata.obs.set(
      "batch",
      adata.obsNames.map((_, i) => "ab"[i % 2]!),
    );
    const isOfLogs = options.flavor === "seurat" || options.flavor === "cell_ranger";
    if (isOfLogs) pp.log1p(pp.normalizeTotal(adata, { targetSum: 1e3 }));
    pp.highlyVariableGenes(adata, {
      flavor: options.flavor,
      batchKey: options.batch_key ?? undefined,
      nTopGenes: options.n_top_genes ?? undefined,
    });
    for (const [name, values] of Object.entries(columns)) {
      if (name === "highly_variable_intersection" && !adata.var.has(name)) continue;
      expectClose(adata.var.numbers(name), numbers(values), isOfLogs ? FLOAT32 : EXACT);
    }
  });
});

describe("loess", () => {
  // cloess solves the local fits by another factorisation; the values have 12 digits.
  it.each(reference.loess)("interpolates as cloess does, case %#", ({ x, y, fitted }) => {
    expectClose(loess(Float64Array.from(x), Float64Array.from(y), 0.3), fitted, { relative: 1e-10, absolute: 1e-11 });
  });

  it("is a parabola's own curve, in any order", () => {
    const x = Float64Array.from({ length: 60 }, (_, i) => ((i * 7) % 60) / 10);
    const y = x.map((value) => 2 - value + 0.5 * value * value);
    expectClose(loess(x, y, 0.5), y, { relative: 1e-10, absolute: 1e-10 });
  });

  it("needs points enough and finite", () => {
    const x = Float64Array.from({ length: 20 }, (_, i) => i);
    expect(() => loess(x, x, 0.1)).toThrow("a span of 0.1 takes in 2 of 20 points; loess needs 4 or more");
    expect(() => loess(x, x, 0)).toThrow("span must be above 0 and at most 1, not 0");
    expect(() => loess(x.fill(NaN, 3, 4), x, 0.5)).toThrow("loess needs finite values; point 3 is (NaN, NaN)");
    expect(() => loess(new Float64Array(20), x.fill(1), 0.5)).toThrow("loess");
  });
});
