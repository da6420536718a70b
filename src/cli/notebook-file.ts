import { readFile } from "node:fs/promises";
import { basename } from "node:path";

/** MIME type of a Vega-Lite 6 spec. */
export const VEGA_LITE = "application/vnd.vegalite.v6+json";

/** MIME type of a table of results: `{ name, columns, rows }`. */
export const RESULT = "application/vnd.diffrepairer.result+json";

/** Text in a notebook file: a string, or lines to be joined. */
export type MultilineText = string | readonly string[];

/** One output of a code cell, as nbformat 4 has it. */
export type Output =
  | { output_type: "stream"; name: string; text: MultilineText }
  | { output_type: "display_data" | "execute_result"; data: Readonly<Record<string, unknown>> }
  | { output_type: "error"; ename: string; evalue: string; traceback: readonly string[] };

/** One cell. */
export interface Cell {
  cell_type: "markdown" | "code" | "raw";
  source: MultilineText;
  outputs?: readonly Output[];
}

/** A notebook and the name of its file without `.ipynb`. */
export interface Notebook {
  name: string;
  title: string;
  cells: readonly Cell[];
  /** Data sets that it cannot run without: `needs` of its metadata, under `diffrepairer`. */
  needs?: readonly string[];
}

/** Joins the lines of a text in a notebook file. */
export const text = (value: unknown): string =>
  typeof value === "string" ? value : Array.isArray(value) ? value.join("") : "";

/** Reads an .ipynb file; its title is the first heading, or the file's name. */
export const readNotebook = async (path: string): Promise<Notebook> => {
  const { cells, metadata } = JSON.parse(await readFile(path, "utf8")) as NotebookFile;
  const name = basename(path).replace(/(\.failed)?\.ipynb$/, "");
  const prose = cells.filter((cell) => cell.cell_type === "markdown").map((cell) => text(cell.source));
  const heading = prose.flatMap((source) => source.split("\n")).find((line) => line.startsWith("# "));
  return { name, title: heading?.slice(2).trim() ?? name, cells, needs: metadata?.diffrepairer?.needs ?? [] };
};

interface NotebookFile {
  cells: Cell[];
  metadata?: { diffrepairer?: { needs?: string[] } };
}

/** The MIME bundle of an output; empty for streams and errors. */
export const bundle = (output: Output): Readonly<Record<string, unknown>> =>
  output.output_type === "display_data" || output.output_type === "execute_result" ? output.data : {};
