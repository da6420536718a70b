// Opens notebooks in a real JupyterLab and a real browser, and checks what the reader would see. Needs the checkout's `.venv`
// and a Chromium (CHROMIUM, else /usr/bin/chromium). Arguments name the parts to check, all by default. SCREENSHOTS names a
// folder for pictures, NOTEBOOKS further notebooks to open.
import { build } from "esbuild";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { chromium } from "playwright-core";
import { attacks, SECRET } from "./attacks.js";
import { checkCells } from "./cells.js";
import { startLab } from "./lab-server.js";
import { checkMenu } from "./menu.js";
import { chartOutput, writeNotebook } from "./notebooks.js";
import { cell, check, execute, failed, openNotebook, screenshot, screenshotCharts, until } from "./page.js";
import { checkPanels } from "./panels.js";
import { checkNotebook7 } from "./notebook7.js";
import { checkRuns } from "./runs.js";
import { checkRepair } from "./repair.js";
import { BARS, BRUSHED, CARD, CIRCULAR, ENDLESS, EXPLODING, HUGE, VEGA_TEXT, WIDE, WITHOUT_MARK } from "./specs.js";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const { SCREENSHOTS, NOTEBOOKS = "", CHROMIUM = "/usr/bin/chromium" } = process.env;
/** How long an attack is given to do its harm. */
const PATIENCE = 700;

const startCanary = () =>
  new Promise((resolve) => {
    const hits = [];
    const server = createServer((request, response) => {
      const isPage = request.url === "/control";
      if (!isPage) hits.push(request.url);
      const type = isPage ? "text/html" : "application/json";
      response.writeHead(200, { "Access-Control-Allow-Origin": "*", "Content-Type": type });
      response.end(isPage ? "<!doctype html><body><div id=chart></div></body>" : "[]");
    }).listen(0, "127.0.0.1", () => resolve({ hits, server, url: `http://127.0.0.1:${server.address().port}` }));
  });

/** In every page: the secret, a marker that a wiped page has lost, and a count of the window's listeners. */
const prepare = (secret) => {
  window.name = secret;
  document.addEventListener("DOMContentLoaded", () => {
    const marker = document.createElement("i");
    marker.id = "marker";
    document.body.append(marker);
  });
  window.pointerListeners = 0;
  const { addEventListener, removeEventListener } = window;
  const counting = (original, change) =>
    function (type, ...rest) {
      if (/^(pointer|mouse)(move|up)$/.test(type)) window.pointerListeners += change;
      return original.call(this ?? window, type, ...rest);
    };
  window.addEventListener = counting(addEventListener, 1);
  window.removeEventListener = counting(removeEventListener, -1);
};

const ownFiles = (page) =>
  page.requested.flatMap((url) => /diffrepairer-lab\/static\/([^?]+\.js)/.exec(url)?.[1] ?? []);

const gzipped = async (folder, files) => {
  const sizes = await Promise.all(
    files.map(async (file) => gzipSync(await readFile(join(folder, file)), { level: 9 }).length),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
};

async function checkCharts(context, lab, notebooks) {
  const path = join(notebooks, "charts.ipynb");
  const specs = [BARS, VEGA_TEXT, BRUSHED, WITHOUT_MARK, WIDE, CARD, BARS, HUGE];
  await writeNotebook(path, [
    ...specs.map((spec) => chartOutput(spec)),
    chartOutput(BARS, { picture: false, metadata: { embed_options: { actions: false, width: 77 } } }),
  ]);
  const untrusted = await openNotebook(context, lab, "charts.ipynb");
  check("an untrusted notebook shows the picture", (await cell(untrusted, 0).locator("img").count()) === 1);
  check("… and no chart", (await untrusted.locator("svg.marks").count()) === 0);
  const all = (await readdir(lab.static)).filter((file) => file.endsWith(".js"));
  const [atStart, inAll] = await Promise.all([ownFiles(untrusted), all].map((files) => gzipped(lab.static, files)));
  check("… and never fetches Vega: 30 kB at most, gzipped", atStart < 30_000, `${atStart} bytes`);
  check("everything is 400 kB at most, gzipped", inAll < 400_000, `${inAll} bytes`);
  await untrusted.close();

  await lab.trust(path);
  const page = await openNotebook(context, lab, "charts.ipynb");
  const svg = (i) => cell(page, i).locator("svg.marks");
  await svg(6).waitFor();
  check("Vega-Lite is drawn as SVG", (await svg(0).count()) === 1);
  check("Vega is drawn as SVG", (await svg(1).textContent()).includes("drawn by Vega"));
  check("the chart comes before its picture", (await cell(page, 0).locator(".jp-OutputArea img").count()) === 0);
  const message = await cell(page, 3).locator(".drl-message").textContent();
  check("a wrong spec says what is wrong, and where", message.includes('spec.layer[1] has no "mark"'), message);
  const huge = await cell(page, 7).locator(".drl-message").textContent();
  check("a chart of a million pixels is refused", huge.includes("1,000,000"), huge);
  const [width, room] = await Promise.all(
    [svg(4), cell(page, 4).locator(".drl-chart")].map(async (part) => (await part.boundingBox()).width),
  );
  check("a chart as wide as its container is", width > room * 0.8 && width <= room, `${width} of ${room}`);
  check("embed_options of the metadata are heeded", (await cell(page, 8).locator(".vega-actions").count()) === 0);
  const drawn = await page.locator("svg.marks").count();
  const pictureOf = (i) =>
    page.evaluate(
      (index) => window.jupyterapp.shell.currentWidget.content.widgets[index].model.outputs.get(0).data["image/png"],
      i,
    );
  check(
    "a picture is put beside a spec without one",
    await until(async () => String(await pictureOf(8)).startsWith("iVBORw0KGgo")),
  );
  check("… and one that is there is left alone", String(await pictureOf(0)).length < 200);

  await execute(page, "docmanager:save");
  await page.reload();
  await svg(6).waitFor({ timeout: 60_000 });
  check(
    "a page that is loaded again keeps the figures",
    await until(async () => (await page.locator("svg.marks").count()) === drawn),
    `${drawn}`,
  );

  const brushed = await svg(2).boundingBox();
  await page.mouse.move(brushed.x + 60, brushed.y + 30);
  await page.mouse.down();
  await page.mouse.move(brushed.x + 150, brushed.y + 120, { steps: 5 });
  await page.mouse.up();
  await page.waitForTimeout(300);
  const selected = () =>
    svg(2)
      .locator(".mark-symbol.role-mark path")
      .evaluateAll((marks) =>
        marks.flatMap((mark, i) => (mark.getAttribute("stroke") === "#0072b2" ? [i] : [])).join(),
      );
  const brushedRows = await selected();
  check("a brush selects", brushedRows.length > 0 && brushedRows.split(",").length < 20, brushedRows);
  await screenshot(page, "light");

  const ink = () => svg(0).locator(".role-axis-label text").first().getAttribute("fill");
  const before = await ink();
  await execute(page, "apputils:change-theme", { theme: "JupyterLab Dark" });
  const isDark = await until(async () => (await ink()) === "#e6e6e6");
  check("a chart follows the dark theme", before === "#000" && isDark, `${before} → ${await ink()}`);
  const isBrushed = () => until(async () => (await selected()) === brushedRows);
  check("… what was brushed stays so", await isBrushed(), await selected());
  const card = await svg(5).evaluate((element) => element.style.backgroundColor);
  check("… one with a ground of its own keeps it", card === "rgb(255, 255, 255)" || card === "#ffffff", card);
  await screenshot(page, "dark");
  await execute(page, "apputils:change-theme", { theme: "JupyterLab Light" });
  check("… and back", (await until(async () => (await ink()) === before)) && (await isBrushed()));

  const listening = await page.evaluate(() => window.pointerListeners);
  await execute(page, "notebook:clear-all-cell-outputs");
  const areGone = await until(async () => (await page.locator(".vega-embed, .drl-chart").count()) === 0);
  const left = await page.evaluate(() => window.pointerListeners);
  check("cleared outputs are gone", areGone);
  check("… and listen to nothing any more", left < listening, `${listening} → ${left} listeners of the window`);
  const popups = await page.locator(".jp-Dialog, .Toastify__toast").allTextContents();
  const elsewhere = page.requested.filter((url) => !/^(data|blob):/.test(url) && !url.startsWith(lab.url));
  check("JupyterLab asks no other server for anything", elsewhere.length === 0, elsewhere.join());
  check("no popup stands in the way", popups.length === 0, popups.join("; "));
  await page.close();
}

async function checkAttacks(context, lab, notebooks, canary) {
  const list = attacks(canary.url);
  const published = await build({
    entryPoints: [join(HERE, "control.js")],
    bundle: true,
    write: false,
    format: "iife",
    logLevel: "error",
  });
  const [script] = published.outputFiles;
  const harms = new Map();
  for (const { name, spec, act, harmed } of list) {
    const page = await context.newPage();
    await page.goto(`${canary.url}/control`);
    await page.addScriptTag({ content: script.text });
    canary.hits.length = 0;
    const chart = page.locator("body");
    await page.evaluate((given) => window.drawPublished(given).catch(() => undefined), spec);
    await act?.(page, chart).catch(() => undefined);
    await page.waitForTimeout(PATIENCE);
    harms.set(name, await Promise.resolve(harmed(page, chart, canary)).catch(() => false));
    await page.close();
  }

  const path = join(notebooks, "attacks.ipynb");
  await writeNotebook(
    path,
    list.map(({ spec }) => chartOutput(spec)),
  );
  await lab.trust(path);
  canary.hits.length = 0;
  const page = await openNotebook(context, lab, "attacks.ipynb");
  await page.locator("svg.marks, .drl-message:not([hidden])").first().waitFor();
  await page.waitForTimeout(2_000);
  for (const [i, { name, act, harmed }] of list.entries()) {
    const chart = cell(page, i);
    await chart.scrollIntoViewIfNeeded();
    await act?.(page, chart).catch(() => undefined);
    await page.waitForTimeout(PATIENCE);
    const got = await Promise.resolve(harmed(page, chart, canary)).catch(() => false);
    const said = (await chart.locator(".drl-message").allTextContents()).join(" ");
    check(
      `blocked: a spec that ${name}`,
      !got,
      `published vega-embed: ${harms.get(name) ? "does it" : "does not"}${said ? `; said: ${said}` : ""}`,
    );
  }
  check("no attack had anything fetched", canary.hits.length === 0, canary.hits.join());
  await screenshot(page, "attacks");
  await page.close();
}

async function checkEndless(context, lab, notebooks) {
  const path = join(notebooks, "endless.ipynb");
  await writeNotebook(
    path,
    [ENDLESS, CIRCULAR, EXPLODING, BARS].map((spec) => chartOutput(spec)),
  );
  await lab.trust(path);
  const page = await openNotebook(context, lab, "endless.ipynb");
  const said = async (i) => {
    const message = cell(page, i).locator(".drl-message:not([hidden])");
    await message.waitFor({ timeout: 60_000 }).catch(() => undefined);
    return (await message.allTextContents()).join();
  };
  for (const [i, what] of ["works for hours", "changes its data in a circle", "adds data to its data"].entries()) {
    const message = await said(i);
    check(`a spec that ${what} is stopped`, message !== "", message);
  }
  check("… and the next chart stands", (await cell(page, 3).locator("svg.marks").count()) === 1);
  await screenshot(page, "endless");
  await page.close();
}

async function lookAt(context, lab, notebooks, given) {
  const name = basename(given);
  await copyFile(given, join(notebooks, name));
  await lab.trust(join(notebooks, name));
  const page = await openNotebook(context, lab, name);
  await page.waitForTimeout(5_000);
  const drawn = await page.locator("svg.marks").count();
  const said = (await page.locator(".drl-message:not([hidden])").allTextContents()).join("; ");
  check(`${name}: every figure is drawn`, drawn > 0 && said === "", `${drawn} figures ${said}`);
  await screenshotCharts(page, name);
  await page.close();
}

const folder = await mkdtemp(join(tmpdir(), "diffrepairer-lab-"));
const notebooks = join(folder, "notebooks");
await mkdir(notebooks);
if (SCREENSHOTS) await mkdir(SCREENSHOTS, { recursive: true });
const canary = await startCanary();
let lab, browser;
try {
  lab = await startLab(folder);
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
  const context = await browser.newContext({ viewport: { width: 1280, height: 1000 } });
  await context.addInitScript(prepare, SECRET);
  const parts = {
    charts: checkCharts,
    menu: checkMenu,
    attacks: checkAttacks,
    endless: checkEndless,
    panels: checkPanels,
    cells: checkCells,
    repair: checkRepair,
    notebook7: checkNotebook7,
  };
  const named = process.argv.slice(2);
  for (const [name, part] of Object.entries(parts)) {
    if (named.length === 0 || named.includes(name)) await part(context, lab, notebooks, canary);
  }
  // Takes as long as the notebooks do.
  if (named.includes("runs")) await checkRuns(context, lab, notebooks);
  for (const given of NOTEBOOKS.split(":").filter(Boolean)) await lookAt(context, lab, notebooks, given);
} finally {
  await browser?.close();
  await lab?.stop();
  canary.server.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
process.stdout.write(failed() === 0 ? "all passed\n" : `${failed()} failed\n`);
process.exitCode = failed() === 0 ? 0 : 1;
