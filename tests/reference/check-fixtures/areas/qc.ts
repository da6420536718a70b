import { pp } from "../../../../src/lib/index.js";
import type { FixtureCase } from "../fixture-case.js";
import { dataInputs } from "../matrix-input.js";
import { type Results, unknownCase } from "../results.js";

/** Quality metrics, and filters of cells and genes; counts are whole numbers, so float32 holds them exactly. */
export function qc(fixture: FixtureCase): Results[] {
  if (fixture.name.startsWith("qc_metrics")) return qualityMetrics(fixture);
  if (fixture.name.startsWith("filter_cells")) return filteredCells(fixture);
  if (fixture.name.startsWith("filter_genes")) return filteredGenes(fixture);
  return unknownCase(fixture);
}

function qualityMetrics(fixture: FixtureCase): Results[] {
  const { qc_vars, percent_top } = fixture.parameters as { qc_vars: string[]; percent_top: number[] };
  return dataInputs(fixture, "X").map((adata) => {
    adata.var.set("mt", Array.from(fixture.input("mt"), Boolean));
    pp.calculateQcMetrics(adata, { qcVars: qc_vars, percentTop: percent_top });
    const fields = (["obs", "var"] as const).flatMap((field) =>
      adata[field].columns.map((column) => [`${field}.${column}`, adata[field].numbers(column)]),
    );
    return Object.fromEntries(fields) as Results;
  });
}

function filteredCells(fixture: FixtureCase): Results[] {
  const [name, limit] = Object.entries(fixture.parameters)[0] as [string, number];
  const [lowest, column] = name.endsWith("genes") ? [{ minGenes: 0 }, "n_genes"] : [{ minCounts: 0 }, "n_counts"];
  return dataInputs(fixture, "X").map((adata) => {
    const all = pp.filterCells(adata.copy(), lowest).obs.numbers(column);
    const kept = pp.filterCells(adata.copy(), { [camelCase(name)]: limit });
    return { ...keptMask(adata.obsNames, kept.obsNames), number_per_item: all };
  });
}

function filteredGenes(fixture: FixtureCase): Results[] {
  const [name, limit] = Object.entries(fixture.parameters)[0] as [string, number];
  const [lowest, column] = name.endsWith("cells") ? [{ minCells: 0 }, "n_cells"] : [{ minCounts: 0 }, "n_counts"];
  return dataInputs(fixture, "X").map((adata) => {
    const all = pp.filterGenes(adata.copy(), lowest).var.numbers(column);
    const kept = pp.filterGenes(adata.copy(), { [camelCase(name)]: limit });
    return { ...keptMask(adata.varNames, kept.varNames), number_per_item: all };
  });
}

function keptMask(names: readonly string[], kept: readonly string[]): Results {
  const isKept = new Set(kept);
  return { keep: Uint8Array.from(names, (name) => Number(isKept.has(name))), n_kept: kept.length };
}

function camelCase(name: string): string {
  return name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}
