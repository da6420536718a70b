// Time in which a chart of 5,000 points is drawn: by this extension, and by JupyterLab's own renderer of Vega-Lite 5, in the same page by turns.
// JupyterLab's own draws on a canvas unless told otherwise, this extension SVG. Needs what the checks need. ROUNDS: 9 by default.
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { startLab } from "./lab-server.js";
import { writeSources } from "./notebooks.js";
import { openNotebook } from "./page.js";

const { CHROMIUM = "/usr/bin/chromium", ROUNDS = "9" } = process.env;
const POINTS = 5_000;

const specOf = (version) => ({
  $schema: `https://vega.github.io/schema/vega-lite/v${version}.json`,
  data: { values: Array.from({ length: POINTS }, (_, i) => ({ x: (i * 37) % 1009, y: (i * 71) % 997, group: i % 8 })) },
  mark: "circle",
  encoding: {
    x: { field: "x", type: "quantitative" },
    y: { field: "y", type: "quantitative" },
    color: { field: "group", type: "nominal" },
  },
});

const RENDERERS = [
  { name: "this extension (Vega-Lite 6, SVG)", version: 6 },
  { name: "JupyterLab (Vega-Lite 5, canvas)", version: 5 },
  { name: "JupyterLab (Vega-Lite 5, SVG)", version: 5, options: { renderer: "svg" } },
].map(({ name, version, options }) => ({
  name,
  type: `application/vnd.vegalite.v${version}+json`,
  spec: specOf(version),
  options,
}));

/** In the page: milliseconds until a chart is drawn and the browser has painted. */
const draw = async ({ type, spec, options }) => {
  const { rendermime } = window.jupyterapp.shell.currentWidget.content;
  // A picture, so that neither makes one.
  const data = { [type]: spec, "image/png": "" };
  const model = rendermime.createModel({ data, metadata: { [type]: { embed_options: options } }, trusted: true });
  const renderer = rendermime.createRenderer(type);
  const place = document.createElement("div");
  place.style.cssText = "position: fixed; top: 0; left: 0; z-index: 9999; background: white";
  place.append(renderer.node);
  document.body.append(place);
  const start = performance.now();
  await renderer.renderModel(model);
  await new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)));
  const time = performance.now() - start;
  const marks = place.querySelectorAll("svg.marks .role-mark path").length;
  const canvases = place.querySelectorAll("canvas").length;
  renderer.dispose();
  place.remove();
  return { time, drawn: marks || canvases };
};

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

const folder = await mkdtemp(join(tmpdir(), "diffrepairer-render-"));
await mkdir(join(folder, "notebooks"));
let lab, browser;
try {
  lab = await startLab(folder);
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
  const context = await browser.newContext({ viewport: { width: 1280, height: 1000 } });
  await writeSources(join(folder, "notebooks", "empty.ipynb"), ["1"], "python3");
  const page = await openNotebook(context, lab, "empty.ipynb");
  const first = [];
  for (const renderer of RENDERERS) first.push((await page.evaluate(draw, renderer)).time);
  const times = RENDERERS.map(() => []);
  for (let round = 0; round < Number(ROUNDS); round++) {
    for (const [i, renderer] of RENDERERS.entries()) {
      const { time, drawn } = await page.evaluate(draw, renderer);
      if (drawn === 0) throw new Error(`${renderer.name} drew nothing`);
      times[i].push(time);
    }
  }
  const own = median(times[0]);
  for (const [i, { name }] of RENDERERS.entries()) {
    const [fastest, slowest] = [Math.min(...times[i]), Math.max(...times[i])];
    const ratio = i === 0 ? "" : `; this extension takes ${(own / median(times[i])).toFixed(2)} times as long`;
    process.stdout.write(
      `${name}: ${median(times[i]).toFixed(0)} ms, median of ${ROUNDS} (${fastest.toFixed(0)} to ${slowest.toFixed(0)}), first ${first[i].toFixed(0)} ms${ratio}\n`,
    );
  }
  process.stdout.write(`load of the machine: ${loadavg()[0].toFixed(1)}\n`);
} finally {
  await browser?.close();
  await lab?.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
