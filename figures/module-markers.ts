import type { TopLevelSpec } from "vega-lite";
import { formatNumber, plural } from "./caption.js";
import { checkLengths, checkOptions, figure, type Figure, type Numbers } from "./figure.js";
import { labelRoom, page, type PageOptions } from "./page.js";
import { INK } from "./theme.js";
import { round } from "./thin.js";

/** How much each gene module bears on each marker gene. */
export interface ModuleMarkersData {
  modules: readonly string[];
  /** Marker genes. */
  markers: readonly string[];
  /** Cell type that each gene marks; markers are shown by type, in this order. */
  types: readonly string[];
  /** modules × markers, row-major: attention, or the change of the repaired gene when the module is hidden. */
  weight: Numbers;
}

/** Options of {@link moduleMarkers}. */
export interface ModuleMarkersOptions extends PageOptions {
  /** What the weights are, with their unit. Default "Attention (share)". */
  weightTitle?: string;
}

/**
 * Gene modules against marker genes: rows are markers by cell type, each type named at its first, columns modules in the order of their largest weight.
 * Weights of either sign are shown on a diverging scale about 0.
 * @throws {RangeError} for no modules or markers, or weights that do not fit them
 * @example
 * moduleMarkers({ modules: ["M1", "M2"], markers: ["CD3D"], types: ["T cells"], weight: [0.8, 0.1] });
 */
export const moduleMarkers = (data: ModuleMarkersData, options: ModuleMarkersOptions = {}): Figure => {
  const name = "module-markers";
  checkOptions(name, options, ["weightTitle", "width"]);
  const { modules, markers, types, weight } = data;
  const { weightTitle = "Attention (share)" } = options;
  checkLengths(name, { markers, types });
  checkLengths(name, { weight, "modules × markers": { length: modules.length * markers.length } });
  if (weight.length === 0)
    throw new RangeError(`${name}: ${modules.length} modules and ${markers.length} markers; give both`);
  const at = (m: number, g: number) => weight[m * markers.length + g]!;
  const peak = (m: number) => {
    const sizes = markers.map((_, g) => Math.abs(at(m, g)));
    return sizes.indexOf(Math.max(...sizes));
  };
  const blocks = [...new Set(types)];
  const rank = (g: number) => blocks.indexOf(types[g]!) * markers.length + g;
  const order = [...modules.keys()].sort((a, b) => rank(peak(a)) - rank(peak(b)) || a - b);
  const rows = order.flatMap((m) =>
    markers.map((gene, g) => ({ module: modules[m]!, gene, type: types[g]!, weight: round(at(m, g), 4) })),
  );
  const strongest = rows.reduce((a, b) => (Math.abs(b.weight) > Math.abs(a.weight) ? b : a));
  const most = Math.abs(strongest.weight);
  const isSigned = rows.some((row) => row.weight < 0);
  const { width } = page(name, options.width);
  const typeRoom = labelRoom(blocks, 130);
  const room = labelRoom(markers) + typeRoom + 62;
  const shown = [...markers.keys()].sort((a, b) => blocks.indexOf(types[a]!) - blocks.indexOf(types[b]!) || a - b);
  return figure(
    name,
    `${weightTitle} of ${plural(modules.length, "gene module")} for ${plural(markers.length, "marker gene")} of ` +
      `${plural(blocks.length, "cell type")}. Strongest: ${strongest.module} for ${strongest.gene} (${strongest.type}), ` +
      `${formatNumber(strongest.weight)}.`,
    {
      data: { values: rows },
      width: width - room,
      height: { step: 15 },
      layer: [
        {
          mark: { type: "rect", tooltip: true },
          encoding: {
            x: {
              field: "module",
              type: "nominal",
              title: "Gene module",
              sort: order.map((m) => modules[m]!),
              axis: { labelAngle: -60, labelLimit: 130, labelOverlap: "greedy", ticks: false, domain: false },
            },
            y: {
              field: "gene",
              type: "nominal",
              title: "Marker gene",
              scale: { domain: shown.map((g) => markers[g]!) },
              axis: { labelOverlap: false, ticks: false, domain: false },
            },
            color: {
              field: "weight",
              type: "quantitative",
              title: weightTitle,
              scale: isSigned
                ? { scheme: "blueorange", domain: [-most, most] }
                : { scheme: "viridis", domain: [0, most] },
              legend: {
                gradientLength: 110,
                format: ".3~g",
                tickCount: 4,
                titleLimit: 130,
                orient: "bottom",
                direction: "horizontal",
              },
            },
          },
        },
        {
          data: { values: blocks.map((type) => ({ type, gene: markers[types.indexOf(type)]! })) },
          mark: { type: "text", align: "left", dx: 6, fontSize: 11, color: INK, limit: typeRoom },
          encoding: { y: { field: "gene", type: "nominal" }, x: { value: "width" }, text: { field: "type" } },
        },
      ],
    } as TopLevelSpec,
  );
};
