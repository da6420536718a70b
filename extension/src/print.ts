import type { View } from "vega";
import type { SafeEmbedOptions } from "./embed-options.js";
import { embedGuarded } from "./embed.js";
import { PdfContext } from "./pdf/context.js";
import { PRINT } from "./themes.js";
import { restore, type ViewState } from "./view-state.js";

/** Pixels of a saved picture for each pixel of the chart, as for a screen of high density. */
const PICTURE_SCALE = 2;

/** What is drawn for a file. */
export interface Picture {
  readonly mimeType: string;
  readonly spec: object;
  readonly options: SafeEmbedOptions;
  /** What the reader had selected. */
  readonly state?: ViewState | undefined;
}

/** A chart on white as base64 of a PNG file. */
export const pngOf = (picture: Picture, scale = PICTURE_SCALE): Promise<string> =>
  printed(picture, async (view) => {
    const address = await view.toImageURL("png", scale);
    return address.slice(address.indexOf(",") + 1);
  });

/** A chart on white as an SVG file. */
export const svgOf = (picture: Picture): Promise<string> => printed(picture, (view) => view.toSVG());

/** A chart on white as a PDF file of one page. */
export const pdfOf = (picture: Picture, title: string): Promise<Blob> =>
  printed(picture, async (view) => {
    const [width, height] = sizeOf(await view.toSVG());
    const context = new PdfContext(width, height);
    await view.toCanvas(1, { externalContext: context });
    return context.file(title);
  });

/** Width and height that an SVG picture says it has. */
const sizeOf = (svg: string): [number, number] => {
  const [, width, height] = / width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? [];
  return [Number(width), Number(height)];
};

const printed = async <T>(picture: Picture, take: (view: View) => Promise<T>): Promise<T> => {
  const options = { ...picture.options, actions: false } as const;
  const print = await embedGuarded(document.createElement("div"), { ...picture, dark: false }, options, PRINT);
  try {
    if (picture.state) {
      restore(print.view, picture.state);
      await print.view.runAsync();
    }
    return await take(print.view);
  } finally {
    print.finalize();
  }
};
