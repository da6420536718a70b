import type { TopLevelSpec } from "vega-lite";
import { formatCount, plural } from "./caption.js";
import { checkLengths, checkOptions, figure, type Figure, type Numbers } from "./figure.js";
import { axisTitle, labelRoom, legendColumns, page, type PageOptions } from "./page.js";
import { INK, OKABE_ITO, cellTypeColors } from "./theme.js";
import { evenlyByGroup, round } from "./thin.js";

/** Cells with two coordinates, a label and the expression of a few genes. */
export interface LinkedCellsData {
  x: Numbers;
  y: Numbers;
  /** Cell type or cluster; null or "" is shown as "unlabelled". */
  labels: ReadonlyArray<string | null>;
  /** Cell names: what a selection is read back as. */
  names: readonly string[];
  /** At most {@link MAX_GENES} genes. */
  genes: readonly string[];
  /** `expression[gene][cell]`. */
  expression: readonly Numbers[];
}

/** Options of {@link linkedCells}. */
export interface LinkedCellsOptions extends PageOptions {
  /** Kind of embedding, which names the axes. Default "UMAP". */
  kind?: string;
  /** Unit of the expression. Default "log1p(CP10k)". */
  unit?: string;
  /** Most cells drawn, evenly spread within each label. Default 1,500. */
  maxCells?: number;
}

/** Most genes of {@link linkedCells}. */
export const MAX_GENES = 12;

/** Name of the selection parameter: `view.signal(BRUSH)` is what {@link selectedCells} takes. */
export const BRUSH = "brush";

const ROW = 30;
/** Right edges of the columns of the table, in pixels. */
const [INSIDE, OUTSIDE] = [60, 124];

/**
 * Cells in two dimensions over which the reader draws a rectangle, and beside them the cells inside: a violin a gene, and a table of
 * each gene's mean and share of cells inside and outside. Without a rectangle all cells are inside. The rectangle is the parameter
 * "brush"; {@link selectedCells} turns its value into cell names.
 * @throws {RangeError} for no cell with coordinates, no genes or more than {@link MAX_GENES}
 * @example
 * linkedCells({ x: [1, 2], y: [0, 3], labels: ["B", "T"], names: ["AAAC-1", "AAAG-1"], genes: ["MS4A1"], expression: [[2.1, 0]] });
 */
export const linkedCells = (data: LinkedCellsData, options: LinkedCellsOptions = {}): Figure => {
  const name = "linked-cells";
  checkOptions(name, options, ["kind", "unit", "maxCells", "width"]);
  const { x, y, labels, names, genes, expression } = data;
  const { kind = "UMAP", unit = "log1p(CP10k)", maxCells = 1500 } = options;
  const { usable, shown } = shownCells(name, data, maxCells);
  const labelOf = (cell: number) => labels[cell] || "unlabelled";
  const types = [...new Set(shown.map(labelOf))].sort((a, b) => a.localeCompare(b, "en"));
  const keys = genes.map((_, g) => `g${g}`);
  const rows = shown.map((cell) => ({
    cell: names[cell]!,
    label: labelOf(cell),
    x: round(x[cell]!, 4),
    y: round(y[cell]!, 4),
    ...Object.fromEntries(keys.map((key, g) => [key, round(expression[g]![cell]!, 3)])),
  }));
  const top = Math.max(
    0.1,
    ...keys.flatMap((_, g) => shown.map((cell) => expression[g]![cell]!).filter(Number.isFinite)),
  );
  const { width: total, isNarrow } = page(name, options.width);
  const tableWidth = OUTSIDE + 8;
  const geneRoom = labelRoom(genes, 90) + 14;
  const side = isNarrow ? total - Math.max(70, geneRoom + 20) : 225;
  const violinWidth = (isNarrow ? total : total - side - 95) - geneRoom - tableWidth - (isNarrow ? 46 : 30);
  const scale = { zero: false, nice: true };
  const tooltip = [
    { field: "cell", title: "Cell" },
    { field: "label", title: "Type" },
    ...keys.map((key, g) => ({ field: key, title: genes[g]!, type: "quantitative" })),
  ];
  const cells = {
    width: side,
    height: isNarrow ? 240 : Math.max(side, ROW * genes.length),
    params: [{ name: BRUSH, select: { type: "interval", encodings: ["x", "y"] } }],
    mark: { type: "circle", size: shown.length > 1000 ? 14 : 24 },
    encoding: {
      x: { field: "x", type: "quantitative", title: `${kind} 1 (arbitrary units)`, scale, axis: { tickCount: 5 } },
      y: { field: "y", type: "quantitative", title: `${kind} 2 (arbitrary units)`, scale, axis: { tickCount: 5 } },
      color: {
        condition: {
          param: BRUSH,
          field: "label",
          type: "nominal",
          title: "Cell type",
          scale: { domain: types, range: cellTypeColors(types) },
          legend: { orient: "bottom", columns: legendColumns(types, side + 60), symbolOpacity: 1, symbolSize: 60 },
        },
        value: "#c4c4c4",
      },
      opacity: { condition: { param: BRUSH, value: 0.8 }, value: 0.35 },
      tooltip,
    },
  };
  const inside = { filter: { param: BRUSH } };
  const named = [
    { fold: keys, as: ["key", "value"] },
    {
      calculate: `${JSON.stringify(Object.fromEntries(keys.map((key, g) => [key, genes[g]])))}[datum.key]`,
      as: "gene",
    },
  ];
  const violins = {
    transform: [
      inside,
      ...named,
      {
        density: "value",
        groupby: ["gene"],
        extent: [0, round(top, 3)],
        bandwidth: round(top / 25, 3),
        as: ["value", "density"],
      },
      { joinaggregate: [{ op: "max", field: "density", as: "highest" }], groupby: ["gene"] },
      { calculate: "datum.density / datum.highest", as: "right" },
      { calculate: "-datum.right", as: "left" },
    ],
    facet: {
      row: {
        field: "gene",
        type: "nominal",
        title: null,
        sort: [...genes],
        header: null,
      },
    },
    spacing: 0,
    spec: {
      width: violinWidth,
      height: ROW,
      mark: { type: "area", color: OKABE_ITO.blue, opacity: 0.9 },
      encoding: {
        x: {
          field: "value",
          type: "quantitative",
          title: axisTitle(`Inside (${unit})`, violinWidth, isNarrow),
          scale: { domain: [0, round(top, 3)], nice: false },
          axis: { tickCount: 4 },
        },
        y: { field: "left", type: "quantitative", axis: null, scale: { domain: [-1.05, 1.05] } },
        y2: { field: "right" },
      },
    },
  };
  const summary = (filter: object) => [
    filter,
    ...named,
    { calculate: "datum.value > 0 ? 100 : 0", as: "seen" },
    {
      aggregate: [
        { op: "mean", field: "value", as: "mean" },
        { op: "mean", field: "seen", as: "share" },
      ],
      groupby: ["gene"],
    },
    { calculate: "format(datum.mean, '.2f') + ' (' + format(datum.share, '.0f') + ')'", as: "text" },
  ];
  const column = (filter: object, at: number) => ({
    transform: summary(filter),
    mark: { type: "text", align: "right", fontSize: 11, color: INK },
    encoding: {
      y: {
        field: "gene",
        type: "nominal",
        title: null,
        scale: { domain: [...genes] },
        axis: { ticks: false, domain: false, grid: false, labelOverlap: false, labelLimit: 90 },
      },
      x: { value: at },
      text: { field: "text" },
    },
  });
  const heading = (text: string, at: number) => ({
    data: { values: [{ text }] },
    mark: { type: "text", align: "right", baseline: "bottom", fontSize: 11, fontWeight: 600, color: INK },
    encoding: { x: { value: at }, y: { value: -4 }, text: { field: "text" } },
  });
  const table = {
    width: tableWidth,
    height: { step: ROW },
    layer: [
      column(inside, INSIDE),
      column({ filter: { not: { param: BRUSH } } }, OUTSIDE),
      heading("inside", INSIDE),
      heading("outside", OUTSIDE),
    ],
  };
  const linked = { hconcat: [table, violins], spacing: 12 };
  return figure(
    name,
    `${plural(usable.length, "cell")} of ${plural(types.length, "group")} by ${kind}` +
      (shown.length < usable.length ? ` (${formatCount(shown.length)} drawn, evenly within each group)` : "") +
      `. Drag over cells: violins and table (mean ${unit}, and in brackets the % of cells with the gene) of ${plural(genes.length, "gene")} are those ` +
      `of the cells inside; without a rectangle, of all.`,
    {
      data: { values: rows },
      ...(isNarrow ? { vconcat: [cells, linked] } : { hconcat: [cells, linked] }),
      resolve: { scale: { color: "independent" } },
    } as TopLevelSpec,
  );
};

/**
 * The cells that have coordinates, and those of them that are drawn, evenly spread within each label.
 * @throws {RangeError} for no cell with coordinates, no genes or more than {@link MAX_GENES}, or series of unequal length
 */
export const shownCells = (
  name: string,
  data: LinkedCellsData,
  maxCells: number,
): { usable: number[]; shown: number[] } => {
  const { x, y, labels, names, genes, expression } = data;
  checkLengths(name, { x, y, labels, names });
  checkLengths(name, { genes, expression });
  if (genes.length === 0 || genes.length > MAX_GENES) {
    throw new RangeError(`${name}: ${plural(genes.length, "gene")}; pass 1 to ${MAX_GENES}`);
  }
  genes.forEach((gene, g) => checkLengths(`${name}, ${gene}`, { cells: names, expression: expression[g]! }));
  const usable = names.map((_, cell) => cell).filter((cell) => Number.isFinite(x[cell]) && Number.isFinite(y[cell]));
  if (usable.length === 0) throw new RangeError(`${name}: no cell has finite coordinates (${x.length} given)`);
  const groups = usable.map((cell) => labels[cell] || "unlabelled");
  return { usable, shown: evenlyByGroup(groups, maxCells).map((k) => usable[k]!) };
};
