import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Figure } from "../../../figures/figure.js";
import { figureFiles } from "../../../figures/save.js";
import { bundle, RESULT, text, VEGA_LITE, type Notebook } from "../notebook-file.js";

/** One figure of a run, files relative to the results folder. */
export interface FigureRecord {
  name: string;
  caption: string;
  notebook: string;
  files: string[];
}

/** One table of results. */
export interface ResultRecord {
  name: string;
  columns: string[];
  rows: unknown[][];
  notebook: string;
}

/** A Vega-Lite output with the pictures beside it. */
export interface FigureOutput {
  name: string;
  caption: string;
  spec: Readonly<Record<string, unknown>>;
  svg?: string;
  /** Base64. */
  png?: string;
}

/**
 * Gives out file names for the figures of a run: the spec's `name`, else the notebook's with a number; a name in use
 * gets the next free number.
 */
export const figureNames = (): ((spec: Readonly<Record<string, unknown>>, notebook: string) => string) => {
  const used = new Set<string>();
  return (spec, notebook) => {
    const wanted = typeof spec.name === "string" ? spec.name : `${notebook}-figure`;
    const base =
      wanted
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, "-")
        .replace(/^-|-$/g, "") || "figure";
    let name = base;
    for (let k = 2; used.has(name); k++) name = `${base}-${k}`;
    used.add(name);
    return name;
  };
};

/** The figure in an output, or nothing; `name` is asked only for figures. */
export const figureOf = (
  data: Readonly<Record<string, unknown>>,
  name: (spec: Readonly<Record<string, unknown>>) => string,
): FigureOutput | undefined => {
  const spec = data[VEGA_LITE];
  if (typeof spec !== "object" || spec === null) return undefined;
  const record = spec as Readonly<Record<string, unknown>>;
  return {
    name: name(record),
    caption: typeof record.description === "string" ? record.description : "",
    spec: record,
    svg: text(data["image/svg+xml"]) || undefined,
    png: text(data["image/png"]).replace(/\s/g, "") || undefined,
  };
};

/**
 * Writes every figure of the notebooks as `<name>.vl.json`, `.svg`, `.png` (300 dots an inch) and `.pdf` below `folder/figures`; of a
 * spec that cannot be drawn, the pictures that the notebook has.
 */
export const writeFigures = async (notebooks: readonly Notebook[], folder: string): Promise<FigureRecord[]> => {
  const nameOf = figureNames();
  const records: FigureRecord[] = [];
  await mkdir(join(folder, "figures"), { recursive: true });
  for (const notebook of notebooks) {
    for (const output of notebook.cells.flatMap((cell) => cell.outputs ?? [])) {
      const figure = figureOf(bundle(output), (spec) => nameOf(spec, notebook.name));
      if (!figure) continue;
      const contents: [string, string | Uint8Array][] = [["vl.json", `${JSON.stringify(figure.spec, null, 1)}\n`]];
      for (const picture of await pictures(figure)) contents.push(picture);
      const files: string[] = [];
      for (const [ending, content] of contents) {
        const file = `figures/${figure.name}.${ending}`;
        await writeFile(join(folder, file), content);
        files.push(file);
      }
      records.push({ name: figure.name, caption: figure.caption, notebook: notebook.name, files });
    }
  }
  return records;
};

const pictures = async ({ name, spec, svg, png }: FigureOutput): Promise<[string, string | Uint8Array][]> => {
  try {
    const drawn = await figureFiles({ ...spec, name } as unknown as Figure, { formats: ["svg", "png", "pdf"] });
    return drawn.map(({ format, content }) => [format, content]);
  } catch {
    return [
      ...(svg ? [["svg", svg] as [string, string]] : []),
      ...(png ? [["png", Buffer.from(png, "base64")] as [string, Buffer]] : []),
    ];
  }
};

/** Every table of results by its name; a name shown again replaces what was there. */
export const collectResults = (notebooks: readonly Notebook[]): Record<string, ResultRecord> => {
  const results: Record<string, ResultRecord> = {};
  for (const notebook of notebooks) {
    for (const output of notebook.cells.flatMap((cell) => cell.outputs ?? [])) {
      const result = bundle(output)[RESULT] as Partial<ResultRecord> | undefined;
      if (typeof result?.name !== "string" || !Array.isArray(result.columns) || !Array.isArray(result.rows)) continue;
      const { name, columns, rows } = result as ResultRecord;
      results[name] = { name, columns, rows: rows.map((row) => cellsOf(row, columns)), notebook: notebook.name };
    }
  }
  return results;
};

const cellsOf = (row: unknown, columns: readonly string[]): unknown[] =>
  Array.isArray(row) ? row : columns.map((column) => (row as Record<string, unknown>)[column]);

/** A table without the bounds of its intervals: without columns "x low" and "x high" beside a column "x". */
export const withoutBounds = <Table extends Pick<ResultRecord, "columns" | "rows">>(table: Table): Table => {
  const isBound = (column: string): boolean =>
    / (low|high)$/.test(column) && table.columns.includes(column.replace(/ (low|high)$/, ""));
  const kept = table.columns.flatMap((column, k) => (isBound(column) ? [] : [k]));
  return {
    ...table,
    columns: kept.map((k) => table.columns[k] as string),
    rows: table.rows.map((row) => kept.map((k) => row[k])),
  };
};

/** The table with the measures of the methods: "metrics", or the first with a column for MSE. */
export const metricTable = (results: Readonly<Record<string, ResultRecord>>): ResultRecord | undefined =>
  results["metrics"] ?? Object.values(results).find(({ columns }) => columns.some((column) => /^mse\b/i.test(column)));
