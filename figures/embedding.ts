import { formatCount, leftOut, plural } from "./caption.js";
import { checkLengths, checkOptions, figure, type Figure, type Numbers } from "./figure.js";
import { legendColumns, page, type PageOptions } from "./page.js";
import { CATEGORY_COLORS, cellTypeColors } from "./theme.js";
import { evenlyByGroup, round } from "./thin.js";

/** Two coordinates and a label a cell. */
export interface EmbeddingData {
  x: Numbers;
  y: Numbers;
  /** Cell type or cluster; null or "" is shown as "unlabelled". */
  labels: ReadonlyArray<string | null>;
  /** Cell names, for the tooltip. */
  names?: readonly string[];
  /** Panel of each cell ("original", "degraded", …): side by side on the same axes. */
  panel?: readonly string[];
}

/** Options of {@link embedding}. */
export interface EmbeddingOptions extends PageOptions {
  /** Kind of embedding, which names the axes: "UMAP" gives "UMAP 1 (arbitrary units)". Default "PC". */
  kind?: string;
  /** Title of the legend. Default "Cell type". */
  labelTitle?: string;
  /** Most cells drawn, evenly spread within each label and panel. Default 4,000. */
  maxCells?: number;
}

const UNLABELLED = "unlabelled";

/**
 * Cells in two dimensions (PCA, UMAP), coloured by type.
 * @throws {RangeError} when no cell has finite coordinates
 * @example
 * embedding({ x: [0, 1], y: [1, 0], labels: ["B", "T"] }, { kind: "UMAP" });
 */
export const embedding = (data: EmbeddingData, options: EmbeddingOptions = {}): Figure => {
  const { kind = "PC", labelTitle = "Cell type", maxCells = 4000 } = options;
  const name = `embedding-${kind.toLowerCase().replace(/[^a-z0-9]+/g, "-")}`;
  checkOptions(name, options, ["kind", "labelTitle", "maxCells", "width"]);
  const { x, y, labels, names, panel } = data;
  checkLengths(name, { x, y, labels, ...(names && { names }), ...(panel && { panel }) });
  const usable = Array.from({ length: x.length }, (_, i) => i).filter(
    (cell) => Number.isFinite(x[cell]) && Number.isFinite(y[cell]),
  );
  if (usable.length === 0) {
    throw new RangeError(`${name}: no cell has finite coordinates (${x.length} given); compute the embedding first`);
  }
  const labelOf = (cell: number) => labels[cell] || UNLABELLED;
  const types = [...new Set(usable.map(labelOf))].sort((a, b) =>
    a === UNLABELLED ? 1 : b === UNLABELLED ? -1 : a.localeCompare(b, "en"),
  );
  const shown = evenlyByGroup(
    usable.map((cell) => `${panel?.[cell] ?? ""}\u0000${labelOf(cell)}`),
    maxCells,
  ).map((k) => usable[k] as number);
  const rows = shown.map((cell) => ({
    x: round(x[cell] as number, 4),
    y: round(y[cell] as number, 4),
    label: labelOf(cell),
    ...(names && { cell: names[cell] }),
    ...(panel && { panel: panel[cell] }),
  }));
  const panels = panel ? [...new Set(panel)] : [];
  const { width, isNarrow } = page(name, options.width);
  const columns = isNarrow ? 1 : Math.max(1, Math.min(3, panels.length));
  const size = isNarrow ? width - 80 : columns === 1 ? 380 : Math.floor((width - 60) / columns) - 18;
  const title = (axis: number) =>
    `${kind}${/\d$/.test(kind) ? " " : kind === "PC" ? "" : " "}${axis} (arbitrary units)`;
  const scale = { zero: false, nice: true } as const;
  const colors = cellTypeColors(types.filter((type) => type !== UNLABELLED));
  const unit = {
    width: size,
    height: columns === 1 && !isNarrow ? 340 : size,
    mark: { type: "circle", size: shown.length > 1500 ? 12 : 24, opacity: 0.75, tooltip: true },
    encoding: {
      x: { field: "x", type: "quantitative", title: title(1), scale, axis: { tickCount: 5 } },
      y: { field: "y", type: "quantitative", title: title(2), scale, axis: { tickCount: 5 } },
      color: {
        field: "label",
        type: "nominal",
        title: labelTitle,
        scale: {
          domain: types,
          range: types.map((type, k) =>
            type === UNLABELLED ? "#c4c4c4" : (colors[k] ?? (CATEGORY_COLORS[0] as string)),
          ),
        },
        legend: {
          symbolOpacity: 1,
          symbolSize: 70,
          ...(columns > 1 && { orient: "bottom", columns: 4 }),
          ...(isNarrow && { orient: "bottom", columns: legendColumns(types, width) }),
        },
      },
    },
  } as const;
  const description =
    `${plural(usable.length, "cell")} of ${plural(types.length, "group")} by ${kind}` +
    (shown.length < usable.length ? `; ${formatCount(shown.length)} drawn, evenly within each group` : "") +
    "." +
    leftOut(x.length - usable.length, "cell", "without coordinates");
  return figure(
    name,
    description,
    panel
      ? {
          data: { values: rows },
          facet: { field: "panel", type: "nominal", title: null, sort: panels },
          columns,
          spec: unit,
        }
      : { data: { values: rows }, ...unit },
  );
};
