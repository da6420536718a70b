import type { TopLevelSpec } from "vega-lite";
import { formatNumber, list } from "./caption.js";
import { checkOptions, figure, type Figure, type Numbers } from "./figure.js";
import { logTicks } from "./log-ticks.js";
import { axisTitle, labelRoom, legendBelow, NARROW_LABEL, page, type PageOptions, sideLabels } from "./page.js";
import { assignColors, INK, OKABE_ITO } from "./theme.js";
import { round } from "./thin.js";

/** A measure of the validation; the library's `ValidationRow` is one. */
export interface ValidationMeasure {
  set: string;
  mode: string;
  measure: string;
  value: number;
  /** Ends of its interval; NaN where there is none. */
  low: number;
  high: number;
}

/** A line over bins; the library's `ValidationCurve` is one. */
export interface ValidationLine {
  set: string;
  mode: string;
  value: "fold change" | "zeros";
  by: "length" | "gc" | "expression";
  x: Numbers;
  y: Numbers;
}

/** Options of {@link validationCurves}. */
export interface ValidationCurvesOptions extends PageOptions {
  /** What is on the y axis. Default "fold change". */
  value?: ValidationLine["value"];
  /** What is on the x axis. Default "length", or "expression" for zeros. */
  by?: ValidationLine["by"];
}

/** Options of {@link validationIntervals}. */
export interface ValidationIntervalsOptions extends PageOptions {
  /** Measures shown, a row of panels each, in order. Default all. */
  measures?: readonly string[];
  /** Modes shown, in order. Default all. */
  modes?: readonly string[];
  /** Value of a dashed line, by measure: where nothing is found, or the best possible. Default none. */
  reference?: Readonly<Record<string, number>>;
}

const MODE_COLORS: Readonly<Record<string, string>> = {
  real: OKABE_ITO.black,
  "real halves": OKABE_ITO.black,
  paper: OKABE_ITO.vermilion,
  bulk: OKABE_ITO.blue,
  thinning: OKABE_ITO.orange,
};

const colorOf = (mode: string): string => MODE_COLORS[mode] ?? OKABE_ITO.blue;

const unique = (values: readonly string[]): string[] => [...new Set(values)];

/** Titles of axes. */
const X_TITLES: Readonly<Record<ValidationLine["by"], string>> = {
  length: "Gene length (bases, log scale)",
  gc: "GC content (share)",
  expression: "Clean counts per million (log scale)",
};

/**
 * Real and simulated damage against a property of the genes, a panel a set: the mean log2 fold change, or the share of zeros (dropout curve).
 * @throws {RangeError} when no line has that value and property
 * @example
 * const line = { set: "ccrcc", value: "fold change", by: "length", x: [500, 2000, 8000] } as const;
 * validationCurves([{ ...line, mode: "real pairs", y: [0.4, 0, -0.6] }, { ...line, mode: "bulk", y: [0.3, 0, -0.5] }]);
 */
export const validationCurves = (lines: readonly ValidationLine[], options: ValidationCurvesOptions = {}): Figure => {
  const name = "validation-curves";
  checkOptions(name, options, ["value", "by", "width"]);
  const { value = "fold change" } = options;
  const { by = value === "zeros" ? "expression" : "length" } = options;
  const shown = lines.filter((line) => line.value === value && line.by === by && line.x.length > 0);
  if (shown.length === 0) throw new RangeError(`${name}: no line of ${value} by ${by} (${lines.length} given)`);
  const sets = unique(shown.map(({ set }) => set));
  const modes = unique(shown.map(({ mode }) => mode));
  const isLog = by !== "gc";
  const rows = shown.flatMap(({ set, mode, x, y }) =>
    Array.from({ length: x.length }, (_, k) => ({
      set,
      mode,
      x: round(isLog ? 2 ** (x[k] as number) : (x[k] as number)),
      y: round(y[k] as number),
    })),
  );
  const ticks = logTicks(Math.min(...rows.map((row) => row.x)), Math.max(...rows.map((row) => row.x)));
  const range = ({ y }: ValidationLine) =>
    `${formatNumber(y[0] as number)} to ${formatNumber(y[y.length - 1] as number)}`;
  const ends = sets.map((set) => {
    const own = shown.filter((line) => line.set === set);
    return `${set}: ${list(own.map((line) => `${line.mode} ${range(line)}`))}`;
  });
  const what = value === "zeros" ? "Share of zeros" : "Mean log2 fold change";
  const description = `${what} after degradation by ${by}, from the lowest bin to the highest; ${ends.join("; ")}.`;
  const sheet = page(name, options.width);
  const columns = sheet.isNarrow ? 1 : 2;
  const width = Math.floor((sheet.width - (sheet.isNarrow ? 80 : 150)) / columns);
  return figure(`${name}-${value === "zeros" ? "zeros" : by}`, description, {
    columns,
    concat: sets.map((set, k) => ({
      title: set,
      width,
      height: sheet.isNarrow ? 180 : 220,
      data: { values: rows.filter((row) => row.set === set) },
      mark: { type: "line", strokeWidth: 2, point: { size: 18 }, tooltip: true },
      encoding: {
        x: {
          field: "x",
          type: "quantitative",
          title: X_TITLES[by],
          scale: isLog ? { type: "log", nice: false } : { zero: false },
          axis: isLog ? { values: ticks, format: by === "length" ? "~s" : "~g" } : { tickCount: 5, format: "~g" },
        },
        y: {
          field: "y",
          type: "quantitative",
          title: k % columns === 0 ? (value === "zeros" ? "Genes without reads (share)" : "log2 fold change") : null,
          axis: { tickCount: 6 },
        },
        color: {
          field: "mode",
          type: "nominal",
          title: null,
          scale: { domain: modes, range: assignColors(modes, (mode) => MODE_COLORS[mode]) },
          legend: { orient: "bottom", symbolType: "circle", symbolOpacity: 1, ...legendBelow(modes, sheet) },
        },
      },
    })),
  } as TopLevelSpec);
};

/**
 * Measures with their intervals by mode, a row of panels a measure and a column a set.
 * @throws {RangeError} when no row is left
 * @example
 * const row = { set: "ccrcc", measure: "AUC", low: 0.6, high: 0.8 };
 * validationIntervals([{ ...row, mode: "bulk", value: 0.7 }, { ...row, mode: "paper", value: 0.75 }], { reference: { AUC: 0.5 } });
 */
export const validationIntervals = (
  rows: readonly ValidationMeasure[],
  options: ValidationIntervalsOptions = {},
): Figure => {
  const name = "validation-intervals";
  checkOptions(name, options, ["measures", "modes", "reference", "width"]);
  const measures = options.measures ?? unique(rows.map(({ measure }) => measure));
  const modes = options.modes ?? unique(rows.map(({ mode }) => mode));
  const shown = rows.filter((row) => measures.includes(row.measure) && modes.includes(row.mode));
  if (shown.length === 0) {
    throw new RangeError(`${name}: no row of ${list(measures)} with ${list(modes)} (${rows.length} given)`);
  }
  const sets = unique(shown.map(({ set }) => set));
  const present = modes.filter((mode) => shown.some((row) => row.mode === mode));
  const { width: total, isNarrow } = page(name, options.width);
  const columns = isNarrow ? 1 : sets.length;
  const longest = Math.max(...present.map((mode) => mode.length));
  const room = isNarrow ? labelRoom(present, NARROW_LABEL) + 50 : 85 + Math.min(300, 7 * longest);
  const width = Math.floor((total - room) / columns);
  const panels = measures.flatMap((measure, at) => {
    const line = options.reference?.[measure];
    const ends = shown
      .filter((row) => row.measure === measure)
      .flatMap((row) => [row.value, row.low, row.high])
      .concat(line ?? [])
      .filter(Number.isFinite);
    const [least, most] = [Math.min(...ends), Math.max(...ends)];
    const margin = 0.06 * (most - least || 1);
    const domain = [round(least - margin, 4), round(most + margin, 4)];
    return sets.map((set, k) => {
      const own = shown.filter((row) => row.measure === measure && row.set === set && Number.isFinite(row.value));
      const values = own.map((row) => ({
        mode: row.mode,
        value: round(row.value),
        low: round(Number.isFinite(row.low) ? row.low : row.value),
        high: round(Number.isFinite(row.high) ? row.high : row.value),
      }));
      const y = {
        field: "mode",
        type: "nominal",
        scale: { domain: present },
        title: k % columns === 0 ? "Mode" : null,
        axis: {
          ...{ grid: true, ticks: false, domain: false, labels: k % columns === 0, titlePadding: 12 },
          ...sideLabels(isNarrow),
        },
      };
      const x = {
        type: "quantitative",
        title: axisTitle(measure, width, isNarrow),
        scale: { domain, nice: false },
        axis: { tickCount: 5, format: "~g" },
      };
      const color = {
        field: "mode",
        type: "nominal",
        legend: null,
        scale: { domain: present, range: present.map(colorOf) },
      };
      return {
        ...((isNarrow || at === 0) && { title: set }),
        width,
        height: { step: 20 },
        data: { values },
        layer: [
          ...(line === undefined
            ? []
            : [
                {
                  mark: { type: "rule", strokeDash: [4, 3], color: INK, opacity: 0.6 },
                  encoding: { x: { ...x, datum: line } },
                },
              ]),
          {
            mark: { type: "rule", strokeWidth: 2 },
            encoding: { y, x: { ...x, field: "low" }, x2: { field: "high" }, color },
          },
          {
            mark: { type: "point", filled: true, size: 60, opacity: 1, tooltip: true },
            encoding: { y, x: { ...x, field: "value" }, color },
          },
        ],
      };
    });
  });
  const told = sets.map((set) => {
    const own = shown.filter((row) => row.set === set && row.measure === measures[0] && Number.isFinite(row.value));
    return `${set}: ${own.map((row) => `${row.mode} ${formatNumber(row.value)}`).join(", ")}`;
  });
  const description = `${measures[0] as string}; ${told.join("; ")}. Lines: 95% intervals.`;
  return figure(name, description, { columns, concat: panels, spacing: 18 } as TopLevelSpec);
};
