import { writeFile } from "node:fs/promises";
import { KERNEL } from "./lab-server.js";

const VEGA_LITE = "application/vnd.vegalite.v6+json";
const VEGA = "application/vnd.vega.v6+json";

/** A picture of one red pixel, so that the untrusted view can be told from a chart. */
export const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";

/** An output with a chart; with a picture beside it unless told otherwise. */
export const chartOutput = (spec, { picture = true, metadata = {} } = {}) => ({
  output_type: "display_data",
  data: {
    [String(spec.$schema).includes("vega-lite") ? VEGA_LITE : VEGA]: spec,
    ...(picture ? { "image/png": PIXEL } : {}),
    "text/plain": "a chart",
  },
  metadata,
});

/** Writes a notebook of one cell for each output. */
export const writeNotebook = (path, outputs) => {
  const cells = outputs.map((output, i) => ({
    cell_type: "code",
    id: `cell-${i}`,
    execution_count: 1,
    metadata: {},
    source: "",
    outputs: [output],
  }));
  const metadata = { kernelspec: { name: "python3", display_name: "Python 3", language: "python" } };
  return writeFile(path, JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 }));
};

/** Writes a notebook of code cells, and of Markdown cells where a text begins with `%md`, for the checkout's kernel or another. */
export const writeSources = (path, sources, kernel = KERNEL) => {
  const cells = sources.map((source, i) => ({
    id: `source-${i}`,
    metadata: {},
    ...(source.startsWith("%md")
      ? { cell_type: "markdown", source: source.slice(4) }
      : { cell_type: "code", execution_count: null, source, outputs: [] }),
  }));
  const language = kernel === KERNEL ? "typescript" : "python";
  const metadata = { kernelspec: { name: kernel, display_name: kernel, language } };
  return writeFile(path, JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 }));
};
