import type { TopLevelSpec } from "vega-lite";
import { list, plural } from "./caption.js";
import { checkOptions, figure, type Figure } from "./figure.js";
import { labelRoom, page, type PageOptions } from "./page.js";
import { INK } from "./theme.js";
import { round } from "./thin.js";

/** A column of the table. */
export interface TableMetric {
  /** Key of the values. */
  key: string;
  /** Name over the column, with its unit: "MSE (z²)". */
  title: string;
  /** Whether smaller is better. Default false. */
  lowerIsBetter?: boolean;
  /** Digits after the point. Default 3. */
  digits?: number;
}

/** A row of the table: values by key; what is missing or not finite is shown as a dash. */
export interface TableRow {
  label: string;
  values: Readonly<Record<string, number | null | undefined>>;
}

/** A table of methods by measures. */
export interface MetricTableData {
  metrics: readonly TableMetric[];
  /** Methods measured here. */
  rows: readonly TableRow[];
  /** Published values, below and without colour: other data and damage, so they are beside ours and not among them. */
  paper?: readonly TableRow[];
}

/** Options of {@link metricTable}. */
export interface MetricTableOptions extends PageOptions {
  /** What was measured on, for the caption. Default "test cells". */
  on?: string;
  /** What the rows are. Default "Method". */
  rowTitle?: string;
}

/**
 * A table as a heat map: a row a method, a column a measure, the colour from the column's worst (pale) to its best (dark), the best in
 * bold; published rows below a gap.
 * @throws {RangeError} for no rows, no metrics, or none with a finite value
 * @example
 * metricTable({
 *   metrics: [{ key: "mse", title: "MSE (z²)", lowerIsBetter: true }],
 *   rows: [{ label: "Ridge", values: { mse: 0.71 } }, { label: "DAE", values: { mse: 0.69 } }],
 *   paper: [{ label: "DAE (paper)", values: { mse: 0.361 } }],
 * });
 */
export const metricTable = (data: MetricTableData, options: MetricTableOptions = {}): Figure => {
  const name = "metric-table";
  checkOptions(name, options, ["on", "rowTitle", "width"]);
  const { metrics, rows, paper = [] } = data;
  const { on = "test cells", rowTitle = "Method" } = options;
  const columns = metrics.map((metric) => ({ ...metric, ...scaleOf(rows, metric) }));
  if (!columns.some(({ best }) => best !== undefined)) {
    throw new RangeError(
      `${name}: ${rows.length} rows and ${metrics.length} metrics without a finite value; evaluate first`,
    );
  }
  const { width, isNarrow } = page(name, options.width);
  // Two lines: the measure and the direction that is better, then the unit.
  const lines = columns.map(({ title, lowerIsBetter }) => {
    const [measure, unit] = title.split(" (") as [string, string?];
    return [`${measure} ${lowerIsBetter ? "↓" : "↑"}`, ...(unit ? [`(${unit}`] : [])];
  });
  // A row without a name is the gap between what was measured and what was published.
  const domain = [
    ...rows.map(({ label }) => label),
    ...(paper.length ? [" ", ...paper.map(({ label }) => label)] : []),
  ];
  const room = Math.min(width - labelRoom(domain) - 60, 120 * metrics.length);
  const isTilted = isNarrow || labelRoom(lines.flat()) > room / metrics.length;
  const titles = lines.map((line) => line.join(isTilted ? " " : "\n"));
  const cells = (row: TableRow) =>
    columns.map(({ key, digits = 3, best, worst }, k) => {
      const value = row.values[key];
      const isThere = typeof value === "number" && Number.isFinite(value);
      return {
        row: row.label,
        metric: titles[k]!,
        text: isThere ? shown(value, digits) : "–",
        ...(isThere &&
          best !== undefined && { shade: round(best === worst! ? 0.5 : (value - worst!) / (best - worst!), 3) }),
        ...(isShownAs(value, best, digits) && { best: true }),
      };
    });
  const own = rows.flatMap(cells);
  const published = paper.flatMap(cells).map(({ row, metric, text }) => ({ row, metric, text }));
  const x = {
    field: "metric",
    type: "nominal",
    title: "Measure",
    scale: { domain: titles },
    axis: {
      orient: "top",
      labelAngle: isTilted ? -60 : 0,
      ...(isTilted
        ? { labelLimit: isNarrow ? 120 : 160 }
        : { labelExpr: "split(datum.label, '\\n')", labelPadding: 18 }),
      labelOverlap: false,
      ticks: false,
      domain: false,
    },
  };
  const y = {
    field: "row",
    type: "nominal",
    title: rowTitle,
    scale: { domain },
    axis: { ticks: false, domain: false, labelOverlap: false },
  };
  const text = (rows: readonly object[], mark: object) => ({
    data: { values: rows },
    mark: { type: "text", fontSize: 11, ...mark },
    encoding: { x, y, text: { field: "text" } },
  });
  const isDark = ({ shade }: { shade?: number }) => (shade ?? 0) > 0.8;
  const winners = columns.flatMap(({ best, title, digits = 3, key }) =>
    best === undefined
      ? []
      : [
          `${title} ${list(rows.filter(({ values }) => isShownAs(values[key], best, digits)).map(({ label }) => label))} (${shown(best, digits)})`,
        ],
  );
  return figure(
    name,
    `${plural(rows.length, "row")} by ${plural(metrics.length, "measure")} on ${on}; dark is the column's best, pale its worst. Best: ` +
      `${winners.join("; ")}.` +
      (paper.length
        ? ` Without colour: ${plural(paper.length, "row")} as the paper states them, on its data and damage.`
        : ""),
    {
      width: room,
      height: { step: 24 },
      layer: [
        {
          data: { values: own },
          mark: { type: "rect", stroke: "#ffffff", strokeWidth: 1, tooltip: true },
          encoding: {
            x,
            y,
            color: {
              field: "shade",
              type: "quantitative",
              legend: null,
              scale: { domain: [0, 1], range: ["#f1f5f9", "#9ecae1", "#08519c"] },
            },
          },
        },
        ...[true, false].flatMap((best) =>
          [true, false].map((dark) =>
            text(
              own
                .filter((cell) => (cell.best ?? false) === best && isDark(cell) === dark)
                .map(({ row, metric, text }) => ({ row, metric, text })),
              { color: dark ? "#fdfdfd" : TABLE_INK, fontWeight: best ? 700 : 400 },
            ),
          ),
        ),
        ...(published.length ? [text(published, { color: INK })] : []),
      ].filter(({ data: { values } }) => values.length > 0),
    } as TopLevelSpec,
  );
};

/** Ink on the pale cells, which stay pale on a dark page. */
const TABLE_INK = "#1b1b1b";

/** A value as the table shows it, with a minus as axes have it, and none before zero. */
const shown = (value: number, digits: number): string =>
  value
    .toFixed(digits)
    .replace(/^-(?=[0.]*$)/, "")
    .replace("-", "−");

/** Whether two values look the same in the table. */
const isShownAs = (value: number | null | undefined, other: number | undefined, digits: number): boolean =>
  typeof value === "number" && other !== undefined && shown(value, digits) === shown(other, digits);

const scaleOf = (rows: readonly TableRow[], { key, lowerIsBetter }: TableMetric): { best?: number; worst?: number } => {
  const values = rows
    .map((row) => row.values[key])
    .filter((value): value is number => typeof value === "number" && Number.isFinite(value));
  if (values.length === 0) return {};
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return lowerIsBetter ? { best: low, worst: high } : { best: high, worst: low };
};
