import { formatNumber, formatShare, plural } from "./caption.js";
import { checkLengths, checkOptions, figure, type Figure, type Numbers } from "./figure.js";
import { crowdedLabels, labelRoom, legendPlace, NARROW_LABEL, page, type PageOptions, SLANT } from "./page.js";
import { round } from "./thin.js";

/** Mean attention of groups of cells to gene modules. */
export interface AttentionMapData {
  /** Groups of cells, such as types: the rows. */
  groups: readonly string[];
  /** Names of the modules: the columns. */
  modules: readonly string[];
  /** groups × modules, row-major; every row's attention, not necessarily of sum one. */
  attention: Numbers;
}

/** Options of {@link attentionMap}. */
export interface AttentionMapOptions extends PageOptions {
  /** What the shading is called. Default "Share of attention". */
  attentionTitle?: string;
}

/**
 * A heat map of what groups of cells attend to: rows are groups, columns gene modules in the order in which the groups differ about
 * them; the other way round in a column of 85 mm.
 * @throws {RangeError} where the numbers are not groups × modules
 * @example
 * attentionMap({ groups: ["B cells", "T cells"], modules: ["M1", "M2"], attention: [0.7, 0.3, 0.2, 0.8] });
 */
export const attentionMap = (data: AttentionMapData, options: AttentionMapOptions = {}): Figure => {
  const name = "attention-map";
  checkOptions(name, options, ["attentionTitle", "width"]);
  const { groups, modules, attention } = data;
  checkLengths(name, { attention, "groups × modules": { length: groups.length * modules.length } });
  if (attention.length === 0) throw new RangeError(`${name}: no attention; pass the means of at least one group`);
  const at = (k: number, t: number): number => attention[k * modules.length + t] as number;
  const spread = modules.map((_, t) => {
    const values = groups.map((_, k) => at(k, t));
    return Math.max(...values) - Math.min(...values);
  });
  const order = [...modules.keys()].sort((a, b) => (spread[b] as number) - (spread[a] as number) || a - b);
  const rows = groups.flatMap((group, k) =>
    order.map((t) => ({ group, module: modules[t], attention: round(at(k, t)) })),
  );
  const strongest = rows.reduce((most, row) => (row.attention > most.attention ? row : most));
  const most = order[0] as number;
  const title = options.attentionTitle ?? "Share of attention";
  const { width, isNarrow } = page(name, options.width);
  const sides = {
    group: { field: "group", type: "nominal", title: "Cells", sort: [...groups] },
    module: { field: "module", type: "nominal", title: "Gene module", sort: order.map((t) => modules[t] as string) },
  } as const;
  // Modules go down the side of a narrow column, in which they would not stand side by side.
  const [across, down] = isNarrow ? ([sides.group, sides.module] as const) : ([sides.module, sides.group] as const);
  const room = Math.max(labelRoom(modules, NARROW_LABEL), labelRoom(groups, NARROW_LABEL) / 2);
  const plot = width - (isNarrow ? Math.ceil(room) + 60 : 260);
  return figure(
    name,
    `${title} that ${plural(groups.length, "group")} of cells give to ${plural(modules.length, "gene module")}; ` +
      `equal shares would be ${formatShare(1 / modules.length)}. Most: ${strongest.group} to ${strongest.module}, ` +
      `${formatNumber(strongest.attention)}. The groups differ most about ${modules[most]} ` +
      `(range ${formatNumber(spread[most] as number)}).`,
    {
      data: { values: rows },
      width: plot,
      height: { step: isNarrow ? 18 : 24 },
      mark: { type: "rect", tooltip: true },
      encoding: {
        x: {
          ...across,
          axis: {
            labelAngle: -60,
            labelLimit: isNarrow ? NARROW_LABEL : 150,
            ...crowdedLabels((SLANT * plot) / across.sort.length),
          },
        },
        y: { ...down, ...(isNarrow && { axis: { labelLimit: NARROW_LABEL } }) },
        color: {
          field: "attention",
          type: "quantitative",
          title,
          scale: { scheme: "viridis" },
          legend: {
            ...{ orient: "right", gradientLength: isNarrow ? 120 : 160, titleLimit: 140, tickCount: 4, format: ".2~g" },
            ...legendPlace(isNarrow),
          },
        },
      },
    },
  );
};
