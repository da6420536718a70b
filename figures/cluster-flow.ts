import type { TopLevelSpec } from "vega-lite";
import { formatShare, plural } from "./caption.js";
import { checkLengths, checkOptions, figure, type Figure } from "./figure.js";
import { labelRoom, page, type PageOptions } from "./page.js";
import { INK, cellTypeColors } from "./theme.js";
import { round } from "./thin.js";

/** The clusters of the same cells at one stage. */
export interface ClusterStage {
  /** Name of the stage: "clean", "degraded", "repaired". */
  label: string;
  /** Cluster of each cell; null or "" is "unassigned". */
  assignments: ReadonlyArray<string | null>;
}

const HEIGHT = 300;
const GAP = 6;
const NODE = 12;
/** Places across a flow at which its curve is drawn. */
const CURVE = Array.from({ length: 17 }, (_, k) => k / 16);

interface Node {
  stage: number;
  cluster: string;
  cells: number;
  top: number;
  bottom: number;
}

/**
 * Sankey diagram of cluster assignments: a bar a cluster, its height the cells, bands the cells that go from a cluster of one stage to
 * one of the next, in the colour of the first stage's cluster. Later clusters stand where most of their cells come from.
 * @throws {RangeError} for fewer than two stages, or stages of unequal length
 * @example
 * clusterFlow([{ label: "clean", assignments: ["T", "T", "B"] }, { label: "repaired", assignments: ["0", "0", "1"] }]);
 */
export const clusterFlow = (stages: readonly ClusterStage[], options: PageOptions = {}): Figure => {
  const name = "cluster-flow";
  checkOptions(name, options, ["width"]);
  if (stages.length < 2) throw new RangeError(`${name}: ${plural(stages.length, "stage")}; a flow joins at least two`);
  checkLengths(name, Object.fromEntries(stages.map(({ label, assignments }) => [label, assignments])));
  const cells = stages[0]!.assignments.length;
  if (cells === 0) throw new RangeError(`${name}: no cells; cluster the cells first`);
  const clusters = stages.map(({ assignments }) => assignments.map((cluster) => cluster || "unassigned"));
  const most = Math.max(...clusters.map((stage) => new Set(stage).size));
  const pixels = (HEIGHT - GAP * (most - 1)) / cells;
  const columns: Node[][] = [];
  clusters.forEach((assigned, stage) => {
    columns.push(
      stack(assigned, stage, stage === 0 ? undefined : origins(clusters[stage - 1]!, columns[stage - 1]!), pixels),
    );
  });
  const first = columns[0]!.map(({ cluster }) => cluster);
  const links = clusters
    .slice(1)
    .flatMap((to, k) => flows(clusters[k]!, to, clusters[0]!, columns[k]!, columns[k + 1]!, pixels));
  const { width: total, isNarrow } = page(name, options.width);
  const ends = [columns[0]!, columns.at(-1)!].map((nodes) =>
    labelRoom(
      nodes.map(({ cluster }) => cluster),
      isNarrow ? 120 : 150,
    ),
  );
  const width = total - ends[0]! - ends[1]! - 75;
  const at = (stage: number) => round((stage / (stages.length - 1)) * (width - NODE), 5);
  const bands = links.flatMap(({ from, to, stage, origin, cells: moved, left, right }, link) =>
    CURVE.map((t) => {
      const s = t * t * (3 - 2 * t);
      const top = left + (right - left) * s;
      return {
        link: stage * 10_000 + link,
        origin,
        from,
        to,
        cells: moved,
        x: round(at(stage) + NODE + t * (at(stage + 1) - at(stage) - NODE), 4),
        top: round(top, 4),
        bottom: round(top + moved * pixels, 4),
      };
    }),
  );
  const nodes = columns.flat().map(({ stage, cluster, cells: own, top, bottom }) => ({
    stage: stages[stage]!.label,
    cluster,
    cells: own,
    x: at(stage),
    x2: at(stage) + NODE,
    top: round(top, 4),
    bottom: round(bottom, 4),
  }));
  const x = { type: "quantitative", axis: null, scale: { domain: [0, width], nice: false } };
  const y = {
    type: "quantitative",
    title: "Cells",
    axis: { labels: false, ticks: false, domain: false, grid: false, titlePadding: ends[0]! + 10 },
    scale: { domain: [HEIGHT, 0], nice: false },
  };
  const names = columns.flatMap((column, stage) => {
    const isLast = stage === stages.length - 1;
    return spread(column).map(({ node, middle }) => ({
      cluster: node.cluster,
      x: stage === 0 ? at(stage) - 5 : at(stage) + NODE + 5,
      y: round(middle, 4),
      side: stage === 0 ? "left" : isLast ? "right" : "inside",
    }));
  });
  const kept = clusters.slice(1).map((to, k) => {
    const largest = columns[k]!.map(({ cluster }) => {
      const counts = tally(to.filter((_, cell) => clusters[k]![cell] === cluster));
      return Math.max(...counts.values());
    });
    const share = largest.reduce((sum, count) => sum + count, 0) / cells;
    return `${stages[k]!.label} to ${stages[k + 1]!.label} ${formatShare(share)}`;
  });
  const text = (side: string, mark: object) => ({
    data: { values: names.filter((row) => row.side === side).map(({ cluster, x, y }) => ({ cluster, x, y })) },
    mark: { type: "text", baseline: "middle", fontSize: 11, color: INK, limit: isNarrow ? 120 : 150, ...mark },
    encoding: { x: { ...x, field: "x" }, y: { ...y, field: "y" }, text: { field: "cluster" } },
  });
  return figure(
    name,
    `Clusters of ${plural(cells, "cell")} by stage (${stages.map(({ label }, k) => `${label}: ${columns[k]!.length}`).join(", ")}); bands: ` +
      `cells that go from one to the other. Cells that go where most of their cluster goes: ${kept.join(", ")}.`,
    {
      width,
      height: HEIGHT,
      layer: [
        {
          data: { values: bands },
          mark: { type: "area", opacity: 0.55, line: false, tooltip: true },
          encoding: {
            x: { ...x, field: "x" },
            y: { ...y, field: "top" },
            y2: { field: "bottom" },
            detail: [{ field: "link" }, { field: "from" }, { field: "to" }, { field: "cells" }],
            color: {
              field: "origin",
              type: "nominal",
              legend: null,
              scale: { domain: first, range: cellTypeColors(first) },
            },
          },
        },
        {
          data: { values: nodes },
          mark: { type: "rect", color: INK, tooltip: true },
          encoding: {
            x: { ...x, field: "x" },
            x2: { field: "x2" },
            y: { ...y, field: "top" },
            y2: { field: "bottom" },
          },
        },
        text("left", { align: "right" }),
        text("right", { align: "left" }),
        ...(stages.length > 2
          ? [
              text("inside", { align: "left", stroke: "#ffffff", strokeWidth: 3, strokeOpacity: 0.85 }),
              text("inside", { align: "left" }),
            ]
          : []),
        {
          data: {
            values: stages.map(({ label }, stage) => ({ label, x: at(stage) + NODE / 2 })),
          },
          mark: { type: "text", baseline: "bottom", dy: -10, fontSize: 12, fontWeight: 600, color: INK },
          encoding: { x: { ...x, field: "x" }, y: { value: 0 }, text: { field: "label" } },
        },
      ],
    } as TopLevelSpec,
  );
};

const tally = (names: readonly string[]): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const each of names) counts.set(each, (counts.get(each) ?? 0) + 1);
  return counts;
};

/** Mean height from which the cells of each cluster of the next stage come. */
const origins = (before: readonly string[], nodes: readonly Node[]) => {
  const middle = new Map(nodes.map(({ cluster, top, bottom }) => [cluster, (top + bottom) / 2]));
  return (assigned: readonly string[], cluster: string): number => {
    const places = assigned.flatMap((own, cell) => (own === cluster ? [middle.get(before[cell]!)!] : []));
    return places.reduce((sum, place) => sum + place, 0) / places.length;
  };
};

const stack = (
  assigned: readonly string[],
  stage: number,
  origin: ((assigned: readonly string[], cluster: string) => number) | undefined,
  pixels: number,
): Node[] => {
  const counts = [...tally(assigned)];
  const place = new Map(counts.map(([cluster, count]) => [cluster, origin ? origin(assigned, cluster) : -count]));
  counts.sort(([a], [b]) => place.get(a)! - place.get(b)! || a.localeCompare(b, "en"));
  const gaps = GAP * (counts.length - 1);
  let top = (HEIGHT - gaps - assigned.length * pixels) / 2;
  return counts.map(([cluster, cells]) => {
    const node = { stage, cluster, cells, top, bottom: top + cells * pixels };
    top = node.bottom + GAP;
    return node;
  });
};

/** Bands between two stages, each at its place in the two bars: ordered by the other end, then by the first stage's cluster. */
const flows = (
  from: readonly string[],
  to: readonly string[],
  origin: readonly string[],
  left: readonly Node[],
  right: readonly Node[],
  pixels: number,
) => {
  const counts = tally(from.map((_, cell) => [from[cell], to[cell], origin[cell]].join("\u0000")));
  const bands = [...counts].map(([key, cells]) => {
    const [a, b, first] = key.split("\u0000") as [string, string, string];
    return { from: a, to: b, origin: first, cells, stage: left[0]!.stage, left: 0, right: 0 };
  });
  const rank = (nodes: readonly Node[], cluster: string) => nodes.findIndex((node) => node.cluster === cluster);
  const fill = (
    nodes: readonly Node[],
    own: "from" | "to",
    other: readonly Node[],
    end: "from" | "to",
    side: "left" | "right",
  ) => {
    for (const node of nodes) {
      let top = node.top;
      bands
        .filter((band) => band[own] === node.cluster)
        .sort((a, b) => rank(other, a[end]) - rank(other, b[end]) || a.origin.localeCompare(b.origin, "en"))
        .forEach((band) => {
          band[side] = top;
          top += band.cells * pixels;
        });
    }
  };
  fill(left, "from", right, "to", "left");
  fill(right, "to", left, "from", "right");
  return bands;
};

/** Heights of a stage's labels: the middle of each bar, moved down where two would touch, and all up where the last leaves the plot. */
const spread = (nodes: readonly Node[]): { node: Node; middle: number }[] => {
  const line = 13;
  let last = -Infinity;
  const placed = nodes.map((node) => {
    last = Math.max((node.top + node.bottom) / 2, last + line);
    return { node, middle: last };
  });
  let limit = HEIGHT;
  for (const each of [...placed].reverse()) {
    each.middle = Math.min(each.middle, limit);
    limit = each.middle - line;
  }
  return placed;
};
