import type { Figure } from "./figure.js";
import { EXPRESSION_COLORS, INK, OKABE_ITO } from "./theme.js";

/** Colours chosen for a white ground, and what stands for them on a dark one. */
const ON_DARK: Readonly<Record<string, string>> = {
  "#ffffff": "#161616",
  "#fff": "#161616",
  [INK]: "#e8e8e8",
  [OKABE_ITO.black]: "#e0e0e0",
  "#e9e9e9": "#3a3a3a",
  "#d0d0d0": "#5a5a5a",
  "#c8c8c8": "#5a5a5a",
  "#8a8a8a": "#9a9a9a",
  [EXPRESSION_COLORS[0]]: "#4a4a4a",
  [EXPRESSION_COLORS[1]]: "#2f6690",
  [EXPRESSION_COLORS[3]]: "#9ac8e6",
  [EXPRESSION_COLORS[4]]: "#eaf4fb",
  // The palette's yellow, darkened for white, as it was.
  [OKABE_ITO.mustard]: "#f0e442",
};

/**
 * The same figure for a dark page: light ink, a quiet grid, and the palette's darkest colours lightened; categories keep their hue.
 * @example
 * onDark(embedding(data));
 */
export const onDark = (figure: Figure): Figure => recolored(figure) as Figure;

const recolored = (part: unknown): unknown => {
  if (typeof part === "string") return ON_DARK[part] ?? part;
  if (Array.isArray(part)) return part.map(recolored);
  if (typeof part !== "object" || part === null) return part;
  return Object.fromEntries(
    Object.entries(part).map(([key, value]) => [key, key === "values" ? value : recolored(value)]),
  );
};
