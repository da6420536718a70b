import type { TopLevelSpec } from "vega-lite";
import { formatNumber, leftOut, plural } from "./caption.js";
import { kernelDensity } from "./density.js";
import { checkOptions, figure, type Figure, type Numbers } from "./figure.js";
import { labelRoom, legendColumns, page, type PageOptions } from "./page.js";
import { median } from "./quantile.js";
import { INK, cellTypeColors, methodColors } from "./theme.js";
import { round } from "./thin.js";

/** Values of one group, in one state. */
export interface Ridge {
  /** The ridge: a cell type, a cluster, a day. */
  group: string;
  /** State drawn over others of the same group ("original", "degraded", "repaired"). Default: the group has one. */
  state?: string;
  values: Numbers;
}

/** Options of {@link ridgePlot}. */
export interface RidgePlotOptions extends PageOptions {
  /** What the values are, with their unit: the x axis. Default "Expression (log1p(CP10k))". */
  title?: string;
  /** What the groups are: the y axis. Default "Cells". */
  groupTitle?: string;
  /** Height of the highest ridge in rows; more than 1 overlaps the row above. Default 1.4. */
  overlap?: number;
}

const STEP = 36;
/** Bandwidths by which a density reaches beyond its values, so that it ends on its line. */
const TAILS = 2.5;

/**
 * Ridge plot: a density a group (Gaussian kernel, Silverman's width), one below the other on one axis; states of a group over each
 * other, all scaled by the highest density of the state's group.
 * @throws {RangeError} for no group with a finite value
 * @example
 * ridgePlot([{ group: "B cells", values: [1.8, 2.1, 2.4] }, { group: "NK cells", values: [0, 0, 0.3] }], { title: "MS4A1 (log1p(CP10k))" });
 */
export const ridgePlot = (ridges: readonly Ridge[], options: RidgePlotOptions = {}): Figure => {
  const name = "ridge-plot";
  checkOptions(name, options, ["title", "groupTitle", "overlap", "width"]);
  const { title = "Expression (log1p(CP10k))", groupTitle = "Cells", overlap = 1.4 } = options;
  const given = ridges.reduce((sum, { values }) => sum + values.length, 0);
  const curves = ridges
    .map((ridge) => ({ ...ridge, values: Float64Array.from(ridge.values).filter(Number.isFinite) }))
    .filter(({ values }) => values.length > 0);
  if (curves.length === 0) throw new RangeError(`${name}: no group has a finite value (${given} given)`);
  const groups = [...new Set(curves.map(({ group }) => group))];
  const states = [...new Set(curves.flatMap(({ state }) => (state === undefined ? [] : [state])))];
  const keyed = states.length > 0 ? states : groups;
  const points = Math.max(20, Math.min(100, Math.floor(4600 / curves.length)));
  const densities = curves.map(({ values }) => kernelDensity(values, points, TAILS));
  const highest = groups.map((group) =>
    Math.max(...densities.flatMap(({ density }, k) => (curves[k]!.group === group ? [Math.max(...density)] : []))),
  );
  const rows = curves.flatMap(({ group, state }, k) => {
    const { at, density } = densities[k]!;
    const base = groups.indexOf(group);
    const scale = overlap / highest[base]!;
    return Array.from(at, (value, p) => ({
      key: state ?? group,
      ridge: k,
      value: round(value, 4),
      base,
      top: round(base - scale * density[p]!, 4),
    }));
  });
  const plot = page(name, options.width).width - labelRoom(groups) - 70;
  const middles = curves.map(({ values }) => median(values));
  const order = [...curves.keys()].sort((a, b) => middles[a]! - middles[b]!);
  const say = (k: number) =>
    `${curves[k]!.group}${curves[k]!.state ? `, ${curves[k]!.state}` : ""} ${formatNumber(middles[k]!)}`;
  const kept = curves.reduce((sum, { values }) => sum + values.length, 0);
  return figure(
    name,
    `Densities of ${title} in ${plural(groups.length, "group")}, ${plural(kept, "value")}; the lowest median ` +
      `${say(order[0]!)}, the highest ${say(order.at(-1)!)}.` +
      leftOut(given - kept, "value", "(not finite)"),
    {
      data: { values: rows },
      width: plot,
      height: STEP * (groups.length - 1 + overlap) + 12,
      mark: {
        type: "area",
        fillOpacity: states.length > 0 ? 0.35 : 0.8,
        line: { strokeWidth: 1.2, ...(states.length === 0 && { color: INK }) },
      },
      encoding: {
        x: {
          field: "value",
          type: "quantitative",
          title,
          scale: { nice: false, zero: false },
          axis: { tickCount: 6, grid: true },
        },
        y: {
          field: "top",
          type: "quantitative",
          title: groupTitle,
          scale: { domain: [groups.length - 1 + 0.2, -overlap], nice: false, zero: false },
          axis: {
            values: groups.map((_, k) => k),
            labelExpr: `${JSON.stringify(groups)}[datum.value]`,
            grid: true,
            ticks: false,
            domain: false,
          },
        },
        y2: { field: "base" },
        detail: { field: "ridge" },
        color: {
          field: "key",
          type: "nominal",
          title: null,
          scale: { domain: keyed, range: states.length > 0 ? methodColors(states) : cellTypeColors(groups) },
          legend: states.length > 0 ? { orient: "top", columns: legendColumns(states, plot) } : null,
        },
      },
    } as TopLevelSpec,
  );
};
