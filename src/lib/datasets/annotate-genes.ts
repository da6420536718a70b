import { median } from "simple-statistics";
import type { AnnData } from "../anndata/anndata.js";
import { resolveOptions } from "../options.js";
import { geneRows, geneTable, type Species, withoutVersion } from "./gene-table.js";

/** Options of {@link annotateGenes}. */
export interface AnnotateGenesOptions {
  /** Default: "human". */
  species?: Species;
}

/** What {@link annotateGenes} writes to `uns.gene_annotation`. */
export interface GeneAnnotation {
  species: Species;
  /** Genes found in the table. */
  found: number;
  /** Of these, how many by Ensembl id; the others by symbol. */
  found_by_id: number;
  total: number;
  /** What the genes got that were not found. */
  rule: string;
}

/**
 * Gives every gene its length (bases) and GC content (0..1). A gene is looked up by Ensembl id (`var.gene_ids`, else its name; a version
 * such as ".4" is dropped), then by symbol (its name; of several genes with one symbol the one with the lowest id). Genes
 * that are not in the table get the median length and GC of those that are.
 *
 * Writes `var.length`, `var.gc`, `var.length_known` and `uns.gene_annotation` ({@link GeneAnnotation}).
 *
 * @throws Error where not a single gene is found: the species is probably another.
 * @example
 * datasets.annotateGenes(adata, { species: "human" });
 */
export function annotateGenes(adata: AnnData, options: AnnotateGenesOptions = {}): AnnData {
  const { species } = resolveOptions<Required<AnnotateGenesOptions>>("datasets.annotateGenes", options, {
    species: "human",
  });
  const table = geneTable(species);
  const { byId, bySymbol } = geneRows(species);
  const ids = adata.var.has("gene_ids") ? adata.var.strings("gene_ids") : adata.varNames;
  const rowById = ids.map((id) => byId.get(withoutVersion(id ?? "")));
  const rows = rowById.map((row, j) => row ?? bySymbol.get(adata.varNames[j]!));
  const found = rows.filter((row) => row !== undefined);
  if (found.length === 0 && adata.nVars > 0) {
    throw new Error(
      `none of the ${adata.nVars} genes (${adata.varNames.slice(0, 3).join(", ")}, …) is in the ${species} table; ` +
        `is the species right, and are the names Ensembl ids or symbols?`,
    );
  }
  const fill = (values: Float64Array) => {
    const middle = found.length > 0 ? median(found.map((row) => values[row]!)) : NaN;
    return Float64Array.from(rows, (row) => (row === undefined ? middle : values[row]!));
  };
  adata.var.set("length", fill(table.length));
  adata.var.set("gc", fill(table.gc));
  adata.var.set("length_known", { kind: "boolean", values: Uint8Array.from(rows, (row) => Number(row !== undefined)) });
  const annotation: GeneAnnotation = {
    species,
    found: found.length,
    found_by_id: rowById.filter((row) => row !== undefined).length,
    total: adata.nVars,
    rule: "median of the genes found",
  };
  adata.uns = { ...adata.uns, gene_annotation: annotation };
  return adata;
}

/**
 * As {@link annotateGenes}, with the table of the species that knows more of the genes.
 *
 * @returns the species.
 * @throws Error where neither knows one.
 * @example
 * datasets.annotateBySpecies(adata); // "human"
 */
export function annotateBySpecies(adata: AnnData): Species {
  const found = (["human", "mouse"] as const).map((species) => {
    const { byId, bySymbol } = geneRows(species);
    const ids = adata.var.has("gene_ids") ? adata.var.strings("gene_ids") : adata.varNames;
    const known = (id: string | null, j: number) =>
      byId.has(withoutVersion(id ?? "")) || bySymbol.has(adata.varNames[j]!);
    return { species, count: ids.filter(known).length };
  });
  const best = found[0]!.count >= found[1]!.count ? found[0]! : found[1]!;
  if (best.count === 0) {
    const names = adata.varNames.slice(0, 3).join(", ");
    throw new Error(`none of the genes (${names}, …) is in the tables of human and mouse genes`);
  }
  annotateGenes(adata, { species: best.species });
  return best.species;
}
