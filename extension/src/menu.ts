import { blobOf } from "./base64.js";
import type { Actions } from "./embed-options.js";
import { VEGA_LITE_MIME } from "./mime.js";
import { pdfOf, pngOf, svgOf, type Picture } from "./print.js";
import { openInVegaEditor } from "./vega-editor.js";

/** An entry of a chart's menu. */
export interface Action {
  readonly label: string;
  readonly run: () => Promise<unknown>;
}

/** Puts entries into the menu that vega-embed has drawn beside a chart, and which it would fill with links that no key can use. */
export const fillMenu = (chart: Element, actions: readonly Action[], onError: (message: string) => void): void => {
  const menu = chart.querySelector("details");
  const place = menu?.querySelector(".vega-actions");
  place?.append(
    ...actions.map(({ label, run }) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = label;
      button.addEventListener("click", () => {
        menu?.removeAttribute("open");
        run().catch((error: unknown) => onError(error instanceof Error ? error.message : String(error)));
      });
      return button;
    }),
  );
};

/** The menu of a chart as it stands when an entry is chosen. */
export const menuOf = (actions: Actions, picture: () => Picture): Action[] => {
  const { mimeType, spec, options } = picture();
  const isLite = mimeType === VEGA_LITE_MIME;
  const name = options.downloadFileName ?? "visualization";
  const text = (content: string, type: string) => new Blob([content], { type });
  const png = async () => blobOf(await pngOf(picture(), options.scaleFactor), "image/png");
  const all: Record<keyof Actions, Action> = {
    svg: {
      label: "Save as SVG",
      run: async () => save(`${name}.svg`, text(await svgOf(picture()), "image/svg+xml")),
    },
    png: { label: "Save as PNG", run: async () => save(`${name}.png`, await png()) },
    pdf: { label: "Save as PDF", run: async () => save(`${name}.pdf`, await pdfOf(picture(), name)) },
    source: {
      label: "Save Specification",
      run: async () =>
        save(`${name}.${isLite ? "vl" : "vg"}.json`, text(JSON.stringify(spec, undefined, 2), "application/json")),
    },
    editor: {
      label: "Open in Vega Editor…",
      run: () => openInVegaEditor(spec, isLite ? "vega-lite" : "vega"),
    },
  };
  return (Object.keys(all) as (keyof Actions)[]).filter((action) => actions[action]).map((action) => all[action]);
};

/** Has the browser save a file. */
const save = (name: string, file: Blob): void => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
};
