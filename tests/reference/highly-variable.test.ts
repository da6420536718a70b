import { describe, it } from "vitest";
import { AnnData, CsrMatrix, DenseMatrix } from "../../src/lib/anndata/index.js";
import * as pp from "../../src/lib/pp/index.js";
import { expectClose } from "../helpers/compare.js";
import { STORAGES } from "../helpers/matrices.js";
import { numbers, readJson } from "./read-json.js";

interface Reference {
  counts: number[][];
  cases: {
    options: { flavor: pp.HvgFlavor; batch_key: string | null; n_top_genes: number | null };
    var: Record<string, (number | null)[]>;
  }[];
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
