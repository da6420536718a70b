import type { TopLevelSpec } from "vega-lite";
import { formatNumber, plural } from "./caption.js";
import { equalityLine } from "./equality-line.js";
import { checkLengths, checkOptions, figure, type Figure, type Numbers } from "./figure.js";
import { legendBelow, page, type PageOptions } from "./page.js";
import { methodColors } from "./theme.js";
import { round } from "./thin.js";

/** Probabilities that one method gives to genes in cells, and what is so. */
export interface Reliability {
  /** Short name, which chooses the colour. */
  method: string;
  /** Name shown. Default: `method`. */
  label?: string;
  /** Predicted probability that the gene is expressed, 0 to 1. */
  probability: Numbers;
  /** Whether it is expressed in the clean profile: 1 or 0, true or false. */
  expressed: ArrayLike<number | boolean>;
}

/** Options of {@link reliabilityDiagram}. */
export interface ReliabilityOptions extends PageOptions {
  /** Bins of equal width. Default 10. */
  bins?: number;
}

/** Two-sided 95% quantile of the normal distribution. */
const Z = 1.959964;

/**
 * Reliability of P(expressed): predicted probabilities in bins against the share expressed, with Wilson's 95% intervals; below, how
 * many values fall in a bin. The caption gives the expected calibration error (mean distance to the line, weighted by the bins' size)
 * and the Brier score.
 * @throws {RangeError} for no method or one without a finite probability
 * @example
 * reliabilityDiagram([{ method: "diffrepairer", probability: [0.1, 0.8, 0.9], expressed: [0, 1, 1] }], { bins: 5 });
 */
export const reliabilityDiagram = (methods: readonly Reliability[], options: ReliabilityOptions = {}): Figure => {
  const name = "reliability-diagram";
  checkOptions(name, options, ["bins", "width"]);
  const bins = options.bins ?? 10;
  if (methods.length === 0) throw new RangeError(`${name}: no methods; pass probabilities of at least one`);
  const labels = methods.map(({ method, label }) => label ?? method);
  const scored = methods.map((method, k) => ({ label: labels[k]!, ...binned(name, method, bins) }));
  const rows = scored.flatMap(({ label, rows }) => rows.map((row) => ({ method: label, ...row })));
  const most = Math.max(...rows.map(({ values }) => values));
  const powers = Array.from({ length: Math.floor(Math.log10(most)) + 1 }, (_, k) => 10 ** k);
  const sheet = page(name, options.width);
  const side = Math.min(300, sheet.width - 80);
  const color = {
    field: "method",
    type: "nominal",
    title: "Method",
    scale: { domain: labels, range: methodColors(methods.map(({ method }) => method)) },
    legend: legendBelow(labels, sheet),
  };
  const shares = {
    type: "quantitative",
    scale: { domain: [0, 1], nice: false },
    axis: { tickCount: 5, format: ".3~g" },
  };
  const x = { ...shares, field: "predicted", title: "Predicted P(expressed)" };
  const share = { ...shares, title: "Share expressed" };
  const counts = {
    field: "values",
    type: "quantitative",
    title: "Values (count)",
    scale: { type: "log", domainMin: 1 },
    axis: { values: powers, format: "~s" },
  };
  return figure(
    name,
    `Reliability of P(expressed) in ${plural(bins, "bin")}, ${plural(
      rows.reduce((sum, row) => sum + row.values, 0),
      "value",
    )}: ` +
      `${scored
        .map(
          ({ label, error, brier }) =>
            `${label} calibration error ${formatNumber(error)}, Brier score ${formatNumber(brier)}`,
        )
        .join("; ")}. Bars: 95% intervals; dashed: probabilities that mean what they say.`,
    {
      data: { values: rows },
      vconcat: [
        {
          width: side,
          height: side,
          layer: [
            equalityLine(1),
            {
              mark: { type: "rule", strokeWidth: 1.5 },
              encoding: { x, y: { ...share, field: "low" }, y2: { field: "high" }, color },
            },
            {
              mark: { type: "line", strokeWidth: 2, point: { size: 36 }, tooltip: true },
              encoding: { x: { ...x, title: null }, y: { ...share, field: "observed" }, color },
            },
          ],
        },
        {
          width: side,
          height: 60,
          mark: { type: "line", strokeWidth: 2, point: { size: 24 }, tooltip: true },
          encoding: { x, y: counts, color },
        },
      ],
      spacing: 12,
    } as TopLevelSpec,
  );
};

const binned = (name: string, { method, label = method, probability, expressed }: Reliability, bins: number) => {
  checkLengths(`${name}, ${label}`, { probability, expressed });
  const sums = Array.from({ length: bins }, () => ({ values: 0, predicted: 0, positive: 0 }));
  let [all, squares] = [0, 0];
  for (let i = 0; i < probability.length; i++) {
    const p = probability[i]!;
    if (!Number.isFinite(p)) continue;
    const truth = Number(expressed[i]);
    const bin = sums[Math.max(0, Math.min(bins - 1, Math.floor(p * bins)))]!;
    bin.values++;
    bin.predicted += p;
    bin.positive += truth;
    squares += (p - truth) ** 2;
    all++;
  }
  if (all === 0) throw new RangeError(`${name}: ${label} has no finite probability (${probability.length} given)`);
  const filled = sums.filter(({ values }) => values > 0);
  const error = filled.reduce((sum, { predicted, positive }) => sum + Math.abs(predicted - positive), 0) / all;
  const rows = filled.map(({ values, predicted, positive }) => {
    const observed = positive / values;
    const middle = (observed + Z ** 2 / (2 * values)) / (1 + Z ** 2 / values);
    const half =
      (Z * Math.sqrt((observed * (1 - observed)) / values + Z ** 2 / (4 * values ** 2))) / (1 + Z ** 2 / values);
    const [low, high] = [Math.max(0, middle - half), Math.min(1, middle + half)];
    return {
      predicted: round(predicted / values, 4),
      observed: round(observed, 4),
      low: round(low, 4),
      high: round(high, 4),
      values,
    };
  });
  return { rows, error, brier: squares / all };
};
