import type { Frame } from "../../anndata/frame.js";
import { geneRows, geneTable, type Species, withoutVersion } from "../../datasets/gene-table.js";

/** The genes of a model, in its order. */
export interface NamedGenes {
  readonly names: readonly string[];
  /** Ensembl ids without version, null where unknown. */
  readonly ids: readonly (string | null)[];
}

/** Which of a model's genes a sample has. */
export interface GeneMatch {
  /** The sample's column of each gene of the model; -1 where it has none. */
  readonly columns: Int32Array;
  readonly total: number;
  readonly matched: number;
  /** Matched of total. */
  readonly share: number;
  /** Of the matched, by Ensembl id; the others by symbol. */
  readonly byId: number;
  /** Names of the model's genes that the sample lacks. */
  readonly missing: readonly string[];
}

/** Columns of `var` that hold ids or symbols, as 10x, scanpy and cellxgene call them. */
const ID_COLUMNS = ["gene_ids", "gene_id", "ensembl_id", "ensembl_ids", "ensembl"] as const;
const SYMBOL_COLUMNS = ["gene_symbols", "gene_symbol", "symbol", "feature_name", "gene_name"] as const;
const ENSEMBL = /^ENS[A-Z]*G\d+/;
/** What files of several genomes put before a gene's name. */
const GENOME = /^(hg19|hg38|GRCh37|GRCh38|mm10|mm39|GRCm38|GRCm39)_+/;

/**
 * Names and ids of a table of genes: ids from a column of them, from names that are Ensembl ids, or from the species' gene table by symbol;
 * symbols from a column of them, else the names, without the genome before them.
 */
export function namedGenes(features: Frame, species?: Species): NamedGenes {
  const column = (names: readonly string[]) => {
    const found = names.find((name) => features.has(name));
    return found === undefined ? undefined : features.strings(found);
  };
  const symbols = column(SYMBOL_COLUMNS);
  const names = features.index.map((name, j) => symbols?.[j] ?? name.replace(GENOME, ""));
  const own = column(ID_COLUMNS) ?? features.index;
  const rows = species && geneRows(species);
  const ids = own.map((id, j) => {
    const bare = withoutVersion((id ?? "").replace(GENOME, ""));
    if (ENSEMBL.test(bare)) return bare;
    const row = rows?.bySymbol.get(names[j]!);
    return row === undefined ? null : geneTable(species!).ensemblId[row]!;
  });
  return { names, ids };
}

/** Finds a model's genes in a sample: by Ensembl id, else by symbol; of several columns of one gene the first. */
export function matchGenes(model: NamedGenes, sample: NamedGenes): GeneMatch {
  const byId = firstPlaces(sample.ids);
  const bySymbol = firstPlaces(sample.names);
  const columns = new Int32Array(model.names.length).fill(-1);
  const taken = new Set<number>();
  const match = (places: ReadonlyMap<string, number>, words: readonly (string | null)[]): number => {
    let found = 0;
    words.forEach((word, j) => {
      const column = word === null || columns[j]! >= 0 ? undefined : places.get(word);
      if (column === undefined || taken.has(column)) return;
      columns[j] = column;
      taken.add(column);
      found++;
    });
    return found;
  };
  const foundById = match(byId, model.ids);
  match(bySymbol, model.names);
  const missing = model.names.filter((_, j) => columns[j]! < 0);
  const total = model.names.length;
  const matched = total - missing.length;
  return { columns, total, matched, share: total === 0 ? 0 : matched / total, byId: foundById, missing };
}

/** The genes of the model that the sample has, as places in the model. */
export function genesOf({ columns }: GeneMatch): Int32Array {
  return Int32Array.from(columns.keys()).filter((j) => columns[j]! >= 0);
}

function firstPlaces(words: readonly (string | null)[]): Map<string, number> {
  const places = new Map<string, number>();
  words.forEach((word, j) => {
    if (word !== null && !places.has(word)) places.set(word, j);
  });
  return places;
}
