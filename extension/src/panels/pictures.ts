import { blobOf } from "../base64.js";
import { safeEmbedOptions } from "../embed-options.js";
import { VEGA_LITE_MIME, VEGA_MIME } from "../mime.js";
import { pictureAddress, specType, textOf, type Figure } from "./figures.js";

const DRAWN: readonly (string | undefined)[] = [VEGA_LITE_MIME, VEGA_MIME];

/** What of a figure the guarded renderer may draw anew. */
const drawable = ({ data, metadata, trusted }: Figure) => {
  const mimeType = specType(data);
  if (!trusted || mimeType === undefined || !DRAWN.includes(mimeType)) return undefined;
  return { mimeType, spec: data[mimeType] as object, options: safeEmbedOptions(metadata[mimeType] ?? metadata) };
};

/** Whether a figure can be drawn anew. */
export const isDrawable = (figure: Figure): boolean => drawable(figure) !== undefined;

/** Whether a figure can be had as SVG. */
export const hasSvg = (figure: Figure): boolean => "image/svg+xml" in figure.data || isDrawable(figure);

/** A figure as an SVG file: the one beside it, else drawn from its specification. */
export const svgOf = async (figure: Figure): Promise<string> => {
  const svg = figure.data["image/svg+xml"];
  if (svg !== undefined) return textOf(svg);
  const picture = drawable(figure);
  if (!picture) throw new Error("This figure has no SVG: it is a picture of pixels.");
  const draw = await import("../draw.js");
  return draw.svgOf(picture);
};

/**
 * A figure as a PDF file, drawn from its specification.
 * @throws {Error} for one that is not {@link isDrawable}
 */
export const pdfOf = async (figure: Figure): Promise<Blob> => {
  const picture = drawable(figure);
  if (!picture) throw new Error("This figure has no PDF: it is a picture of pixels.");
  return (await import("../draw.js")).pdfOf(picture, figure.title);
};

/** A figure as a PNG file: the one beside it, else drawn from its specification or from its other picture. */
export const pngOf = async (figure: Figure): Promise<Blob> => {
  const saved = figure.data["image/png"];
  if (saved !== undefined) return blobOf(textOf(saved), "image/png");
  const picture = drawable(figure);
  if (picture) return blobOf(await (await import("../draw.js")).pngOf(picture), "image/png");
  const address = pictureAddress(figure);
  if (address === undefined) throw new Error("This figure has no picture yet; run its cell.");
  return rasterOf(address);
};

/** Pixels of the picture for each of its own, as for a screen of high density; of the sides together at most. */
const SCALE = 2;
const MAX_SIDE = 8192;

const rasterOf = async (address: string): Promise<Blob> => {
  const image = new Image();
  image.src = address;
  await image.decode();
  const scale = Math.min(SCALE, MAX_SIDE / Math.max(image.naturalWidth, image.naturalHeight, 1));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(image.naturalWidth * scale));
  canvas.height = Math.max(1, Math.round(image.naturalHeight * scale));
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("The picture cannot be drawn."))), "image/png"),
  );
};
