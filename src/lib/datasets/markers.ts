import { resolveOptions } from "../options.js";
import { info } from "./catalogue.js";
import type { Species } from "./gene-table.js";
import { table } from "./table.js";

/** Options of {@link markers}. */
export interface MarkersOptions {
  /** Default: "human". */
  species?: Species;
  /** Default: "PanglaoDB". */
  source?: "PanglaoDB" | "CellMarker";
  /** The organ (PanglaoDB) or tissue (CellMarker), for example "Pancreas". Default: all. */
  tissue?: string;
}

/** Marker genes by cell type, and where they come from. */
export interface MarkerList {
  source: string;
  citation: string;
  licence: string;
  /** Symbols by cell type, both sorted. */
  genes: Record<string, string[]>;
}

const FILES = {
  PanglaoDB: { human: "PanglaoDB_markers_27_Mar_2020.tsv.gz", mouse: "PanglaoDB_markers_27_Mar_2020.tsv.gz" },
  CellMarker: { human: "CellMarker2_Human_Aug.csv.gz", mouse: "CellMarker2_Mouse_Aug.csv.gz" },
};

/**
 * Marker genes of cell types, read from the data folder (they are free for academic use, not for redistribution). PanglaoDB writes
 * symbols of both species in capitals; for mouse they are given as "Ins1".
 *
 * @throws RangeError for a tissue that is not known, with those that are.
 * @throws FileError where the file is missing or another.
 * @example
 * const { genes } = await datasets.markers({ tissue: "Pancreas" });
 * genes["Beta cells"]; // ["ADCYAP1", …]
 */
export async function markers(options: MarkersOptions = {}): Promise<MarkerList> {
  const { species, source, tissue } = resolveOptions<MarkersOptions>("datasets.markers", options, {
    species: "human",
    source: "PanglaoDB",
    tissue: undefined,
  });
  const file = FILES[source!]?.[species!];
  if (file === undefined) throw new RangeError(`there are no markers of ${String(species)} from ${String(source)}`);
  const frame = await table("markers", file);
  const rows = source === "PanglaoDB" ? panglaoRows(frame, species!) : cellMarkerRows(frame);
  const chosen = tissue === undefined ? rows : rows.filter((row) => row.tissue.toLowerCase() === tissue.toLowerCase());
  if (chosen.length === 0) {
    const tissues = [...new Set(rows.map((row) => row.tissue))].sort();
    throw new RangeError(`${source} has no tissue "${tissue}"; tissues: ${tissues.join(", ")}`);
  }
  const sets = new Map<string, Set<string>>();
  for (const { type, genes } of chosen) {
    const set = sets.get(type) ?? new Set();
    for (const gene of genes) set.add(gene);
    sets.set(type, set);
  }
  const sorted = [...sets].sort(([a], [b]) => (a < b ? -1 : 1)).map(([type, genes]) => [type, [...genes].sort()]);
  const { citation, licence } = info("markers");
  return { source: source!, citation, licence, genes: Object.fromEntries(sorted) as Record<string, string[]> };
}

interface MarkerRow {
  tissue: string;
  type: string;
  genes: string[];
}

type Table = Awaited<ReturnType<typeof table>>;

function panglaoRows(frame: Table, species: Species): MarkerRow[] {
  const [genes, types, organs] = ["official gene symbol", "cell type", "organ"].map((name) => frame.strings(name));
  return frame.index.flatMap((of, i) => {
    if (!of.split(" ").includes(species === "human" ? "Hs" : "Mm")) return [];
    const symbol = genes![i]!;
    const gene = species === "human" ? symbol : symbol.charAt(0) + symbol.slice(1).toLowerCase();
    return [{ tissue: organs![i] ?? "", type: types![i]!, genes: [gene] }];
  });
}

function cellMarkerRows(frame: Table): MarkerRow[] {
  const [types, genes] = ["CT", "Gene"].map((name) => frame.strings(name));
  return frame.index.map((tissue, i) => ({
    tissue,
    type: types![i]!,
    genes: genes![i]!.split(",").map((gene) => gene.trim()),
  }));
}
