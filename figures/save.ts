import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { outlined, rasterize, renderVegaLite } from "../kernel/display/vega.js";
import { checkOptions, type Figure } from "./figure.js";
import { svgToPdf } from "./pdf.js";
import { withDensity } from "./png-density.js";

/** A file of a figure: the spec with its data, the picture as vectors or pixels. */
export type FigureFormat = "vl.json" | "svg" | "png" | "pdf";

/** Options of {@link saveFigure} and {@link figureFiles}. */
export interface SaveOptions {
  /** Files wanted. Default all four. */
  formats?: readonly FigureFormat[];
  /** Dots an inch of the PNG at the figure's size in print. Default 300. */
  dotsPerInch?: number;
}

const FORMATS = ["vl.json", "svg", "png", "pdf"] as const;
const CSS_DOTS_PER_INCH = 96;

/**
 * A figure's files, by ending: the spec with its data, SVG, PNG (300 dots an inch) and PDF (vectors; text as outlines).
 * @throws {TypeError} for a format that there is not
 * @example
 * const [{ content }] = await figureFiles(embedding(data), { formats: ["svg"] });
 */
export const figureFiles = async (
  figure: Figure,
  options: SaveOptions = {},
): Promise<{ format: FigureFormat; content: string | Uint8Array }[]> => {
  const name = "saveFigure";
  checkOptions(name, options, ["formats", "dotsPerInch"]);
  const { formats = FORMATS, dotsPerInch = 300 } = options;
  const unknown = formats.find((format) => !FORMATS.includes(format));
  if (unknown !== undefined) throw new TypeError(`${name}: no format "${unknown}"; formats: ${FORMATS.join(", ")}`);
  // Vega marks the rows it draws.
  const { svg } = await renderVegaLite(structuredClone(figure));
  const made: Readonly<Record<FigureFormat, () => string | Uint8Array | Promise<string | Uint8Array>>> = {
    "vl.json": () => `${JSON.stringify(figure, null, 1)}\n`,
    svg: () => svg,
    png: async () => withDensity(await rasterize(svg, dotsPerInch / CSS_DOTS_PER_INCH), dotsPerInch),
    pdf: async () => svgToPdf(await outlined(svg), figure.name),
  };
  return Promise.all(formats.map(async (format) => ({ format, content: await made[format]() })));
};

/**
 * Writes a figure's files (`<name>.vl.json`, `.svg`, `.png`, `.pdf`), each whole or not at all, into a folder, which is made where it is
 * missing.
 * @returns the paths, in the order of the formats
 * @throws {TypeError} for a format that there is not
 * @example
 * await saveFigure(figures.volcano(test), "results/figures");
 */
export const saveFigure = async (figure: Figure, folder: string, options: SaveOptions = {}): Promise<string[]> => {
  const files = await figureFiles(figure, options);
  await mkdir(folder, { recursive: true });
  return Promise.all(
    files.map(async ({ format, content }) => {
      const path = join(folder, `${figure.name}.${format}`);
      await writeWhole(path, content);
      return path;
    }),
  );
};

const writeWhole = async (path: string, content: string | Uint8Array): Promise<void> => {
  const partial = `${path}.${process.pid}.partial`;
  try {
    await writeFile(partial, content);
    await rename(partial, path);
  } finally {
    await rm(partial, { force: true });
  }
};
