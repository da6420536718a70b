import type { Figure } from "./figure.js";

/** Value of an interval selection: the bounds of each field brushed over, empty where nothing is. */
export type BrushValue = Readonly<Record<string, readonly [number, number] | undefined>>;

/**
 * Names of a figure's cells inside a rectangle that was drawn over it, in the figure's order; none where nothing is selected.
 *
 * @param figure - one whose top-level data name their cells, such as `linkedCells`.
 * @param brush - value of its parameter "brush": bounds by field, in either order.
 * @throws {TypeError} for a figure whose rows have no cell names
 * @example
 * selectedCells(figure, { x: [-4, 2], y: [0, 9] }); // ["AAACATACAACCAC-1", …]
 */
export const selectedCells = (figure: Figure, brush: BrushValue): string[] => {
  const { data } = figure as { data?: { values?: readonly Readonly<Record<string, unknown>>[] } };
  const rows = data?.values;
  if (!rows?.every((row) => typeof row.cell === "string")) {
    throw new TypeError(
      `${figure.name}: its rows name no cells; pass a figure of cells with names, such as linkedCells`,
    );
  }
  const bounds = Object.entries(brush).flatMap(([field, range]) => (range ? [[field, ...range] as const] : []));
  if (bounds.length === 0) return [];
  return rows
    .filter((row) =>
      bounds.every(([field, a, b]) => {
        const value = row[field] as number;
        return value >= Math.min(a, b) && value <= Math.max(a, b);
      }),
    )
    .map((row) => row.cell as string);
};
