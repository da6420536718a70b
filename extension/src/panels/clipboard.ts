import type { Figure } from "./figures.js";
import { pngOf, svgOf } from "./pictures.js";

/** Copies a figure as a picture of pixels. @returns what to say of it */
export const copyPng = (figure: Figure): Promise<string> => copy({ "image/png": pngOf(figure) }, "PNG");

/** Copies a figure as a drawing: for programs that take SVG from the clipboard, and for those that take its text. */
export const copySvg = (figure: Figure): Promise<string> => {
  const svg = svgOf(figure);
  const as = (type: string) => svg.then((text) => new Blob([text], { type }));
  const isTaken = typeof ClipboardItem !== "undefined" && ClipboardItem.supports?.("image/svg+xml");
  return copy({ ...(isTaken && { "image/svg+xml": as("image/svg+xml") }), "text/plain": as("text/plain") }, "SVG");
};

/** What is copied is promised, since a browser lets a page copy only at once upon a click. */
const copy = async (parts: Record<string, Promise<Blob>>, name: string): Promise<string> => {
  if (!navigator.clipboard?.write) {
    throw new Error("The browser lets only pages of https or of this computer copy; export the figures instead.");
  }
  await navigator.clipboard.write([new ClipboardItem(parts)]);
  return `Copied as ${name}.`;
};
