import type { TopLevelSpec } from "vega-lite";
import { formatNumber, list } from "./caption.js";
import { checkOptions, figure, type Figure } from "./figure.js";
import { axisTitle, labelRoom, NARROW_LABEL, page, type PageOptions, sideLabels } from "./page.js";
import { CATEGORY_COLORS, INK } from "./theme.js";
import { round } from "./thin.js";

/** One quantity of one preset: a parameter's range, or what the degradation does, with an interval. */
export interface DegradationPresetRow {
  /** Name of the preset: "mild", "moderate", …. */
  preset: string;
  /** Name of the quantity with its unit; one panel each, in order of appearance. */
  quantity: string;
  /** The value, or the middle of the range. */
  value: number;
  /** Lower end of the range or interval. Default: `value`. */
  low?: number;
  /** Upper end. Default: `value`. */
  high?: number;
}

/** Options of {@link degradationPresets}. */
export interface DegradationPresetsOptions extends PageOptions {
  /** What the bars span, for the caption. Default "range". */
  interval?: string;
}

/**
 * Presets of degradation side by side: a panel a quantity, a row a preset, its range as a bar and its value as a dot.
 * @throws {RangeError} for no rows or a value that is not finite
 * @example
 * degradationPresets([
 *   { preset: "mild", quantity: "Dropout (share of values)", value: 0.1, low: 0.05, high: 0.15 },
 *   { preset: "severe", quantity: "Dropout (share of values)", value: 0.5, low: 0.4, high: 0.6 },
 * ]);
 */
export const degradationPresets = (
  rows: readonly DegradationPresetRow[],
  options: DegradationPresetsOptions = {},
): Figure => {
  const name = "degradation-presets";
  checkOptions(name, options, ["interval", "width"]);
  if (rows.length === 0) throw new RangeError(`${name}: no rows; give one a preset and quantity`);
  for (const row of rows) {
    if (!Number.isFinite(row.value)) {
      throw new RangeError(`${name}: ${row.quantity} of ${row.preset} is ${row.value}; leave the row out`);
    }
  }
  const presets = [...new Set(rows.map(({ preset }) => preset))];
  const quantities = [...new Set(rows.map(({ quantity }) => quantity))];
  const values = rows.map(({ low, high, ...row }) => ({
    ...row,
    value: round(row.value),
    low: round(low ?? row.value),
    high: round(high ?? row.value),
    label: formatNumber(row.value),
  }));
  const description =
    `Degradation presets: ` +
    quantities
      .map((quantity) => {
        const own = values.filter((row) => row.quantity === quantity);
        return `${quantity.replace(/ \(.*\)/, "")} ${list(own.map((row) => `${row.label} (${row.preset})`))}`;
      })
      .join("; ") +
    `. Bars: ${options.interval ?? "range"}.`;
  const { width: total, isNarrow } = page(name, options.width);
  const columns = isNarrow ? 1 : quantities.length === 4 ? 2 : Math.min(quantities.length, 3);
  const room = isNarrow ? labelRoom(presets, NARROW_LABEL) + 35 : 100;
  const width = Math.floor((total - room - 30 * columns) / columns);
  return figure(name, description, {
    columns,
    concat: quantities.map((quantity, k) => {
      const y = {
        field: "preset",
        type: "nominal",
        sort: presets,
        title: k % columns === 0 ? "Preset" : null,
        axis: {
          ...{ grid: false, ticks: false, ...sideLabels(isNarrow) },
          ...(k % columns > 0 && { labels: false }),
        },
      };
      const x = {
        type: "quantitative",
        title: axisTitle(quantity, width, isNarrow),
        scale: { zero: true },
        axis: { tickCount: 4, format: ",~r", labelOverlap: false },
      };
      const color = {
        field: "preset",
        type: "nominal",
        legend: null,
        scale: { domain: presets, range: presets.map((_, i) => CATEGORY_COLORS[i % CATEGORY_COLORS.length]) },
      };
      return {
        width,
        height: { step: 32 },
        data: { values: values.filter((row) => row.quantity === quantity) },
        layer: [
          {
            mark: { type: "bar", height: 8, opacity: 0.35, cornerRadius: 4 },
            encoding: { y, x: { ...x, field: "low" }, x2: { field: "high" }, color },
          },
          {
            mark: { type: "circle", size: 70, opacity: 1, tooltip: true },
            encoding: { y, x: { ...x, field: "value" }, color },
          },
          {
            mark: { type: "text", dy: -11, fontSize: 11, color: INK },
            encoding: { y, x: { ...x, field: "value" }, text: { field: "label" } },
          },
        ],
      };
    }),
  } as TopLevelSpec);
};
