import type { AnnData } from "../anndata/anndata.js";
import { rowMajor } from "../anndata/matrix.js";
import { resolveOptions } from "../options.js";
import { writeAtomically } from "./atomic.js";
import { floatText, writeText } from "./write-text.js";

/** Options of {@link writeCsv}. */
export interface WriteCsvOptions {
  /** What stands between fields. Default: a tab where the name ends in .tsv or .txt (also .gz), else a comma. */
  delimiter?: string;
}

/**
 * Writes X as delimited text, a cell a line, gzip where the path ends in .gz; `readCsv` reads the same numbers back. It is written
 * beside the target and renamed when whole.
 *
 * @throws {@link FileError} where the folder is missing or not writable, or the disk is full.
 * @example
 * await io.writeCsv(adata, "counts.csv.gz");
 */
export async function writeCsv(adata: AnnData, path: string, options: WriteCsvOptions = {}): Promise<void> {
  const { delimiter } = resolveOptions<Required<WriteCsvOptions>>("io.writeCsv", options, {
    delimiter: /\.(tsv|txt|tab)(\.gz)?$/i.test(path) ? "\t" : ",",
  });
  await writeAtomically(path, (partial) => writeText(partial, lines(adata, delimiter), /\.gz$/i.test(path)));
}

function* lines(adata: AnnData, delimiter: string): Generator<string> {
  yield `${["", ...adata.varNames].map((name) => quoted(name, delimiter)).join(delimiter)}\n`;
  const X = rowMajor(adata.X);
  for (let i = 0; i < adata.nObs; i++) {
    const values = Array.from(X.row(i), floatText);
    yield `${quoted(adata.obsNames[i]!, delimiter)}${delimiter}${values.join(delimiter)}\n`;
  }
}

function quoted(name: string, delimiter: string): string {
  return name.includes(delimiter) || /["\r\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
}
