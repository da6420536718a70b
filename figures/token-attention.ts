import type { TopLevelSpec } from "vega-lite";
import { formatNumber, plural } from "./caption.js";
import { checkLengths, checkOptions, figure, type Figure, type Numbers, MAX_ROWS } from "./figure.js";
import { crowdedLabels, labelRoom, legendPlace, page, type PageOptions, SLANT } from "./page.js";
import { round } from "./thin.js";

/** Attention between tokens, a map a layer, a head or a cell type. */
export interface TokenAttentionData {
  /** Names of the tokens: the class token and the gene modules, in the model's order. */
  tokens: readonly string[];
  /** `attention` is tokens × tokens, row-major: a row a token that attends, of sum one. */
  maps: readonly { label: string; attention: Numbers }[];
}

/**
 * Attention of every token to every token, a panel a map on one colour scale. Rows attend, columns are attended to.
 * @throws {RangeError} for no maps, a map that is not tokens × tokens, or more numbers than a figure carries
 * @example
 * tokenAttention({ tokens: ["cell", "T cell module"], maps: [{ label: "Layer 1", attention: [0.6, 0.4, 0.3, 0.7] }] });
 */
export const tokenAttention = (data: TokenAttentionData, options: PageOptions = {}): Figure => {
  const name = "token-attention";
  checkOptions(name, options, ["width"]);
  const { tokens, maps } = data;
  const n = tokens.length;
  if (n === 0 || maps.length === 0) throw new RangeError(`${name}: ${n} tokens and ${maps.length} maps; give both`);
  if (n * n * maps.length > MAX_ROWS) {
    throw new RangeError(
      `${name}: ${maps.length} maps of ${n} × ${n} tokens are more than the ${MAX_ROWS} rows a figure carries; ` +
        `pass fewer maps (the mean over heads), or fewer tokens`,
    );
  }
  const panels = maps.map(({ label, attention }) => {
    checkLengths(`${name}, ${label}`, { attention, "tokens × tokens": { length: n * n } });
    const rows = tokens.flatMap((from, i) =>
      tokens.map((to, j) => ({ from, to, attention: round(attention[i * n + j]!, 3) })),
    );
    return { label, rows };
  });
  const all = panels.flatMap(({ label, rows }) => rows.map((row) => ({ label, ...row })));
  const strongest = all
    .filter(({ from, to }) => from !== to)
    .reduce((a, b) => (b.attention > a.attention ? b : a), all[0]!);
  const own = all.filter(({ from, to }) => from === to).reduce((sum, { attention }) => sum + attention, 0);
  const { width, isNarrow } = page(name, options.width);
  const columns = isNarrow ? 1 : Math.min(3, maps.length);
  const room = labelRoom(tokens, 130);
  const side = Math.min(Math.floor((width - room - (isNarrow ? 60 : 185)) / columns) - 14, Math.max(26 * n, 150));
  const labels = { labelLimit: 130, ticks: false, domain: false };
  return figure(
    name,
    `Attention among ${plural(n, "token")} in ${plural(maps.length, "map")}; equal shares would be ${formatNumber(1 / n)}. Tokens give ` +
      `themselves ${formatNumber(own / (n * maps.length))} on the average; most to another: ${strongest.from} to ${strongest.to}, ` +
      `${formatNumber(strongest.attention)} (${strongest.label}).`,
    {
      columns,
      spacing: 14,
      concat: panels.map(({ label, rows }, k) => ({
        title: label,
        width: side,
        height: side,
        data: { values: rows },
        mark: { type: "rect", tooltip: true },
        encoding: {
          x: {
            field: "to",
            type: "nominal",
            title: "Attended token",
            sort: [...tokens],
            axis: { ...labels, ...crowdedLabels((SLANT * side) / n), labelAngle: -60 },
          },
          y: {
            field: "from",
            type: "nominal",
            title: k % columns === 0 ? "Attending token" : null,
            sort: [...tokens],
            axis: { ...labels, ...crowdedLabels(side / n), labels: k % columns === 0 },
          },
          color: {
            field: "attention",
            type: "quantitative",
            title: "Attention (share)",
            scale: { scheme: "viridis", domain: [0, Math.max(...all.map(({ attention }) => attention))] },
            legend: {
              gradientLength: 110,
              format: ".3~g",
              tickCount: 4,
              ...legendPlace(isNarrow),
            },
          },
        },
      })),
      resolve: { scale: { color: "shared" } },
    } as TopLevelSpec,
  );
};
