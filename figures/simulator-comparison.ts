import type { TopLevelSpec } from "vega-lite";
import { formatNumber, list, plural } from "./caption.js";
import { checkLengths, checkOptions, figure, finiteValues, type Figure, type Numbers } from "./figure.js";
import { logTicks } from "./log-ticks.js";
import { labelRoom, legendBelow, page, type PageOptions } from "./page.js";
import { quantileSorted } from "./quantile.js";
import { CATEGORY_COLORS, OKABE_ITO } from "./theme.js";
import { round } from "./thin.js";

/** What Splatter's users look at; the library's `datasets.countProperties` gives it. */
export interface CountProperties {
  /** ln(1 + mean) of every gene, of counts scaled to one total. */
  mean: Numbers;
  /** ln(1 + variance) of the same. */
  variance: Numbers;
  /** Share of cells without the gene. */
  zeros_by_gene: Numbers;
  /** Share of genes that a cell is without. */
  zeros_by_cell: Numbers;
  /** Counts of every cell. */
  total: Numbers;
}

/** Options of {@link simulatorComparison}. */
export interface SimulatorComparisonOptions extends PageOptions {
  /** Groups of genes, equal steps of the mean's logarithm. Default 20. */
  bins?: number;
  /** What a row of the data is: "cell" or "sample". Default "cell". */
  unit?: string;
}

const NAME = "simulator-comparison";

/** Genes that a group needs for its median to be drawn. */
const FEWEST = 5;

/** Longest name beside a box of a narrow column, in pixels: two boxes share its width, and the legend has the whole name. */
const NARROW_NAME = 75;

/** Range of a box's whiskers, its ends and its middle. */
const SHARES = { low: 0.05, q1: 0.25, middle: 0.5, q3: 0.75, high: 0.95 } as const;

/**
 * Simulated counts beside real ones: the distributions of gene means and variances, of totals, of zeros by gene and by cell (median,
 * half, and nine tenths of the values), and variance and zeros against the mean (medians of groups of genes of similar mean). The
 * first series is the real one.
 * @throws {RangeError} for fewer than two series, or one without finite values
 * @example
 * const zeros = { zeros_by_gene: [0.9, 0.4], zeros_by_cell: [0.8, 0.7] };
 * const real = { mean: [0.1, 0.9], variance: [0.2, 1.1], total: [900, 1400], ...zeros };
 * simulatorComparison({ real, simulated: { ...real, total: [1000, 1300] } });
 */
export const simulatorComparison = (
  series: Readonly<Record<string, CountProperties>>,
  options: SimulatorComparisonOptions = {},
): Figure => {
  checkOptions(NAME, options, ["bins", "unit", "width"]);
  const { bins = 20, unit = "cell" } = options;
  const names = Object.keys(series);
  if (names.length < 2) throw new RangeError(`${NAME}: give the real counts and at least one simulation of them`);
  for (const [name, { mean, variance, zeros_by_gene: zeros }] of Object.entries(series)) {
    checkLengths(`${NAME}, ${name}`, { mean, variance, zeros_by_gene: zeros });
  }
  const sheet = page(NAME, options.width);
  const { isNarrow } = sheet;
  const colors = [OKABE_ITO.black, ...CATEGORY_COLORS.filter((color) => color !== OKABE_ITO.black)];
  const color = {
    field: "series",
    type: "nominal",
    title: null,
    scale: { domain: names, range: names.map((_, k) => colors[k % colors.length] as string) },
    legend: { orient: "bottom", symbolType: "circle", symbolOpacity: 1, ...legendBelow(names, sheet) },
  } as const;
  const left = isNarrow
    ? Math.max(60, labelRoom(names, NARROW_NAME) + 12)
    : 8 * Math.max(...names.map((name) => name.length)) + 30;
  const wide = (panels: number) =>
    isNarrow ? Math.floor((sheet.width - left) / panels) - 30 : Math.floor(sheet.width / panels) - left;
  // Panels of a narrow column have axes of unequal room; their titles stand over the plots, one below the other.
  const heading = (text: string) => (isNarrow ? { text, frame: "group" } : text);
  const box = (panels: number, key: keyof CountProperties, title: string, axis: string, hasLabels = true) => {
    const width = wide(panels);
    const isLog = key === "total";
    const y = {
      field: "series",
      type: "nominal",
      scale: { domain: names },
      title: null,
      axis: {
        ...{ grid: false, ticks: false, domain: false },
        ...(hasLabels ? isNarrow && { labelLimit: NARROW_NAME } : { labels: false }),
      },
    } as const;
    const rows = names.map((name) => {
      const sorted = finiteValues(NAME, `${key} of ${name}`, (series[name] as CountProperties)[key]).sort();
      const at = Object.entries(SHARES).map(([end, share]) => [end, round(quantileSorted(sorted, share))]);
      return { series: name, ...(Object.fromEntries(at) as Record<keyof typeof SHARES, number>) };
    });
    const [low, high] = [Math.min(...rows.map((row) => row.low)), Math.max(...rows.map((row) => row.high))];
    const scale = isLog ? { type: "log", nice: false, domain: [low, high] } : { zero: false };
    const x = { type: "quantitative", title: axis, scale } as const;
    const ticks = {
      axis: isLog ? { values: logTicks(low, high), format: "~s" } : { tickCount: width < 150 ? 3 : 4, format: "~g" },
    };
    return {
      title: heading(title),
      width,
      height: { step: 22 },
      data: { values: rows },
      layer: [
        {
          mark: { type: "rule", strokeWidth: 1.5 },
          encoding: { y, x: { ...x, ...ticks, field: "low" }, x2: { field: "high" }, color },
        },
        {
          mark: { type: "bar", height: 11 },
          encoding: { y, x: { ...x, ...ticks, field: "q1" }, x2: { field: "q3" }, color },
        },
        {
          mark: { type: "tick", color: "white", thickness: 2, size: 11 },
          encoding: { y, x: { ...x, ...ticks, field: "middle" } },
        },
      ],
    };
  };
  const lines = (key: "variance" | "zeros_by_gene", title: string, axis: string) => {
    const values = names.flatMap((name) => medians(name, series[name] as CountProperties, key, bins));
    const ticks = (of: "x" | "y") =>
      logTicks(Math.min(...values.map((row) => row[of])), Math.max(...values.map((row) => row[of])));
    const isLog = key === "variance";
    return {
      title: heading(title),
      width: wide(isNarrow ? 1 : 2),
      height: isNarrow ? 140 : 170,
      data: { values },
      mark: { type: "line", strokeWidth: 2, point: { size: 18 }, tooltip: true },
      encoding: {
        x: {
          field: "x",
          type: "quantitative",
          title: "mean (log scale)",
          scale: { type: "log", nice: false },
          axis: { values: ticks("x"), format: "~g" },
        },
        y: {
          field: "y",
          type: "quantitative",
          title: axis,
          scale: isLog ? { type: "log", nice: false } : {},
          axis: isLog ? { values: ticks("y"), format: "~g" } : { tickCount: 5, format: "~g" },
        },
        color,
      },
    };
  };
  const middle = (name: string, key: keyof CountProperties) =>
    quantileSorted(Float64Array.from((series[name] as CountProperties)[key]).sort(), 0.5);
  const sizes = names.map((name) => {
    const { mean, total } = series[name] as CountProperties;
    return `${name} (${plural(total.length, unit)}, ${plural(mean.length, "gene")})`;
  });
  const description =
    `${list(sizes)}. Median counts: ${names.map((name) => `${name} ${formatNumber(middle(name, "total"))}`).join(", ")}; median share of ` +
    `zeros in a ${unit}: ${names.map((name) => `${name} ${formatNumber(middle(name, "zeros_by_cell"))}`).join(", ")}. ` +
    `Boxes: median, half and nine tenths of the values; lines: medians of groups of genes, ${bins} steps of the mean.`;
  const perRow = isNarrow ? 2 : 3;
  const moments = [
    box(perRow, "mean", "Gene means", "ln(1 + mean)"),
    box(perRow, "variance", "Gene variances", "ln(1 + variance)", !isNarrow),
  ];
  const size = box(isNarrow ? 1 : 3, "total", "Library size", `counts in a ${unit}`);
  const zeros = [
    box(2, "zeros_by_gene", "Zeros by gene", `share of ${unit}s`),
    box(2, "zeros_by_cell", `Zeros by ${unit}`, "share of genes", !isNarrow),
  ];
  const againstMean = [
    lines("variance", "Variance against mean", "variance (log scale)"),
    lines("zeros_by_gene", "Zeros against mean", `share of ${unit}s without`),
  ];
  const rows = isNarrow
    ? [moments, [size], zeros, ...againstMean.map((panel) => [panel])]
    : [[...moments, size], zeros, againstMean];
  return figure(NAME, description, {
    spacing: 20,
    vconcat: rows.map((row) => ({ spacing: 24, hconcat: row })),
  } as TopLevelSpec);
};

/** Medians of groups of genes, equal steps of the mean's logarithm, on the plain scale; groups of few genes are left out. */
const medians = (name: string, properties: CountProperties, key: "variance" | "zeros_by_gene", bins: number) => {
  const { mean, [key]: values } = properties;
  const plain = Float64Array.from(mean, Math.expm1);
  const genes = Array.from({ length: plain.length }, (_, j) => j).filter(
    (j) => (plain[j] as number) > 0 && Number.isFinite(values[j]),
  );
  const logs = genes.map((j) => Math.log(plain[j] as number));
  const [low, high] = [
    logs.reduce((a, b) => Math.min(a, b), Infinity),
    logs.reduce((a, b) => Math.max(a, b), -Infinity),
  ];
  const groups = Array.from({ length: bins }, (): number[] => []);
  genes.forEach((j, k) => {
    const step = Math.floor((((logs[k] as number) - low) / (high - low || 1)) * bins);
    groups[Math.min(bins - 1, step)]?.push(j);
  });
  const middle = (group: readonly number[], of: Numbers) =>
    quantileSorted(Float64Array.from(group, (j) => of[j] as number).sort(), 0.5);
  return groups
    .filter((group) => group.length >= FEWEST)
    .map((group) => {
      const value = middle(group, values);
      return { series: name, x: round(middle(group, plain)), y: round(key === "variance" ? Math.expm1(value) : value) };
    });
};
