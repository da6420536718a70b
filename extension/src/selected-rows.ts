import type { SceneNode, View } from "vega";
import { field } from "vega-util";

/** A row of a chart's data. */
export type Row = Readonly<Record<string, unknown>>;

/** One selection as Vega-Lite stores it: a condition on each field. */
interface Stored {
  readonly fields: readonly { readonly field: string; readonly type: string }[];
  readonly values: readonly unknown[];
}

/** Whether a data set holds a selection, by its name. */
export const isStore = (name: string): boolean => /_store$/.test(name);

/** Rows of data behind the marks of a chart: those that any of its selections has, and all. */
export interface Selected {
  readonly rows: readonly Row[];
  readonly all: readonly Row[];
}

/** Reads the selections of a chart's parameters. @param names - its data sets. */
export const selectedRows = (view: View, names: readonly string[]): Selected => {
  const stores = names.filter(isStore).map((name) => view.data(name) as Stored[]);
  const all = rowsOfMarks((view.scenegraph() as unknown as { root: SceneNode }).root);
  const conditions = stores.flat();
  return { all, rows: all.filter((row) => conditions.some((stored) => meets(row, stored))) };
};

/** Whether a row meets a stored selection. */
export const meets = (row: Row, { fields, values }: Stored): boolean =>
  fields.length > 0 && fields.every(({ field: name, type }, i) => meetsField(field(name)(row), type, values[i]));

/** "E" is for values that are listed, "R…" for a range whose ends may be left out. */
const meetsField = (value: unknown, type: string, wanted: unknown): boolean => {
  if (type === "E") return [wanted].flat().map(comparable).includes(comparable(value));
  if (!type.startsWith("R") || !Array.isArray(wanted) || value === null || value === undefined) return false;
  const ends = wanted.map(Number);
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const number = Number(value);
  const fromLow = type === "R-E" || type === "R-LE" ? number > low : number >= low;
  const toHigh = type === "R-E" || type === "R-RE" ? number < high : number <= high;
  return fromLow && toHigh;
};

/** Times are stored as numbers. */
const comparable = (value: unknown): unknown => (value instanceof Date ? Number(value) : value);

/** Each row once, in the order drawn. Axes, legends and brushes have none. */
const rowsOfMarks = (root: SceneNode): Row[] => {
  const rows = new Set<Row>();
  const visit = (mark: SceneNode): void => {
    const isData = mark.role === "mark" && mark.marktype !== "group";
    for (const item of mark.items ?? []) {
      if (isData && isRow(item.datum)) rows.add(item.datum);
      for (const inner of item.items ?? []) visit(inner);
    }
  };
  visit(root);
  return [...rows];
};

const isRow = (datum: unknown): datum is Row =>
  typeof datum === "object" && datum !== null && Object.keys(datum).length > 0;
