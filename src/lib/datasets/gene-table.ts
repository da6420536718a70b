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

/** Rows of a {@link GeneTable} by name. */
export interface GeneRows {
  /** By Ensembl id, without version. */
  byId: ReadonlyMap<string, number>;
  /** By symbol; of several genes with one symbol the one with the lowest id. */
  bySymbol: ReadonlyMap<string, number>;
}

const rowsOf = new Map<Species, GeneRows>();

/**
 * Where a species' genes stand in its table.
 * @example
 * const rows = datasets.geneRows("human");
 */
export function geneRows(species: Species): GeneRows {
  const known = rowsOf.get(species);
  if (known) return known;
  const { ensemblId, symbol } = geneTable(species);
  const bySymbol = new Map<string, number>();
  symbol.forEach((name, row) => {
    if (name !== "" && !bySymbol.has(name)) bySymbol.set(name, row);
  });
  const rows = { byId: new Map(ensemblId.map((id, row) => [id, row])), bySymbol };
  rowsOf.set(species, rows);
  return rows;
}

/**
 * An Ensembl id without its version: "ENSG00000000003.4" is "ENSG00000000003".
 * @example
 * datasets.withoutVersion("ENSG00000167286.9"); // "ENSG00000167286"
 */
export function withoutVersion(id: string): string {
  return id.replace(/\.\d+$/, "");
}
