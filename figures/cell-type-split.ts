import { formatCount, formatShare, leftOut, plural } from "./caption.js";
import { checkLengths, checkOptions, figure, type Figure } from "./figure.js";
import { labelRoom, page, type PageOptions } from "./page.js";
import { INK, OKABE_ITO } from "./theme.js";

/** One entry a cell. */
export interface CellTypeSplitData {
  /** `obs.cell_type`; null or "" where a cell has no label. */
  cellTypes: ReadonlyArray<string | null>;
  /** `obs.split`: "train", "validation" or "test". */
  split: ReadonlyArray<string | null>;
}

/** Options of {@link cellTypeSplit}. */
export interface CellTypeSplitOptions extends PageOptions {
  /** Splits in the order they are stacked. Default train, validation, test. */
  order?: readonly string[];
}

const COLORS = [OKABE_ITO.blue, OKABE_ITO.orange, OKABE_ITO.green, OKABE_ITO.purple, OKABE_ITO.vermilion];

/**
 * Cells by type, stacked by split, the largest type first.
 * @throws {RangeError} when no cell has a type and one of the splits
 * @example
 * cellTypeSplit({ cellTypes: ["B", "T", "T"], split: ["train", "train", "test"] });
 */
export const cellTypeSplit = (data: CellTypeSplitData, options: CellTypeSplitOptions = {}): Figure => {
  const name = "cell-type-split";
  checkOptions(name, options, ["order", "width"]);
  const { cellTypes, split } = data;
  checkLengths(name, { cellTypes, split });
  const order = options.order ?? ["train", "validation", "test"];
  const counts = new Map<string, Map<string, number>>();
  let cells = 0;
  cellTypes.forEach((type, i) => {
    const part = split[i];
    if (!type || !part || !order.includes(part)) return;
    const own = counts.get(type) ?? new Map<string, number>();
    own.set(part, (own.get(part) ?? 0) + 1);
    counts.set(type, own);
    cells++;
  });
  if (cells === 0) {
    throw new RangeError(`${name}: no cell has a type and a split of ${order.join(", ")}; run pp.splitCells first`);
  }
  const totals = [...counts]
    .map(([type, parts]) => ({ type, total: [...parts.values()].reduce((sum, count) => sum + count, 0) }))
    .sort((a, b) => b.total - a.total);
  const types = totals.map(({ type }) => type);
  const rows = types.flatMap((type) =>
    order.flatMap((part, rank) => {
      const count = counts.get(type)?.get(part) ?? 0;
      return count ? [{ type, split: part, rank, cells: count }] : [];
    }),
  );
  const share = (part: string) => rows.filter((row) => row.split === part).reduce((sum, row) => sum + row.cells, 0);
  const description =
    `${plural(cells, "cell")} of ${plural(types.length, "type")}, split into ` +
    `${order.map((part) => `${part} ${formatCount(share(part))} (${formatShare(share(part) / cells)})`).join(", ")}; ` +
    `smallest type: ${totals.at(-1)?.type} with ${formatCount(totals.at(-1)?.total ?? 0)}.` +
    leftOut(cellTypes.length - cells, "cell", "without type or split");
  const { width, isNarrow } = page(name, options.width);
  const y = {
    field: "type",
    type: "nominal",
    sort: types,
    title: "Cell type",
    axis: { grid: false, ticks: false, domain: false },
  } as const;
  return figure(name, description, {
    width: width - (isNarrow ? labelRoom(types) + 75 : 240),
    height: { step: 26 },
    layer: [
      {
        data: { values: rows },
        mark: { type: "bar", height: 17, tooltip: true },
        encoding: {
          y,
          x: {
            field: "cells",
            type: "quantitative",
            title: "Cells",
            axis: { format: ",d", tickMinStep: 1, tickCount: isNarrow ? 3 : 6 },
          },
          color: {
            field: "split",
            type: "nominal",
            title: null,
            scale: { domain: [...order], range: order.map((_, k) => COLORS[k % COLORS.length] as string) },
            legend: { orient: "top" },
          },
          order: { field: "rank", type: "quantitative" },
        },
      },
      {
        data: { values: totals.map((row) => ({ ...row, label: formatCount(row.total) })) },
        mark: { type: "text", align: "left", dx: 5, fontSize: 11, color: INK },
        encoding: { y, x: { field: "total", type: "quantitative" }, text: { field: "label" } },
      },
    ],
  });
};
