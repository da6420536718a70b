import type { TopLevelSpec } from "vega-lite";
import { formatNumber, list, plural } from "./caption.js";
import { checkOptions, figure, type Figure } from "./figure.js";
import { labelRoom, NARROW_LABEL, page, type PageOptions, sideLabels } from "./page.js";
import { INK, namedMethodColors } from "./theme.js";
import { round } from "./thin.js";

/** Mean ranks of methods over blocks, with Nemenyi's critical difference. */
export interface CriticalDifferenceData {
  /** `rank` 1 is best; `method` chooses the colour, `label` is shown (default: `method`). */
  methods: readonly { method: string; label?: string; rank: number }[];
  /** Mean ranks further apart than this differ. */
  criticalDifference: number;
  /** Blocks (data set × severity) that the ranks are means over. */
  blocks: number;
}

/** Options of {@link criticalDifference}. */
export interface CriticalDifferenceOptions extends PageOptions {
  /** What the methods were ranked by, for axis and caption. Default "score". */
  metric?: string;
  /** Level of the critical difference, for the caption. Default 0.05. */
  alpha?: number;
}

/**
 * Critical-difference diagram (Demšar 2006): methods at their mean ranks, the best on top; a bar at the right joins methods whose
 * ranks lie no further apart than the critical difference, whose length is drawn above.
 * @throws {RangeError} for fewer than two methods or a critical difference that is not positive
 * @example
 * const methods = [{ method: "ridge", rank: 1.2 }, { method: "dae", rank: 2.8 }];
 * criticalDifference({ methods, criticalDifference: 1.4, blocks: 12 }, { metric: "MSE" });
 */
export const criticalDifference = (data: CriticalDifferenceData, options: CriticalDifferenceOptions = {}): Figure => {
  const name = "critical-difference";
  checkOptions(name, options, ["metric", "alpha", "width"]);
  const { criticalDifference: reach, blocks } = data;
  const methods = [...data.methods].sort((a, b) => a.rank - b.rank);
  if (methods.length < 2)
    throw new RangeError(`${name}: ${plural(methods.length, "method")}; ranks compare at least two`);
  if (!(reach > 0)) throw new RangeError(`${name}: the critical difference is ${reach}; it must be positive`);
  const labels = methods.map(({ method, label }) => label ?? method);
  const rows = methods.map(({ rank }, i) => ({ method: labels[i]!, rank: round(rank), text: rank.toFixed(2) }));
  const groups = indistinct(
    methods.map(({ rank }) => rank),
    reach,
  ).map(([first, last], k) => ({ group: k, first: labels[first]!, last: labels[last]! }));
  const { width: total, isNarrow } = page(name, options.width);
  const room = isNarrow ? labelRoom(labels, NARROW_LABEL) + 45 : 230;
  const gap = isNarrow ? Math.min(14, Math.floor(70 / groups.length)) : 14;
  const bars = isNarrow ? 10 + gap * groups.length : 16 * Math.max(1, groups.length);
  const width = total - room - bars;
  const right = methods.length * (isNarrow ? 1.3 : 1) + 0.6;
  const domain = [0.6, Math.max(right, round(1 + reach + 0.4))];
  const colors = namedMethodColors(methods.map(({ method }) => method));
  const y = {
    field: "method",
    type: "nominal",
    scale: { domain: labels },
    title: "Method",
    axis: { ticks: false, domain: false, grid: true, ...sideLabels(isNarrow) },
  };
  const rank = { type: "quantitative", scale: { domain, nice: false }, title: "mean rank (1 is best)" };
  const ranks = {
    ...rank,
    field: "rank",
    axis: {
      ...{ tickMinStep: 1, format: "d", grid: false },
      ...(isNarrow && { values: methods.map((_, i) => i + 1) }),
    },
  };
  const ruler = { ...rank, field: "from", axis: null };
  const spec = {
    vconcat: [
      {
        width,
        height: 26,
        data: { values: [{ from: 1, to: round(1 + reach), text: `critical difference ${formatNumber(reach)}` }] },
        layer: [
          {
            mark: { type: "rule", color: INK, strokeWidth: 2 },
            encoding: { x: ruler, x2: { field: "to" }, y: { value: 20 } },
          },
          ...["from", "to"].map((field) => ({
            mark: { type: "tick", color: INK, thickness: 2, size: 9, orient: "vertical" },
            encoding: { x: { ...ruler, field }, y: { value: 20 } },
          })),
          {
            mark: { type: "text", align: "left", baseline: "bottom", dy: -5, fontSize: 11, color: INK },
            encoding: { x: ruler, y: { value: 20 }, text: { field: "text" } },
          },
        ],
      },
      {
        width,
        height: { step: 24 },
        data: { values: rows },
        layer: [
          {
            mark: { type: "point", filled: true, size: 90, opacity: 1, tooltip: true },
            encoding: {
              y,
              x: ranks,
              color: {
                field: "method",
                type: "nominal",
                legend: null,
                scale: { domain: labels, range: colors },
              },
            },
          },
          {
            mark: { type: "text", align: "left", dx: 9, fontSize: 11, color: INK },
            encoding: { y, x: ranks, text: { field: "text" } },
          },
          ...groups.map((group, k) => ({
            data: { values: [group] },
            mark: { type: "rule", strokeWidth: Math.min(5, gap - 2), strokeCap: "round", color: INK, opacity: 0.75 },
            encoding: {
              x: { value: width + 14 + gap * k },
              y: { ...y, field: "first" },
              y2: { field: "last" },
            },
          })),
        ],
      },
    ],
    spacing: 4,
  };
  const best = methods.filter((method) => method.rank - methods[0]!.rank <= reach).map((_, i) => labels[i]!);
  const level = formatNumber(100 * (options.alpha ?? 0.05));
  const description =
    `Mean ranks of ${plural(methods.length, "method")} by ${options.metric ?? "score"} over ${plural(blocks, "block")} ` +
    `(data set × severity); best: ${labels[0]} (${methods[0]!.rank.toFixed(2)}). Ranks further apart than ` +
    `${formatNumber(reach)} differ (Nemenyi's test at ${level}%); bars at the right join methods that cannot be told apart. ` +
    (best.length > 1 ? `Not told from the best: ${list(best.slice(1))}.` : "The best differs from all others.");
  return figure(name, description, spec as TopLevelSpec);
};

/** The largest runs of at least two neighbours in rising ranks that lie within the reach, as first and last position. */
const indistinct = (ranks: readonly number[], reach: number): [number, number][] => {
  const runs: [number, number][] = [];
  ranks.forEach((rank, first) => {
    const last = ranks.findLastIndex((other) => other - rank <= reach);
    const before = runs.at(-1);
    if (last > first && (before === undefined || last > before[1])) runs.push([first, last]);
  });
  return runs;
};
