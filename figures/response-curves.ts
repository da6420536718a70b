import type { TopLevelSpec } from "vega-lite";
import { formatNumber, list, plural } from "./caption.js";
import { checkOptions, figure, type Figure } from "./figure.js";
import { labelRoom, legendBelow, page, type PageOptions } from "./page.js";
import { methodColors } from "./theme.js";
import { round } from "./thin.js";

/** One measured value: one method, one setting, one seed. */
export interface ResponsePoint {
  /** Measure with its unit, a panel each: "MSE (z²)". */
  metric: string;
  /** Short name, which chooses the colour. */
  method: string;
  /** Name shown. Default: `method`. */
  label?: string;
  /** Severity, or the value of a hyper-parameter. */
  at: number;
  /** Seed of the run. */
  seed: number;
  value: number;
}

/** Options of {@link responseCurves}. */
export interface ResponseCurvesOptions extends PageOptions {
  /** What `at` is, with its unit. Default "Severity (0 clean, 1 harshest)". */
  title?: string;
  /** Whether the axis of `at` is logarithmic. Default false. */
  log?: boolean;
  /** What a line is. Default "Method". */
  lineTitle?: string;
}

const TICKS = 6;

/**
 * Measures by severity (or by a hyper-parameter), a line a method through the means over seeds, a band from the lowest seed to the
 * highest; a panel a measure.
 * @throws {RangeError} for no finite value
 * @example
 * responseCurves([0, 1].map((seed) => ({ metric: "MSE (z²)", method: "dae", at: 0.5, seed, value: 0.4 + 0.01 * seed })));
 */
export const responseCurves = (points: readonly ResponsePoint[], options: ResponseCurvesOptions = {}): Figure => {
  const name = "response-curves";
  checkOptions(name, options, ["title", "log", "lineTitle", "width"]);
  const { title = "Severity (0 clean, 1 harshest)", log = false, lineTitle = "Method" } = options;
  const finite = points.filter(({ at, value }) => Number.isFinite(at) && Number.isFinite(value));
  if (finite.length === 0) throw new RangeError(`${name}: no finite value (${points.length} given)`);
  const metrics = [...new Set(finite.map(({ metric }) => metric))];
  const methods = [...new Set(finite.map(({ method }) => method))];
  const labels = methods.map((method) => finite.find((point) => point.method === method)!.label ?? method);
  const settings = [...new Set(finite.map(({ at }) => at))].sort((a, b) => a - b);
  const seeds = new Set(finite.map(({ seed }) => seed)).size;
  const rows = metrics.flatMap((metric) =>
    methods.flatMap((method, k) =>
      settings.flatMap((at) => {
        const values = finite
          .filter((point) => point.metric === metric && point.method === method && point.at === at)
          .map(({ value }) => value);
        if (values.length === 0) return [];
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        const [low, high] = [round(Math.min(...values)), round(Math.max(...values))];
        return [{ metric, method: labels[k]!, at, value: round(mean), low, high, seeds: values.length }];
      }),
    ),
  );
  const sheet = page(name, options.width);
  const { width, isNarrow } = sheet;
  const columns = isNarrow ? 1 : Math.min(2, metrics.length);
  const side = isNarrow ? 0 : labelRoom(labels) + 60;
  const x = {
    field: "at",
    type: "quantitative",
    title,
    scale: { type: log ? "log" : "linear", nice: false, padding: 8, ...(!log && { zero: false }) },
    axis: {
      grid: false,
      format: settings.at(-1)! < 1000 ? ".3~g" : ",.6~g",
      ...(settings.length <= TICKS ? { values: settings } : { tickCount: TICKS }),
    },
  };
  const color = {
    field: "method",
    type: "nominal",
    title: lineTitle,
    scale: { domain: labels, range: methodColors(methods) },
    legend: { symbolOpacity: 1, ...legendBelow(labels, sheet) },
  };
  const last = settings.at(-1)!;
  const ends = metrics.map((metric) => {
    const own = rows.filter((row) => row.metric === metric && row.at === last).sort((a, b) => a.value - b.value);
    const say = ({ method, value }: (typeof own)[number]) => `${method} ${formatNumber(value)}`;
    return `${metric} from ${say(own[0]!)} to ${say(own.at(-1)!)}`;
  });
  return figure(
    name,
    `${list(metrics)} of ${plural(methods.length, lineTitle.toLowerCase())} at ${plural(settings.length, "setting")} of ${title}; lines: means over ` +
      `${plural(seeds, "seed")}, bands: lowest to highest seed. At ${formatNumber(last)}: ${ends.join("; ")}.`,
    {
      columns,
      spacing: { row: 20, column: 26 },
      concat: metrics.map((metric) => ({
        width: Math.floor((width - side) / columns) - 75,
        height: 200,
        data: {
          values: rows
            .filter((row) => row.metric === metric)
            .map(({ method, at, value, low, high, seeds }) => ({ method, at, value, low, high, seeds })),
        },
        layer: [
          {
            mark: { type: "area", opacity: 0.22 },
            encoding: { x, y: { field: "low", type: "quantitative" }, y2: { field: "high" }, color },
          },
          {
            mark: { type: "line", strokeWidth: 2, point: { size: 30 }, tooltip: true },
            encoding: {
              x,
              y: {
                field: "value",
                type: "quantitative",
                title: metric,
                scale: { zero: false },
                axis: { tickCount: TICKS, format: `.${digitsFor(rows.filter((row) => row.metric === metric))}~g` },
              },
              color,
            },
          },
        ],
      })),
      resolve: { scale: { color: "shared" } },
    } as TopLevelSpec,
  );
};

/** Significant digits that tell neighbouring ticks of values apart. */
const digitsFor = (rows: readonly { low: number; high: number }[]): number => {
  const [least, most] = [Math.min(...rows.map(({ low }) => low)), Math.max(...rows.map(({ high }) => high))];
  const step = (most - least) / TICKS;
  return step > 0 ? Math.max(3, Math.ceil(Math.log10(Math.max(-least, most) / step)) + 1) : 3;
};
