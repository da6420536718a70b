import { AnnData } from "../anndata/anndata.js";
import { DenseMatrix } from "../anndata/dense.js";
import { Frame } from "../anndata/frame.js";
import { resolveOptions } from "../options.js";
import { tellOddities } from "./check-values.js";
import { parseDelimited } from "./delimited.js";
import { FileError, type Notice, warn } from "./file-error.js";
import { isGzip, readBytes, tellOpenEnd } from "./text-file.js";

/** Options of {@link readCsv}. */
export interface ReadCsvOptions {
  /** What stands between fields. Default: a tab where the name ends in .tsv or .txt (also .gz), else a comma. */
  delimiter?: string;
  /** Rows are genes and columns cells. Default: false. */
  genesInRows?: boolean;
  /** Told of what is odd: duplicate names, negative counts, text that is not UTF-8. Default: Node's `process.emitWarning`. */
  onNotice?: Notice;
}

/**
 * Reads a table of numbers from delimited text, plain or gzip: the first line names the columns, the first field of each line
 * the row. The matrix is dense; `toCsr` makes it sparse.
 *
 * @throws {@link FileError} naming the line and what to do: fields too few or many, text or nothing where a number should be, a quote
 * that is never closed, gzip cut off.
 * @example
 * const adata = await io.readCsv("counts.tsv.gz", { genesInRows: true });
 */
export async function readCsv(path: string, options: ReadCsvOptions = {}): Promise<AnnData> {
  const { delimiter, genesInRows, onNotice } = resolveOptions<Required<ReadCsvOptions>>("io.readCsv", options, {
    delimiter: /\.(tsv|txt|tab)(\.gz)?$/i.test(path) ? "\t" : ",",
    genesInRows: false,
    onNotice: warn,
  });
  if (delimiter.length !== 1 || delimiter.charCodeAt(0) > 127 || /["\r\n0-9.]/.test(delimiter)) {
    throw new RangeError(`io.readCsv: the delimiter is ${JSON.stringify(delimiter)}; it is one ASCII character`);
  }
  const bytes = await readBytes(path);
  if (/\.gz$/i.test(path) && !(await isGzip(path))) {
    onNotice(`${path}: is named .gz but is no gzip; it was read as plain text`);
  }
  tellOpenEnd(path, bytes, onNotice);
  const { rows, columns, values } = parseDelimited(path, bytes, delimiter, onNotice);
  if (columns.length === 0) {
    const problem = "the first line has one field: there are no columns";
    throw new FileError(path, "line 1", problem, "Check the delimiter, and give it as { delimiter }");
  }
  const matrix = new DenseMatrix([rows.length, columns.length], values);
  const adata = genesInRows
    ? new AnnData({ X: matrix.transpose(), obs: new Frame(columns), var: new Frame(rows) })
    : new AnnData({ X: matrix, obs: new Frame(rows), var: new Frame(columns) });
  tellOddities(path, adata, onNotice);
  return adata;
}
