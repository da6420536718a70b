import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { parseRows } from "../../lib/io/delimited.js";
import { SAMPLE_SEVERITIES } from "../../lib/repair/index.js";
import { EXIT, Failure } from "../failure.js";

/** A sample among many. */
export interface SheetSample {
  readonly name: string;
  /** Absolute. */
  readonly file: string;
  /** Of its own; absolute. */
  readonly model?: string;
  readonly severity?: string;
}

const COLUMNS = ["sample", "file", "model", "severity"] as const;
const CELLS = /\.(h5ad|h5|hdf5|loom|(csv|tsv|txt|tab)(\.gz)?)$/i;
const MATRIX = /matrix\.mtx(\.gz)?$/i;
/** What can be a file's name everywhere. */
const NAME = /^[\p{L}\p{N}_][\p{L}\p{N}_.+ -]*$/u;

/**
 * The samples of a folder (every file of cells and 10x folder in it, named as they are) or of a sheet: a table (.csv, .tsv) with the columns
 * `sample` and `file` and perhaps `model` and `severity`, whose paths are relative to the sheet.
 *
 * @throws {Failure} where there is none, a file is missing, or two have one name.
 */
export const readSampleSheet = (path: string): SheetSample[] => {
  const wrong = (problem: string) => new Failure(`${path}: ${problem}`, EXIT.usage);
  if (!existsSync(path)) throw wrong("there is no such folder or sheet");
  const samples = statSync(path).isDirectory() ? ofFolder(path) : ofSheet(path, wrong);
  if (samples.length === 0) throw wrong("there is no sample in it");
  const names = new Set<string>();
  for (const { name, file, model, severity } of samples) {
    if (!NAME.test(name)) throw wrong(`"${name}" cannot be a sample's name: use letters, digits, space and _ . + -`);
    if (names.has(name)) throw wrong(`two samples are called ${name}; rename one`);
    names.add(name);
    for (const needed of [file, model]) {
      if (needed !== undefined && !existsSync(needed)) throw wrong(`${name}: there is no ${needed}`);
    }
    if (severity !== undefined && !["estimate", ...SAMPLE_SEVERITIES].includes(severity)) {
      throw wrong(`${name}: severity is "${severity}"; use estimate, ${SAMPLE_SEVERITIES.join(", ")}`);
    }
  }
  return samples;
};

const ofFolder = (folder: string): SheetSample[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) =>
      entry.isDirectory()
        ? readdirSync(join(folder, entry.name)).some((name) => MATRIX.test(name))
        : CELLS.test(entry.name),
    )
    .map(({ name }) => ({ name: name.replace(CELLS, ""), file: resolve(folder, name) }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));

const ofSheet = (path: string, wrong: (problem: string) => Failure): SheetSample[] => {
  const delimiter = /\.(tsv|txt|tab)$/i.test(path) ? "\t" : ",";
  const [header = [], ...rows] = parseRows(path, readFileSync(path), delimiter, () => undefined);
  const unknown = header.find((name) => !COLUMNS.some((column) => column === name));
  if (unknown !== undefined) throw wrong(`the column "${unknown}" is not known; columns: ${COLUMNS.join(", ")}`);
  if (!header.includes("file")) throw wrong(`it has no column "file"; columns: ${COLUMNS.join(", ")}`);
  return rows.map((row) => {
    const field = (column: (typeof COLUMNS)[number]) => row[header.indexOf(column)]?.trim() || undefined;
    const file = field("file");
    if (file === undefined) throw wrong("a row has no file");
    const [model, severity] = [field("model"), field("severity")];
    return {
      name: field("sample") ?? basename(file).replace(CELLS, ""),
      file: resolve(dirname(path), file),
      ...(model !== undefined && { model: resolve(dirname(path), model) }),
      ...(severity !== undefined && { severity }),
    };
  });
};
