import { pp } from "../../../../src/lib/index.js";
import type { FixtureCase } from "../fixture-case.js";
import { dataInputs } from "../matrix-input.js";
import { float32, type Results } from "../results.js";

/** Highly variable genes of each flavor. */
export function hvg(fixture: FixtureCase): Results[] {
  const { flavor, n_top_genes } = fixture.parameters as { flavor: "seurat"; n_top_genes?: number };
  return dataInputs(fixture, "X").map((adata) => {
    adata.keepObs(Uint8Array.from(fixture.input("keep_cells")));
    adata.keepVar(Uint8Array.from(fixture.input("keep_genes")));
    pp.highlyVariableGenes(adata, { flavor, nTopGenes: n_top_genes });
    const columns = adata.var.columns.map((name) => [name, float32(adata.var.numbers(name))]);
    return Object.fromEntries(columns) as Results;
  });
}
