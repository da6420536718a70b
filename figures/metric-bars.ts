import type { TopLevelSpec } from "vega-lite";
import { formatNumber, plural } from "./caption.js";
import { checkOptions, figure, type Figure } from "./figure.js";
import { labelRoom, NARROW_LABEL, page, type PageOptions, sideLabels } from "./page.js";
import { INK, namedMethodColors } from "./theme.js";
import { round } from "./thin.js";

/** A measure with its confidence interval. */
export interface Interval {
  value: number;
  low: number;
  high: number;
}

/** One method's measures; the library's `Evaluation` is one. */
export interface MethodMetrics {
  /** Short name, which chooses the colour. */
  method: string;
  /** Name shown. Default: `method`. */
  label?: string;
  mse?: Interval;
  pearson?: Interval;
  prAuc?: Interval;
  f1?: Interval;
}

/** Options of {@link metricBars}. */
export interface MetricBarsOptions extends PageOptions {
  /** Measures shown, in order. Default all four. */
  metrics?: readonly Metric[];
  /** Confidence level of the intervals, for the caption. Default 0.95. */
  level?: number;
  /** What the measures were taken on, for the caption. Default "test cells". */
  on?: string;
}

/** Measures that {@link metricBars} knows. */
export type Metric = "mse" | "pearson" | "prAuc" | "f1";

const METRICS: Readonly<Record<Metric, { title: string; axis: string; lowerIsBetter: boolean }>> = {
  mse: { title: "MSE", axis: "mean squared error (z²)", lowerIsBetter: true },
  pearson: { title: "Pearson", axis: "correlation r (no unit)", lowerIsBetter: false },
  prAuc: { title: "PR-AUC", axis: "area (0 to 1)", lowerIsBetter: false },
  f1: { title: "F1", axis: "F1 (0 to 1)", lowerIsBetter: false },
};

/**
 * Measures by method, a panel a measure whose title says which direction is better; bars from 0 with confidence
 * intervals and the value at the right (a dash where a measure is not defined), the degraded input as a dashed line across.
 * @throws {RangeError} for no methods or no measure
 * @example
 * const mse = { value: 0.69, low: 0.67, high: 0.71 };
 * metricBars([{ method: "ridge", mse }, { method: "dae", mse: { value: 0.72, low: 0.7, high: 0.74 } }], { metrics: ["mse"] });
 */
export const metricBars = (methods: readonly MethodMetrics[], options: MetricBarsOptions = {}): Figure => {
  const name = "metric-bars";
  checkOptions(name, options, ["metrics", "level", "on", "width"]);
  if (methods.length === 0) throw new RangeError(`${name}: no methods; pass at least one evaluation`);
  const metrics = (options.metrics ?? (Object.keys(METRICS) as Metric[])).filter((metric) =>
    methods.some((method) => Number.isFinite(method[metric]?.value)),
  );
  if (metrics.length === 0) throw new RangeError(`${name}: no method has a finite measure; evaluate on more cells`);
  const labels = methods.map(({ method, label }) => label ?? method);
  const colors = namedMethodColors(methods.map(({ method }) => method));
  const reference = methods.find(({ method }) => method === "degraded" || method === "degraded-input");
  const { width: total, isNarrow } = page(name, options.width);
  const columns = isNarrow ? 1 : Math.min(metrics.length, 2);
  const room = isNarrow ? labelRoom(labels, NARROW_LABEL) + 50 : 190;
  const width = Math.floor((total - room) / columns);
  const panels = metrics.map((metric, k) => {
    const { title, axis, lowerIsBetter } = METRICS[metric];
    const rows = methods.flatMap((method, i) => {
      const interval = method[metric];
      return interval && Number.isFinite(interval.value)
        ? [
            {
              method: labels[i],
              value: round(interval.value),
              low: round(Number.isFinite(interval.low) ? interval.low : interval.value),
              high: round(Number.isFinite(interval.high) ? interval.high : interval.value),
            },
          ]
        : [];
    });
    const top = Math.max(0, ...rows.map(({ value, high }) => Math.max(value, high)));
    const bottom = Math.min(0, ...rows.map(({ value, low }) => Math.min(value, low)));
    const domain = [round(bottom, 3), round(top + (isNarrow ? 0.4 : 0.24) * (top - bottom || 1), 3)];
    const texts = methods.map((method, i) => ({
      method: labels[i],
      label: Number.isFinite(method[metric]?.value) ? (method[metric] as Interval).value.toFixed(3) : "–",
    }));
    const y = {
      field: "method",
      type: "nominal",
      scale: { domain: labels },
      title: k % columns === 0 ? "Method" : null,
      axis: {
        ...{ grid: false, ticks: false, domain: false, labels: k % columns === 0, titlePadding: 12 },
        ...sideLabels(isNarrow),
      },
    };
    const x = {
      field: "value",
      type: "quantitative",
      title: axis,
      scale: { domain, nice: false },
      axis: { tickCount: 5, labelOverlap: false, format: "~g" },
    };
    const line = reference?.[metric]?.value;
    return {
      title: `${title} ${lowerIsBetter ? "↓ lower is better" : "↑ higher is better"}`,
      width,
      height: { step: 24 },
      data: { values: rows },
      layer: [
        {
          mark: { type: "bar", height: 15, tooltip: true },
          encoding: {
            y,
            x,
            color: { field: "method", type: "nominal", legend: null, scale: { domain: labels, range: colors } },
          },
        },
        ...(line === undefined || !Number.isFinite(line)
          ? []
          : [
              {
                mark: { type: "rule", strokeDash: [4, 3], color: INK, opacity: 0.6 },
                encoding: { x: { datum: round(line), type: "quantitative" } },
              },
            ]),
        {
          mark: { type: "rule", color: INK, strokeWidth: 1.5 },
          encoding: { y, x: { ...x, field: "low" }, x2: { field: "high" } },
        },
        {
          data: { values: texts },
          mark: { type: "text", align: "right", fontSize: 11, color: INK },
          encoding: { y, x: { value: width }, text: { field: "label" } },
        },
      ],
    };
  });
  const best = metrics.map((metric) => {
    const { title, lowerIsBetter } = METRICS[metric];
    const ranked = methods
      .map((method, i) => ({ label: labels[i] as string, value: method[metric]?.value ?? NaN }))
      .filter(({ value }) => Number.isFinite(value))
      .sort((a, b) => (lowerIsBetter ? a.value - b.value : b.value - a.value));
    return `${title} ${formatNumber(ranked[0]?.value ?? NaN)} (${ranked[0]?.label})`;
  });
  const description =
    `${plural(methods.length, "method")} on ${options.on ?? "test cells"}; best: ${best.join(", ")}. ` +
    `Lines at the bars' ends: ${formatNumber(100 * (options.level ?? 0.95))}% confidence interval.` +
    (reference ? " Dashed: the degraded input." : "");
  return figure(name, description, { columns, concat: panels, spacing: { row: 20, column: 26 } } as TopLevelSpec);
};
