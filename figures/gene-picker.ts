import type { TopLevelSpec } from "vega-lite";
import { formatCount, formatShare, list, plural } from "./caption.js";
import { checkOptions, figure, type Figure } from "./figure.js";
import { shownCells, type LinkedCellsData } from "./linked-cells.js";
import { legendPlace, page, type PageOptions } from "./page.js";
import { quantileSorted } from "./quantile.js";
import { EXPRESSION_COLORS } from "./theme.js";
import { round } from "./thin.js";

/** Options of {@link genePicker}. */
export interface GenePickerOptions extends PageOptions {
  /** Kind of embedding, which names the axes. Default "UMAP". */
  kind?: string;
  /** Unit of the expression. Default "log1p(CP10k)". */
  unit?: string;
  /** Most cells drawn, evenly spread within each label. Default 2,000. */
  maxCells?: number;
}

/**
 * Cells in two dimensions, coloured by the expression of a gene that the reader picks from a list (parameter "gene"); in print, the
 * first. All genes share one colour scale, which ends at the 99.5th percentile; cells that express most are drawn last.
 * @throws {RangeError} for no cell with coordinates, no genes or more than 12
 * @example
 * genePicker({ x: [1, 2], y: [0, 3], labels: ["B", "T"], names: ["AAAC-1", "AAAG-1"], genes: ["MS4A1"], expression: [[2.1, 0]] });
 */
export const genePicker = (data: LinkedCellsData, options: GenePickerOptions = {}): Figure => {
  const name = "gene-picker";
  checkOptions(name, options, ["kind", "unit", "maxCells", "width"]);
  const { x, y, labels, names, genes, expression } = data;
  const { kind = "UMAP", unit = "log1p(CP10k)", maxCells = 2000 } = options;
  const { usable, shown } = shownCells(name, data, maxCells);
  const rows = shown.map((cell) => ({
    cell: names[cell]!,
    type: labels[cell] || "unlabelled",
    x: round(x[cell]!, 4),
    y: round(y[cell]!, 4),
    ...Object.fromEntries(genes.map((gene, g) => [gene, round(expression[g]![cell]!, 3)])),
  }));
  const values = Float64Array.from(expression.flatMap((gene) => shown.map((cell) => gene[cell]!))).filter(
    Number.isFinite,
  );
  const top = quantileSorted(values.sort(), 0.995) || values.at(-1) || 1;
  const seen = genes.map(
    (gene, g) => `${gene} ${formatShare(shown.filter((cell) => expression[g]![cell]! > 0).length / shown.length)}`,
  );
  const { width, isNarrow } = page(name, options.width);
  const side = isNarrow ? width - 70 : 360;
  const scale = { zero: false, nice: true };
  return figure(
    name,
    `${plural(usable.length, "cell")} by ${kind}` +
      (shown.length < usable.length ? ` (${formatCount(shown.length)} drawn)` : "") +
      `, coloured by the expression of a gene picked from ${plural(genes.length, "gene")} (shown: ${genes[0]}). Cells with the gene: ` +
      `${list(seen)}.`,
    {
      params: [{ name: "gene", value: genes[0], bind: { input: "select", options: [...genes], name: "Gene " } }],
      title: { text: { expr: "gene" } },
      data: { values: rows },
      transform: [{ calculate: "datum[gene]", as: "expression" }],
      width: side,
      height: isNarrow ? 240 : 320,
      mark: { type: "circle", size: shown.length > 1000 ? 14 : 24, opacity: 0.9, tooltip: { content: "data" } },
      encoding: {
        x: { field: "x", type: "quantitative", title: `${kind} 1 (arbitrary units)`, scale, axis: { tickCount: 5 } },
        y: { field: "y", type: "quantitative", title: `${kind} 2 (arbitrary units)`, scale, axis: { tickCount: 5 } },
        order: { field: "expression", type: "quantitative" },
        color: {
          field: "expression",
          type: "quantitative",
          title: `Expression, ${unit}`,
          scale: {
            range: [...EXPRESSION_COLORS],
            domain: [0, round(top, 3)],
            clamp: true,
          },
          legend: {
            format: ".3~g",
            tickCount: 4,
            gradientLength: 120,
            titleLimit: 200,
            ...legendPlace(isNarrow),
          },
        },
      },
    } as TopLevelSpec,
  );
};
