import { access, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { chartOutput, writeNotebook, writeSources } from "./notebooks.js";
import { appears, cell, check, contrastOf, execute, openNotebook, screenshot, setTheme } from "./page.js";
import { isWhole } from "./pdf-file.js";
import { BARS, BRUSHED } from "./specs.js";

const SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="60" height="30"><circle cx="15" cy="15" r="12"/></svg>`;
const NAMED = {
  ...BRUSHED,
  title: "Cells\nbrushed",
  data: { values: Array.from({ length: 20 }, (_, i) => ({ x: i, y: (i * 7) % 11, cell: `cell-${i}`, kind: "T" })) },
};

const VARIABLES = "#diffrepairer-variables";
const FIGURES = "#diffrepairer-figures";

const untilIdle = (page) =>
  page.waitForFunction(
    () => window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === "idle",
    undefined,
    { timeout: 90_000 },
  );

/** Begins to run a cell: the command ends only with it. */
const runCell = async (page, i) => {
  await cell(page, i)
    .locator(".cm-content")
    .click({ position: { x: 4, y: 8 } });
  await page.evaluate(() => void window.jupyterapp.commands.execute("notebook:run-cell"));
};

const sourceOf = (page, i) =>
  page.evaluate(
    (index) => window.jupyterapp.shell.currentWidget.content.widgets[index].model.sharedModel.getSource(),
    i,
  );

const rowOf = (page, name) => page.locator(`${VARIABLES} [data-name="${name}"]`);

const vanishes = (locator, timeout = 20_000) =>
  locator
    .first()
    .waitFor({ state: "detached", timeout })
    .then(() => true)
    .catch(() => false);

const says = (page, panel) => page.locator(`${panel} .drl-empty`).textContent();

const show = (page, panel) => execute(page, `diffrepairer:show-${panel}`);

async function checkVariables(page) {
  await show(page, "variables");
  check("the panel of variables appears", await appears(page.locator(VARIABLES)));
  check(
    "… and says that there are none yet",
    await appears(page.locator(`${VARIABLES} .drl-empty`, { hasText: "No variables yet" })),
  );
  await runCell(page, 0);
  check("a cell's variables appear after it", await appears(rowOf(page, "counts")));
  const row = await rowOf(page, "counts").textContent();
  check("… with type, shape, memory and preview", /Float32Array3,0004?.*12 kB.*\[1, 2\.5, 0/.test(row), row);
  const order = () =>
    page.locator(`${VARIABLES} [data-name]`).evaluateAll((rows) => rows.map((one) => one.dataset.name));
  check(
    "… in the order of their declaration",
    (await order()).join() === "counts,genes,label,bars",
    (await order()).join(),
  );
  await page.locator(`${VARIABLES} [data-sort="memory"]`).click();
  check(
    "sorting puts the largest first",
    (await order())[0] === "counts" && (await page.locator(`${VARIABLES} [aria-sort="descending"]`).count()) === 1,
  );
  check(
    "… and leaves the focus on the head",
    await page.evaluate(() => document.activeElement.dataset.sort === "memory"),
  );
  await page.locator(`${VARIABLES} [data-sort="memory"]`).click();
  await page.locator(`${VARIABLES} input`).fill("gen");
  check("the filter leaves what has the text", (await order()).join() === "genes");
  await page.locator(`${VARIABLES} input`).fill("nothing like it");
  check("… or says that nothing has", (await says(page, VARIABLES)).includes("nothing like it"));
  await page.locator(`${VARIABLES} input`).fill("");

  await runCell(page, 1);
  check(
    "the panel is brought up to date by the next cell",
    await appears(rowOf(page, "label").locator("text=changed")),
  );
  await cell(page, 2)
    .locator(".cm-content")
    .click({ position: { x: 4, y: 8 } });
  await page.keyboard.press("Control+End");
  await rowOf(page, "genes").locator(".drl-name").click();
  check(
    "a click inserts the name at the cursor",
    (await sourceOf(page, 2)) === "// here: genes",
    await sourceOf(page, 2),
  );
  await page.locator(`${VARIABLES} input`).focus();
  for (let i = 0; i < 6; i++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate(() => document.activeElement.classList.contains("drl-name"))) break;
  }
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowDown");
  const at = await page.evaluate(() => document.activeElement.textContent);
  check("Tab and arrow keys reach the variables", at === "genes", at);
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  const view = page.locator(".drl-view");
  check(
    "Enter on View opens the variable beside the notebook",
    (await appears(view.locator("table"))) && (await view.textContent()).includes("CD3D"),
  );
  await rowOf(page, "bars").locator(".drl-button").click();
  check("a specification is viewed as the chart it is", await appears(page.locator(".drl-view svg.marks")));
  await screenshot(page, "panels-variables-light");
  for (const theme of ["Light", "Dark"]) {
    await setTheme(page, theme);
    for (const part of [".drl-name", ".drl-variable-type", ".drl-variable-preview", ".drl-head", ".drl-button", "h2"]) {
      const ratio = await contrastOf(page.locator(`${VARIABLES} ${part}`));
      check(`contrast of ${part} is AA, ${theme.toLowerCase()}`, ratio >= 4.5, ratio.toFixed(1));
    }
  }
  await screenshot(page, "panels-variables-dark");
  await setTheme(page, "Light");
  await page.evaluate(() => {
    const views = [...window.jupyterapp.shell.widgets("main")].filter(({ id }) => id.startsWith("diffrepairer-view"));
    for (const view of views) view.close();
  });
}

async function checkStatus(page) {
  const status = page.locator(".drl-status");
  check(
    "the status bar tells language and memory",
    /^TypeScript \d+\.\d+\.\d+ · \d+ MB$/.test((await status.textContent()).trim()),
    await status.textContent(),
  );
  await runCell(page, 3);
  check(
    "… and the backend once it is known",
    await appears(page.locator(".drl-status", { hasText: "tensorflow CPU" })),
    await status.textContent(),
  );
}

async function checkProgress(page) {
  await runCell(page, 4);
  const stop = page.locator(".drl-progress .drl-button");
  check("a running bar has a button that stops it", await appears(stop));
  check(
    "… that says what it stops",
    (await stop.getAttribute("aria-label"))?.startsWith("Stop: DAE · epoch"),
    await stop.getAttribute("aria-label"),
  );
  await page.waitForTimeout(600);
  const detail = await page.locator(".drl-progress-detail").textContent();
  check("… beside steps, rate and time left", /\d+\/100 \(\d+%\), .*(\/s|s each), 0:\d\d, .*left/.test(detail), detail);
  await screenshot(page, "panels-progress");
  await stop.focus();
  await page.keyboard.press("Enter");
  check("Enter on it stops the cell", await appears(page.locator('.drl-progress[data-phase="stopped"]')));
  await untilIdle(page);
  check("… and the button goes", !(await stop.isVisible()));
  check("… the variables are kept", await appears(rowOf(page, "counts")));
}

async function checkRestart(page) {
  await page.evaluate(() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart());
  check("a restart empties the panel", await vanishes(rowOf(page, "counts")));
  await untilIdle(page);
  await runCell(page, 0);
  check("… and cells fill it again", await appears(rowOf(page, "counts")));
  await runCell(page, 5);
  check("so does a session that has ended by itself", await vanishes(rowOf(page, "counts")));
  await untilIdle(page);
  await runCell(page, 0);
  check("… and cells fill it again", await appears(rowOf(page, "counts")));
}

async function checkReload(page) {
  await execute(page, "docmanager:save");
  await page.reload();
  await cell(page, 0).waitFor({ timeout: 60_000 });
  await page.waitForTimeout(2_500);
  await show(page, "variables");
  check("a page that is loaded again hears the variables without a cell", await appears(rowOf(page, "counts")));
  check("a saved bar that does not run has no button", !(await page.locator(".drl-progress .drl-button").isVisible()));
}

async function checkSideBySide(page) {
  await page.evaluate(async () => {
    const { commands, shell } = window.jupyterapp;
    const first = shell.currentWidget;
    const second = await commands.execute("docmanager:open", {
      path: "second.ipynb",
      options: { mode: "split-right", ref: first.id },
    });
    await second.context.ready;
    await second.sessionContext.ready;
  });
  await page.waitForTimeout(1_500);
  await execute(page, "notebook:run-cell");
  check(
    "another notebook beside it has variables of its own",
    (await appears(rowOf(page, "other"))) && (await rowOf(page, "counts").count()) === 0,
  );
  await screenshot(page, "panels-side-by-side");
  await cell(page, 0)
    .locator(".cm-content")
    .click({ position: { x: 4, y: 8 } });
  check(
    "… and the panel follows the one that is active",
    (await appears(rowOf(page, "counts"))) && (await rowOf(page, "other").count()) === 0,
  );
}

async function checkFigures(context, lab, notebooks) {
  const path = join(notebooks, "figures.ipynb");
  await writeNotebook(path, [
    chartOutput(NAMED, { picture: false }),
    chartOutput({ ...BARS, description: "Counts of genes" }),
    { output_type: "display_data", data: { "image/svg+xml": SVG }, metadata: {} },
    { output_type: "display_data", data: { "text/plain": "no figure" }, metadata: {} },
  ]);
  await lab.trust(path);
  const page = await openNotebook(context, lab, "figures.ipynb");
  await cell(page, 0).locator("svg.marks").waitFor();
  await page.waitForTimeout(1_500);
  await show(page, "figures");
  const figures = page.locator(`${FIGURES} .drl-figure`);
  await appears(figures);
  check("the gallery shows every figure", (await figures.count()) === 3, `${await figures.count()}`);
  const alt = await figures.locator("img").evaluateAll((images) => images.map((image) => image.alt));
  check("… each described", alt.join("; ") === "Cells brushed; Counts of genes; Figure of cell 3", alt.join("; "));
  await page.waitForFunction(() => [...document.querySelectorAll(".drl-figure img")].every((image) => image.complete));
  const sizes = await figures.locator("img").evaluateAll((images) => images.map((image) => image.naturalWidth));
  check(
    "… by a picture that shows",
    sizes.every((size) => size > 0),
    sizes.join(),
  );
  await figures.nth(2).locator(".drl-figure-picture").click();
  const index = () => page.evaluate(() => window.jupyterapp.shell.currentWidget.content.activeCellIndex);
  check("a click goes to the cell", (await index()) === 2);

  const status = page.locator(`${FIGURES} [role=status]`);
  const press = (i, text) => figures.nth(i).locator("button", { hasText: text }).click();
  await press(0, "Selection to cell");
  check(
    "without a selection it says what to do",
    await appears(page.locator(`${FIGURES} [role=status]`, { hasText: "Nothing is selected" })),
    await status.textContent(),
  );
  await figures.nth(0).locator(".drl-figure-picture").click();
  await page.waitForTimeout(500);
  const chart = await cell(page, 0).locator("svg.marks").boundingBox();
  await page.mouse.move(chart.x + 60, chart.y + 40);
  await page.mouse.down();
  await page.mouse.move(chart.x + 130, chart.y + 220, { steps: 5 });
  await page.mouse.up();
  await page.waitForTimeout(300);
  await press(0, "Selection to cell");
  await page.waitForTimeout(800);
  const source = await sourceOf(page, 1);
  const names = source.match(/"cell-\d+"/g) ?? [];
  await screenshot(page, "panels-selection");
  check(
    "what is brushed is written into a new cell below",
    names.length > 1 && names.length < 20 && /^# \d+ selected in "Cells brushed", by cell/.test(source),
    source.replaceAll("\n", " "),
  );

  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: lab.url });
  await press(0, "Copy PNG");
  await appears(page.locator(`${FIGURES} [role=status]`, { hasText: "Copied" }));
  const png = await page.evaluate(async () => {
    const [item] = await navigator.clipboard.read();
    return [...new Uint8Array(await (await item.getType("image/png")).arrayBuffer())].slice(0, 4).join();
  });
  check("Copy PNG puts a PNG into the clipboard", png === "137,80,78,71", png);
  await press(0, "Copy SVG");
  await page.waitForTimeout(1_000);
  const svg = await page.evaluate(() => navigator.clipboard.readText());
  check("Copy SVG puts an SVG there", svg.startsWith("<svg") && svg.includes("</svg>"), svg.slice(0, 30));

  await page.locator(`${FIGURES} button`, { hasText: "Export all" }).click();
  await appears(page.locator(`${FIGURES} [role=status]`, { hasText: "files are in" }), 60_000);
  const folder = join(notebooks, "figures-figures");
  await access(folder);
  const files = (await readdir(folder)).sort();
  check(
    "Export all writes every figure beside the notebook",
    files.join() ===
      [
        ...["pdf", "png", "svg", "vl.json"].map((end) => `01-cells-brushed.${end}`),
        ...["pdf", "png", "svg", "vl.json"].map((end) => `02-counts-of-genes.${end}`),
        ...["png", "svg"].map((end) => `03-figure-of-cell-4.${end}`),
      ].join(),
    files.join(),
  );
  const contents = await Promise.all(files.map((file) => readFile(join(folder, file))));
  const isValid = (file, bytes) => {
    if (file.endsWith(".png"))
      return (
        bytes.subarray(0, 4).toString("latin1") === "\u0089PNG" && bytes.subarray(-8, -4).toString("latin1") === "IEND"
      );
    if (file.endsWith(".pdf")) return isWhole(bytes);
    if (file.endsWith(".svg")) return /^<svg[^]*<\/svg>\s*$/.test(bytes.toString());
    return "mark" in JSON.parse(bytes.toString());
  };
  check(
    "… in files that are valid",
    files.every((file, i) => isValid(file, contents[i])),
    contents.map(({ length }) => length).join(),
  );
  await screenshot(page, "panels-figures-light");
  await setTheme(page, "Dark");
  for (const part of [".drl-figure-title", ".drl-button", "[role=status]"]) {
    const ratio = await contrastOf(page.locator(`${FIGURES} ${part}`));
    check(`contrast of ${part} is AA, dark`, ratio >= 4.5, ratio.toFixed(1));
  }
  await screenshot(page, "panels-figures-dark");
  await setTheme(page, "Light");
  await page.close();
}

async function checkOtherKernel(context, lab, notebooks) {
  await writeSources(join(notebooks, "python.ipynb"), ["x = 1"], "python3");
  const page = await openNotebook(context, lab, "python.ipynb");
  await show(page, "variables");
  await untilIdle(page);
  await runCell(page, 0);
  await untilIdle(page);
  check(
    "a kernel of another kind is told about",
    await appears(page.locator(`${VARIABLES} .drl-empty`, { hasText: "does not tell its variables" })),
  );
  check(
    "… and sent nothing",
    !lab.log().includes("diffrepairer.variables") && !lab.log().includes("diffrepairer.status"),
  );
  check("… and has no status", !(await page.locator(".drl-status").isVisible()));
  await page.close();
}

/** Checks the side panels, the bars and the status with the checkout's kernel. */
export async function checkPanels(context, lab, notebooks) {
  await checkFigures(context, lab, notebooks);
  await writeSources(join(notebooks, "second.ipynb"), ["const other = 1;"]);
  await writeSources(join(notebooks, "first.ipynb"), [
    `const counts = new Float32Array(3000); counts[0] = 1; counts[1] = 2.5;
const genes = [{ gene: "CD3D", count: 1 }, { gene: "LYZ", count: 2 }]; let label = "first";
const bars = ${JSON.stringify(BARS)};`,
    `label = "changed";`,
    "// here: ",
    `globalThis[Symbol.for("diffrepairer.backend") as never] = { name: "tensorflow", device: "CPU" } as never;`,
    `const onProgress = display.progress.reporter();
for (let step = 1; step <= 100; step++) {
  await new Promise((next) => setTimeout(next, 300));
  onProgress({ method: "DAE", epoch: Math.floor(step / 10), epochs: 10, step, steps: 100, loss: 1 / step });
}`,
    "process.exit(1)",
  ]);
  const page = await openNotebook(context, lab, "first.ipynb");
  await untilIdle(page);
  await checkVariables(page);
  await checkStatus(page);
  await checkProgress(page);
  await checkRestart(page);
  await checkReload(page);
  await checkSideBySide(page);
  await page.close();
  await checkOtherKernel(context, lab, notebooks);
}
