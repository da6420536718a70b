import { pp } from "../../../../src/lib/index.js";
import type { FixtureCase } from "../fixture-case.js";
import { dataInputs } from "../matrix-input.js";
import { float32, type Results } from "../results.js";

/** Highly variable genes of each flavor. Counts are exact in float32, logarithms are not. */
export function hvg(fixture: FixtureCase): Results[] {
  const { flavor, n_top_genes } = fixture.parameters as { flavor: pp.HvgFlavor; n_top_genes?: number };
  const isOfLogarithms = flavor === "seurat" || flavor === "cell_ranger";
  return dataInputs(fixture, "X").map((adata) => {
    adata.keepObs(Uint8Array.from(fixture.input("keep_cells")));
    adata.keepVar(Uint8Array.from(fixture.input("keep_genes")));
    pp.highlyVariableGenes(adata, { flavor, nTopGenes: n_top_genes });
    const columns = adata.var.columns.map((name) => {
      const values = adata.var.numbers(name);
      return [name, isOfLogarithms ? float32(values) : values];
    });
    return Object.fromEntries(columns) as Results;
  });
}
