import type { Drawing } from "./draw.js";

const standing = new Map<Element, Drawing>();

/** Notes the chart that stands in an element, or that none does any more. */
export const noteChart = (element: Element, drawing: Drawing | undefined): void => {
  if (drawing) standing.set(element, drawing);
  else standing.delete(element);
};

/** The chart that stands within an element. */
export const chartWithin = (element: Element): Drawing | undefined => {
  for (const [place, drawing] of standing) if (element.contains(place)) return drawing;
  return undefined;
};
