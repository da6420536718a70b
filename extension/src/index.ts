import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import { VEGA_LITE_MIME, VEGA_MIME } from "./mime.js";
import { ChartRenderer } from "./renderer.js";

export { VEGA_LITE_MIME, VEGA_MIME };

const rendererFactory: IRenderMime.IRendererFactory = {
  // A chart of a notebook that is not trusted is shown as its picture: the guards are a second line, not the first.
  safe: false,
  mimeTypes: [VEGA_LITE_MIME, VEGA_MIME],
  createRenderer: (options) => new ChartRenderer(options),
};

/** The plugin. Its rank puts a chart before the HTML and the picture of the same output. */
const extension: IRenderMime.IExtension = {
  id: "diffrepairer-lab:charts",
  description: "Draws Vega-Lite 6 and Vega 6 outputs.",
  rendererFactory,
  rank: 45,
  dataType: "json",
};

export default extension;
