import { readTable } from "./tables.js";

/** A species whose gene table is shipped with the package. */
export type Species = "human" | "mouse";

/** Genes of a species; entry i of each list is the same gene. */
export interface GeneTable {
  species: Species;
  /** Ensembl ids, without version, in rising order. */
  ensemblId: string[];
  /** Symbols; "" where there is none. */
  symbol: string[];
  /** Bases: of all exons (human) or the longest transcript (mouse). */
  length: Float64Array;
  /** Share of G and C in those bases, 0..1. */
  gc: Float64Array;
}

const tables = new Map<Species, GeneTable>();

/**
 * Ensembl id, symbol, length and GC of every gene of a species; sources in `src/lib/datasets/tables/README.md`.
 *
 * @throws RangeError for another species.
 * @example
 * datasets.geneTable("human").length[0]; // 4536, of TSPAN6
 */
export function geneTable(species: Species): GeneTable {
  if (species !== "human" && species !== "mouse") {
    throw new RangeError(`there is no gene table of "${String(species)}"; use "human" or "mouse"`);
  }
  const known = tables.get(species);
  if (known) return known;
  const rows = readTable(`${species}-genes`);
  const table: GeneTable = {
    species,
    ensemblId: rows.map((row) => row[0]!),
    symbol: rows.map((row) => row[1]!),
    length: Float64Array.from(rows, (row) => Number(row[2])),
    gc: Float64Array.from(rows, (row) => Number(row[3])),
  };
  tables.set(species, table);
  return table;
}
