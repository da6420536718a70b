import type { TopLevelSpec } from "vega-lite";
import { formatCount, formatNumber, plural } from "./caption.js";
import { checkLengths, checkOptions, figure, type Figure, type Numbers } from "./figure.js";
import { labelRoom, legendColumns, legendPlace, page, type PageOptions } from "./page.js";
import { OKABE_ITO, cellTypeColors } from "./theme.js";
import { evenlyByGroup, round } from "./thin.js";

/** Marker genes in cells. */
export interface MarkerHeatmapData {
  /** Rows. */
  genes: readonly string[];
  /** Cell type or cluster of each cell: columns, side by side by group in the order of first appearance. */
  groups: readonly string[];
  /** genes × cells, row-major: z-scores by gene. */
  values: Numbers;
  /**
   * Tree of the genes as scipy's linkage: genes - 1 rows of two clusters, their distance and the number of genes below, row-major
   * (`tl.linkage`). Genes are shown in its order and the tree is drawn; without it they keep theirs.
   */
  linkage?: Numbers;
}

/** Options of {@link markerHeatmap}. */
export interface MarkerHeatmapOptions extends PageOptions {
  /** Unit of the values. Default "z-score". */
  unit?: string;
  /** Values beyond ± this have the colour of the bound. Default 2.5. */
  limit?: number;
}

const STEP = 13;
const TREE = 56;

/**
 * Heat map of marker genes in single cells, cells by group under a strip of the groups' colours, genes clustered with their tree at
 * the right. Cells are thinned evenly within groups to what a figure carries.
 * @throws {RangeError} for no genes or cells, values or a tree that do not fit them
 * @example
 * markerHeatmap({ genes: ["MS4A1", "CD3D"], groups: ["B", "B", "T"], values: [1, 1.2, -1, -0.6, -0.8, 1.4], linkage: [0, 1, 1.9, 2] });
 */
export const markerHeatmap = (data: MarkerHeatmapData, options: MarkerHeatmapOptions = {}): Figure => {
  const name = "marker-heatmap";
  checkOptions(name, options, ["unit", "limit", "width"]);
  const { genes, groups, values, linkage } = data;
  const { unit = "z-score", limit = 2.5 } = options;
  checkLengths(name, { values, "genes × cells": { length: genes.length * groups.length } });
  if (values.length === 0) throw new RangeError(`${name}: ${genes.length} genes and ${groups.length} cells; give both`);
  const tree = linkage && treeOf(name, genes.length, linkage);
  const order = tree?.order ?? genes.map((_, g) => g);
  const names = [...new Set(groups)];
  const { width: total, isNarrow } = page(name, options.width);
  const width = total - labelRoom(genes) - (tree ? TREE : 0) - (isNarrow ? 48 : 170);
  const most = Math.min(Math.floor(4600 / (genes.length + 1)), width);
  if (most < names.length) {
    throw new RangeError(
      `${name}: ${genes.length} genes leave room for ${most} cells, fewer than ${names.length} groups; pass fewer genes`,
    );
  }
  const shown = evenlyByGroup(groups, most).sort(
    (a, b) => names.indexOf(groups[a]!) - names.indexOf(groups[b]!) || a - b,
  );
  const cells = order.flatMap((g, row) =>
    shown.map((cell, k) => ({
      row,
      x: k,
      gene: genes[g]!,
      group: groups[cell]!,
      value: round(values[g * groups.length + cell]!, 3),
    })),
  );
  const spans = names.map((group) => {
    const from = shown.findIndex((cell) => groups[cell] === group);
    return { group, from, to: shown.findLastIndex((cell) => groups[cell] === group) + 1 };
  });
  const rows = { domain: [-0.5, genes.length - 0.5], nice: false, reverse: true, zero: false };
  const height = STEP * genes.length;
  const across = { type: "quantitative", scale: { domain: [0, shown.length], nice: false }, axis: null };
  const clipped = Array.from(values).filter((value) => Math.abs(value) > limit).length;
  const heat = {
    width,
    height,
    data: { values: cells },
    transform: [
      { calculate: "datum.x + 1", as: "x2" },
      { calculate: "datum.row - 0.5", as: "above" },
      { calculate: "datum.row + 0.5", as: "below" },
    ],
    mark: { type: "rect", tooltip: { content: "data" }, strokeWidth: 0 },
    encoding: {
      x: { ...across, field: "x" },
      x2: { field: "x2" },
      y: {
        field: "above",
        type: "quantitative",
        title: "Gene",
        scale: rows,
        axis: {
          values: order.map((_, row) => row),
          labelExpr: `${JSON.stringify(order.map((g) => genes[g]))}[datum.value]`,
          labelOverlap: false,
          grid: false,
          ticks: false,
          domain: false,
        },
      },
      y2: { field: "below" },
      color: {
        field: "value",
        type: "quantitative",
        title: `Expression (${unit})`,
        scale: { scheme: "blueorange", domain: [-limit, limit], clamp: true },
        legend: {
          gradientLength: 110,
          tickCount: 5,
          format: ".3~g",
          ...legendPlace(isNarrow),
        },
      },
    },
  };
  const strip = {
    width,
    height: 10,
    data: { values: spans },
    mark: { type: "rect", tooltip: true },
    encoding: {
      x: { ...across, field: "from" },
      x2: { field: "to" },
      color: {
        field: "group",
        type: "nominal",
        title: null,
        scale: { domain: names, range: cellTypeColors(names) },
        legend: { orient: "top", columns: legendColumns(names, width + 100), symbolType: "square" },
      },
    },
  };
  const branches = tree && {
    width: TREE - 14,
    height,
    data: { values: tree.lines },
    mark: { type: "rule", color: OKABE_ITO.grey, strokeWidth: 1 },
    encoding: {
      x: { field: "x", type: "quantitative", axis: null, scale: { nice: false, zero: true } },
      x2: { field: "x2" },
      y: { field: "y", type: "quantitative", axis: null, scale: rows },
      y2: { field: "y2" },
    },
  };
  const largest = spans.reduce((a, b) => (b.to - b.from > a.to - a.from ? b : a));
  return figure(
    name,
    `${plural(genes.length, "marker gene")} in ${formatCount(shown.length)} of ${plural(groups.length, "cell")} of ` +
      `${plural(names.length, "group")} (most: ${largest.group}), ${unit}; ` +
      (tree ? `genes in the order of their tree, drawn at the right. ` : "genes in the order given. ") +
      `Colours end at ±${formatNumber(limit)}, beyond which lie ${formatCount(clipped)} of ${formatCount(values.length)} values.`,
    {
      vconcat: [strip, branches ? { hconcat: [heat, branches], spacing: 4 } : heat],
      spacing: 2,
      resolve: { scale: { color: "independent" } },
    } as TopLevelSpec,
  );
};

/** Order of the leaves and the lines of a tree whose leaves stand at 0, 1, … and whose root is furthest right. */
const treeOf = (name: string, n: number, linkage: Numbers) => {
  checkLengths(name, { linkage, "(genes - 1) × 4": { length: 4 * (n - 1) } });
  const merge = (k: number) => [linkage[4 * k]!, linkage[4 * k + 1]!, linkage[4 * k + 2]!] as const;
  const below = (cluster: number): number[] => {
    if (cluster < n) return [cluster];
    const [left, right] = merge(cluster - n);
    return [...below(left), ...below(right)];
  };
  const order = below(2 * n - 2);
  const place = new Map(order.map((leaf, k) => [leaf, { at: k, distance: 0 }]));
  const lines = Array.from({ length: n - 1 }, (_, k) => k).flatMap((k) => {
    const [a, b, distance] = merge(k);
    const [left, right] = [place.get(a)!, place.get(b)!];
    place.set(n + k, { at: (left.at + right.at) / 2, distance });
    const line = (x: number, x2: number, y: number, y2: number) => ({
      x: round(x, 4),
      x2: round(x2, 4),
      y: round(y, 4),
      y2: round(y2, 4),
    });
    return [
      line(left.distance, distance, left.at, left.at),
      line(right.distance, distance, right.at, right.at),
      line(distance, distance, left.at, right.at),
    ];
  });
  return { order, lines };
};
