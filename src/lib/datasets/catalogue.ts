import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { dataFolder, packageRoot } from "./cache.js";

/** What is known of a data set. */
export interface DataSetInfo {
  name: string;
  title: string;
  /** Single cells, bulk samples, or tables. */
  kind: "cells" | "bulk" | "tables";
  /** One of the paper's sets (or its stand-in), a validation set, or prior knowledge. */
  use: "paper" | "validation" | "prior";
  /** The set that this one replaces, because that one cannot be had. */
  standsFor?: string;
  organism: string;
  /** Cells (samples), genes. */
  shape?: [number, number];
  /** What the numbers are: raw counts, log-normalised, …. */
  values: string;
  /** Names of the cell types in `obs.cell_type`, sorted; none where the set has none. */
  cellTypes: string[];
  citation: string;
  /** GEO accession. */
  accession?: string;
  licence: string;
  /** Where the files were taken from, and how they were checked. */
  origin: string;
  /** Path in the data folder, bytes, SHA-256. */
  files: [path: string, bytes: number, sha256: string][];
  /** Whether all files lie in the data folder (their checksums are compared when they are read). */
  available: boolean;
}

let known: Record<string, Omit<DataSetInfo, "name" | "available">> | undefined;

function catalogue(): Record<string, Omit<DataSetInfo, "name" | "available">> {
  const path = join(packageRoot(), "src", "lib", "datasets", "tables", "data-sets.json");
  return (known ??= JSON.parse(readFileSync(path, "utf8")) as NonNullable<typeof known>);
}

/**
 * What is known of a data set: what it is, whose it is, its files.
 *
 * @throws RangeError for a name that is not known.
 * @example
 * datasets.info("zeisel2015_mouse_brain").citation; // "Zeisel et al. 2015, Science 347:1138"
 */
export function info(name: string): DataSetInfo {
  const all = catalogue();
  if (!Object.hasOwn(all, name)) {
    throw new RangeError(`there is no data set "${name}"; data sets: ${Object.keys(all).join(", ")}`);
  }
  const folder = dataFolder();
  const entry = all[name]!;
  const available = folder !== undefined && entry.files.every(([file]) => existsSync(join(folder, file)));
  return structuredClone({ name, ...entry, available });
}

/**
 * All data sets; in a notebook and as text, a table of them.
 * @example
 * datasets.list().filter(({ available }) => available).map(({ name }) => name);
 */
export class DataSetList extends Array<DataSetInfo> {
  /** `map` and `filter` give plain arrays. */
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  /** A line a set: name, size, organism, number of cell types, use, whether it is there. */
  override toString(): string {
    const rows = [...this].map(rowOf);
    const widths = HEADER.map((title, j) => Math.max(title.length, ...rows.map((row) => row[j]!.length)));
    const line = (row: readonly string[]) =>
      row
        .map((text, j) => text.padEnd(widths[j]!))
        .join("  ")
        .trimEnd();
    return [HEADER, ...rows].map(line).join("\n");
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }

  [Symbol.for("Jupyter.display")](): Record<string, string> {
    const cells = (tag: string, row: readonly string[]) =>
      row.map(
        (text) => `<${tag} style="text-align:left">${text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")}</${tag}>`,
      );
    const body = [...this].map((set) => `<tr>${cells("td", rowOf(set)).join("")}</tr>`).join("");
    const html = `<table><thead><tr>${cells("th", HEADER).join("")}</tr></thead><tbody>${body}</tbody></table>`;
    return { "text/plain": this.toString(), "text/html": html };
  }
}

const HEADER = ["name", "title", "cells × genes", "organism", "cell types", "use", "available"] as const;

function rowOf({ name, title, shape, organism, cellTypes, use, standsFor, available }: DataSetInfo): string[] {
  return [
    name,
    title,
    shape ? shape.map((extent) => extent.toLocaleString("en")).join(" × ") : "",
    organism,
    cellTypes.length > 0 ? String(cellTypes.length) : "",
    standsFor === undefined ? use : `${use} (for ${standsFor})`,
    available ? "yes" : "no",
  ];
}

/**
 * The data sets that {@link load} and {@link table} know.
 *
 * @example
 * datasets.list(); // a table of names, titles, sizes, …
 */
export function list(): DataSetList {
  return DataSetList.from(Object.keys(catalogue()), info) as DataSetList;
}
