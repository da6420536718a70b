import { formatValue } from "vega-tooltip";
import { INLINE_PICTURE } from "./loader.js";

type Format = (value: unknown, toHtml: (value: unknown) => string, maxDepth: number, baseUrl: string) => string;

/** The content of a tooltip as HTML. Vega's own writes the field `image` into the page without escaping its quotes. */
export const formatTooltip: Format = (value, toHtml, maxDepth, baseUrl) => {
  if (typeof value !== "object" || value === null || !("image" in value))
    return formatValue(value, toHtml, maxDepth, baseUrl);
  const { image, ...rest } = value;
  const safe = typeof image === "string" && INLINE_PICTURE.test(image);
  return formatValue(safe ? value : { ...rest, "image (not shown)": image }, toHtml, maxDepth, baseUrl);
};
