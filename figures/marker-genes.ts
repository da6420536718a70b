import type { TopLevelSpec } from "vega-lite";
import { formatNumber, list, plural } from "./caption.js";
import { checkLengths, checkOptions, figure, type Figure, type Numbers } from "./figure.js";
import { median } from "./quantile.js";
import { NARROW_LABEL, labelRoom, page, type PageOptions } from "./page.js";
import { FULL_WIDTH, INK, cellTypeColors, methodColors } from "./theme.js";
import { evenlyByGroup, round, vanDerCorput } from "./thin.js";

/** Values of some genes in some cells, in three states: `values[gene][cell]`, z-scored by the training cells. */
export interface MarkerGenesData {
  /** Gene names, one panel each. */
  genes: readonly string[];
  /** Cell names. */
  cells: readonly string[];
  /** Cell type of each cell; null or "" is shown as "unlabelled". */
  cellTypes: ReadonlyArray<string | null>;
  original: readonly Numbers[];
  degraded: readonly Numbers[];
  repaired: readonly Numbers[];
}

/** Options of {@link markerGenes}. */
export interface MarkerGenesOptions {
  /** Name of the repair, for the legend. Default "repaired". */
  repairedLabel?: string;
  /** Most cells shown, spread over cell types. Default 12. */
  maxCells?: number;
}

/** Options of {@link markerGenesByType}. */
export interface MarkerGenesByTypeOptions extends PageOptions {
  /** Name of the repair, for the panels. Default "repaired". */
  repairedLabel?: string;
  /** Most cells drawn, evenly within each type. Default, and at most: as many as make 4,800 points over all panels. */
  maxCells?: number;
}

const VALUE_TITLE = "z-score";

/** Pixels between the panels of {@link markerGenesByType}. */
const SPACING = 14;

/**
 * Marker genes in single cells as in the paper's appendix B: a panel a gene, a row a cell, and in it the original,
 * degraded and repaired value joined by a line.
 * @throws {RangeError} for no genes, no cells or values that do not fit them
 * @example
 * const values = { original: [[1.9, -0.4]], degraded: [[0.1, -0.5]], repaired: [[1.5, -0.4]] };
 * markerGenes({ genes: ["MS4A1"], cells: ["AAAC-1", "AAAG-1"], cellTypes: ["B", "T"], ...values });
 */
export const markerGenes = (data: MarkerGenesData, options: MarkerGenesOptions = {}): Figure => {
  const name = "marker-genes";
  checkOptions(name, options, ["repairedLabel", "maxCells"]);
  checkMarkers(name, data);
  const repaired = options.repairedLabel ?? "repaired";
  const states = ["original", "degraded", repaired];
  const cellTypes = labelled(data.cellTypes);
  const shown = evenlyByGroup(cellTypes, options.maxCells ?? 12);
  const order = [...new Set(cellTypes)];
  const rank = (cell: number) => order.indexOf(cellTypes[cell] as string);
  shown.sort((a, b) => rank(a) - rank(b) || a - b);
  const rowLabels = shown.map((cell) => `${cellTypes[cell]} · ${(data.cells[cell] as string).slice(0, 8)}`);
  const unique = rowLabels.map((label, k) => (rowLabels.indexOf(label) === k ? label : `${label} (${k + 1})`));
  const values = data.genes.flatMap((gene, g) =>
    shown.flatMap((cell, k) =>
      [data.original, data.degraded, data.repaired].flatMap((state, s) => {
        const value = state[g]?.[cell] as number;
        return Number.isFinite(value)
          ? [{ gene, cell: unique[k], name: data.cells[cell], state: states[s], value: round(value, 4) }]
          : [];
      }),
    ),
  );
  const columns = Math.min(4, data.genes.length);
  const y = {
    field: "cell",
    type: "nominal",
    sort: unique,
    title: "Cell (type · barcode)",
    axis: { grid: true, ticks: false, domain: false },
  };
  const x = {
    field: "value",
    type: "quantitative",
    title: VALUE_TITLE,
    scale: { zero: false },
    axis: { tickCount: 4, labelOverlap: false, format: "~g" },
  };
  return figure(name, `${markerCaption(data, repaired)} ${plural(shown.length, "cell")} shown.`, {
    data: { values },
    facet: { field: "gene", type: "nominal", title: null, sort: [...data.genes] },
    columns,
    spec: {
      width: Math.floor((FULL_WIDTH - 250) / columns) - 14,
      height: { step: 24 },
      layer: [
        { mark: { type: "line", color: "#d0d0d0", strokeWidth: 1.5 }, encoding: { y, x, detail: { field: "cell" } } },
        {
          mark: { type: "point", size: 52, filled: true, opacity: 1, stroke: "#fff", strokeWidth: 0.6, tooltip: true },
          encoding: {
            y,
            x,
            color: {
              field: "state",
              type: "nominal",
              title: null,
              scale: { domain: states, range: methodColors(["original", "degraded", "repaired"]) },
              legend: { orient: "top" },
            },
            shape: {
              field: "state",
              type: "nominal",
              title: null,
              scale: { domain: states, range: ["circle", "triangle-down", "diamond"] },
            },
          },
        },
      ],
    },
  } as TopLevelSpec);
};

/**
 * Marker genes over many cells by type: a row a gene, a column a state, dots cells, a line the median of a type.
 * Cells are thinned evenly within each type.
 * @throws {RangeError} for no genes, no cells or values that do not fit them
 * @example
 * const values = { original: [[1.9, -0.4]], degraded: [[0.1, -0.5]], repaired: [[1.5, -0.4]] };
 * markerGenesByType({ genes: ["MS4A1"], cells: ["AAAC-1", "AAAG-1"], cellTypes: ["B", "T"], ...values });
 */
export const markerGenesByType = (data: MarkerGenesData, options: MarkerGenesByTypeOptions = {}): Figure => {
  const name = "marker-genes-by-type";
  checkOptions(name, options, ["repairedLabel", "maxCells", "width"]);
  const { width, isNarrow } = page(name, options.width);
  checkMarkers(name, data);
  const repaired = options.repairedLabel ?? "repaired";
  const states = ["original", "degraded", repaired];
  const cellTypes = labelled(data.cellTypes);
  const types = [...new Set(cellTypes)];
  const medianRows = 3 * data.genes.length * types.length;
  const most = Math.floor((4800 - medianRows) / (3 * data.genes.length));
  const shown = evenlyByGroup(cellTypes, Math.min(options.maxCells ?? most, most));
  const perState = [data.original, data.degraded, data.repaired];
  const dots = data.genes.flatMap((gene, g) =>
    perState.flatMap((state, s) =>
      shown.flatMap((cell, k) => {
        const value = state[g]?.[cell] as number;
        return Number.isFinite(value)
          ? [
              {
                gene,
                state: states[s],
                type: cellTypes[cell],
                value: round(value, 4),
                jitter: round(vanDerCorput(k), 3),
              },
            ]
          : [];
      }),
    ),
  );
  const middles = data.genes.flatMap((gene, g) =>
    perState.flatMap((state, s) =>
      types.flatMap((type) => {
        const own = Array.from(state[g] ?? []).filter(
          (value, cell) => cellTypes[cell] === type && Number.isFinite(value),
        );
        return own.length ? [{ gene, state: states[s], type, middle: round(median(own), 4) }] : [];
      }),
    ),
  );
  const labelLimit = isNarrow ? NARROW_LABEL : 200;
  const fontSize = isNarrow ? 11 : 12;
  const panelWidth = Math.floor((width - labelRoom(types, labelLimit) - 2 * SPACING - 40) / states.length);
  const y = {
    field: "type",
    type: "nominal",
    sort: types,
    title: null,
    axis: { grid: false, ticks: false, domain: false, labelLimit },
  };
  const panels = data.genes.flatMap((gene) =>
    states.map((state, s) => {
      const x = {
        type: "quantitative",
        title: VALUE_TITLE,
        scale: { domain: domainOf([...dots, ...middles], gene), nice: true },
        axis: { tickCount: isNarrow ? 2 : 4, titlePadding: 2 },
      };
      const panelY = { ...y, axis: { ...y.axis, labels: s === 0 } };
      return {
        title:
          s === 0
            ? { text: `${gene}, ${state}`, fontWeight: 600, fontSize }
            : { text: state, fontWeight: 500, fontSize, frame: "group", limit: panelWidth + SPACING },
        width: panelWidth,
        height: { step: 17 },
        layer: [
          {
            data: {
              values: dots
                .filter((dot) => dot.gene === gene && dot.state === state)
                .map(({ type, value, jitter }) => ({ type, value, jitter })),
            },
            mark: { type: "circle", size: 9, opacity: 0.6 },
            encoding: {
              y: panelY,
              yOffset: { field: "jitter", type: "quantitative", scale: { domain: [0, 1], range: [3, 14] } },
              x: { ...x, field: "value" },
              color: {
                field: "type",
                type: "nominal",
                legend: null,
                scale: { domain: types, range: cellTypeColors(types) },
              },
            },
          },
          {
            data: {
              values: middles
                .filter((row) => row.gene === gene && row.state === state)
                .map(({ type, middle }) => ({ type, middle })),
            },
            mark: { type: "tick", color: INK, thickness: 2, size: 14, tooltip: true },
            encoding: { y: panelY, x: { ...x, field: "middle" } },
          },
        ],
      };
    }),
  );
  return figure(
    name,
    `${markerCaption(data, repaired)} Dots: ${plural(shown.length, "cell")} of ${data.cells.length}; lines: medians by type over all of them.`,
    { columns: states.length, align: "each", spacing: SPACING, concat: panels } as TopLevelSpec,
  );
};

const labelled = (cellTypes: ReadonlyArray<string | null>): string[] => cellTypes.map((type) => type || "unlabelled");

const checkMarkers = (name: string, data: MarkerGenesData): void => {
  const { genes, cells, cellTypes, original, degraded, repaired } = data;
  if (genes.length === 0 || cells.length === 0) {
    throw new RangeError(`${name}: ${genes.length} genes and ${cells.length} cells; give at least one of each`);
  }
  checkLengths(name, { cells, cellTypes });
  checkLengths(name, { genes, original, degraded, repaired });
  for (const [g, gene] of genes.entries()) {
    checkLengths(`${name}, ${gene}`, {
      cells,
      original: original[g] ?? [],
      degraded: degraded[g] ?? [],
      repaired: repaired[g] ?? [],
    });
  }
};

const markerCaption = ({ genes, original, degraded, repaired }: MarkerGenesData, label: string): string => {
  const error = (state: readonly Numbers[], g: number): number => {
    const truth = original[g] ?? [];
    const squares = Array.from(state[g] ?? [], (value, cell) => (value - (truth[cell] as number)) ** 2);
    const known = squares.filter(Number.isFinite);
    return Math.sqrt(known.reduce((sum, square) => sum + square, 0) / known.length);
  };
  return (
    `Marker genes in single cells (z-scores); root mean square distance to the original before and after repair ` +
    `(${label}): ${list(genes.map((gene, g) => `${gene} ${formatNumber(error(degraded, g))} → ${formatNumber(error(repaired, g))}`))}.`
  );
};

const domainOf = (
  rows: ReadonlyArray<{ gene: string; value?: number; middle?: number }>,
  gene: string,
): [number, number] => {
  const values = rows.filter((row) => row.gene === gene).map((row) => row.value ?? row.middle ?? 0);
  return [Math.min(...values), Math.max(...values)];
};
