import type { Column } from "../anndata/column.js";
import { Frame } from "../anndata/frame.js";
import { parseRows } from "../io/delimited.js";
import { warn } from "../io/file-error.js";
import { readBytes } from "../io/text-file.js";
import { info } from "./catalogue.js";
import { localFile } from "./local-file.js";

/**
 * A table of a data set, its checksum compared first: rows are named by the first column, columns of numbers are numeric (an empty field is
 * NaN), the others texts.
 *
 * @param file - its name, for example "degnorm_chr21_DI.csv.gz".
 * @throws RangeError for a data set or file that is not known.
 * @throws FileError where the file is missing or another.
 * @example
 * const statistics = await datasets.table("rna_degradation", "qsva_degradation_tstats.csv.gz");
 */
export async function table(name: string, file: string): Promise<Frame> {
  const set = info(name);
  const folder = set.files[0]![0].split("/")[0]!;
  return readTableFile(await localFile(set, `${folder}/${file}`));
}

/** A delimited file as a table; tabs where its name says .tsv, else commas. */
export async function readTableFile(path: string): Promise<Frame> {
  const delimiter = /\.tsv(\.gz)?$/.test(path) ? "\t" : ",";
  const [header = [], ...rows] = parseRows(path, await readBytes(path), delimiter, warn);
  const frame = new Frame(rows.map((row) => row[0]!));
  for (let j = 1; j < header.length; j++) {
    const texts = rows.map((row) => row[j] ?? "");
    // Two columns of one name cannot both be kept; the first is.
    if (!frame.has(header[j]!)) frame.set(header[j]!, typed(texts));
  }
  return frame;
}

function typed(texts: string[]): Column {
  const numbers = Float64Array.from(texts, (text) => (text === "" || text === "NA" ? NaN : Number(text)));
  const isNumeric = texts.every((text, i) => text === "" || text === "NA" || !Number.isNaN(numbers[i]));
  return isNumeric && texts.some((text) => text !== "")
    ? { kind: "numeric", values: numbers }
    : { kind: "string", values: texts };
}
