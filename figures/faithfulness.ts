import { formatNumber, plural } from "./caption.js";
import { checkOptions, figure, type Figure } from "./figure.js";
import { legendBelow, page, type PageOptions } from "./page.js";
import { OKABE_ITO } from "./theme.js";
import { round } from "./thin.js";

/** What hiding modules costs, with its interval. */
export interface FaithfulnessPoint {
  /** How the hidden modules were chosen. */
  ranking: string;
  /** Number of modules hidden. */
  hidden: number;
  /** Rise of the error. */
  loss: number;
  low: number;
  high: number;
}

/** Options of {@link faithfulnessCurves}. */
export interface FaithfulnessOptions extends PageOptions {
  /** Title of the y axis. Default "Rise of the error (MSE of z-scores)". */
  lossTitle?: string;
}

const COLORS: Readonly<Record<string, string>> = {
  attention: OKABE_ITO.blue,
  rollout: OKABE_ITO.sky,
  influence: OKABE_ITO.vermilion,
  random: OKABE_ITO.grey,
  "least attention": OKABE_ITO.mustard,
};

/**
 * The rise of the error by the number of gene modules hidden, a line a ranking: attention that explains the repair lies above
 * random choice.
 * @throws {RangeError} for no points
 * @example
 * faithfulnessCurves([
 *   { ranking: "attention", hidden: 4, loss: 0.03, low: 0.02, high: 0.04 },
 *   { ranking: "random", hidden: 4, loss: 0.01, low: 0.005, high: 0.015 },
 * ]);
 */
export const faithfulnessCurves = (points: readonly FaithfulnessPoint[], options: FaithfulnessOptions = {}): Figure => {
  const name = "faithfulness";
  checkOptions(name, options, ["lossTitle", "width"]);
  if (points.length === 0) throw new RangeError(`${name}: no points; pass what repair.faithfulness returns`);
  const rankings = [...new Set(points.map(({ ranking }) => ranking))];
  const counts = [...new Set(points.map(({ hidden }) => hidden))].sort((a, b) => a - b);
  const fewest = counts[0] as number;
  const atFewest = rankings.flatMap((ranking) => {
    const point = points.find((own) => own.ranking === ranking && own.hidden === fewest);
    return point ? [`${ranking} ${formatNumber(point.loss)}`] : [];
  });
  const rows = points.map(({ ranking, hidden, loss, low, high }) => ({
    ...{ ranking, hidden, loss: round(loss), low: round(low), high: round(high) },
  }));
  const sheet = page(name, options.width);
  const x = {
    field: "hidden",
    type: "quantitative",
    title: "Gene modules hidden from the context",
    axis: { values: counts, format: "d", grid: false },
    scale: { nice: false, padding: 12 },
  } as const;
  const color = {
    field: "ranking",
    type: "nominal",
    title: "Modules chosen by",
    scale: { domain: rankings, range: rankings.map((ranking) => COLORS[ranking] ?? OKABE_ITO.black) },
    legend: { orient: "right", ...legendBelow(rankings, sheet) },
  } as const;
  return figure(
    name,
    `Rise of the error when ${counts.join(", ")} gene modules are hidden, chosen in ${plural(rankings.length, "way")}, with ` +
      `95% intervals over cells. With ${plural(fewest, "module")} hidden: ${atFewest.join(", ")}.`,
    {
      data: { values: rows },
      width: sheet.width - (sheet.isNarrow ? 90 : 260),
      height: 240,
      layer: [
        {
          mark: { type: "line", strokeWidth: 2, point: { size: 50 }, tooltip: true },
          encoding: {
            x,
            y: {
              field: "loss",
              type: "quantitative",
              title: options.lossTitle ?? "Rise of the error (MSE of z-scores)",
              axis: { tickCount: 6, format: "~g" },
            },
            color,
          },
        },
        {
          mark: { type: "rule", strokeWidth: 1.5, opacity: 0.6 },
          encoding: { x, y: { field: "low", type: "quantitative" }, y2: { field: "high" }, color },
        },
      ],
    },
  );
};
