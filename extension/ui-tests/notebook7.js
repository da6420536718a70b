import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasModule, startLab } from "./lab-server.js";
import { chartOutput, writeNotebook, writeSources } from "./notebooks.js";
import { appears, check, execute, screenshot, setTheme } from "./page.js";
import { writeSample } from "./repair.js";
import { BARS } from "./specs.js";

const MINUTE = 60_000;

/** What works in Notebook 7, which has other pages and fewer parts, where the Python in use has it. */
export async function checkNotebook7(context) {
  if (!(await hasModule("notebook"))) {
    process.stdout.write("  not checked: Notebook 7, which this Python lacks (pip install notebook)\n");
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), "diffrepairer-notebook-"));
  const notebooks = join(folder, "notebooks");
  await mkdir(notebooks);
  const server = await startLab(folder, { module: "notebook", app: "JupyterNotebookApp" });
  const errors = [];
  const open = async (path) => {
    const page = await context.newPage();
    page.on("console", (message) => /diffrepairer/.test(message.text()) && errors.push(message.text()));
    await page.goto(`${server.url}${path}`);
    return page;
  };
  try {
    await writeNotebook(join(notebooks, "charts.ipynb"), [chartOutput(BARS)]);
    await server.trust(join(notebooks, "charts.ipynb"));
    const charts = await open("/notebooks/charts.ipynb");
    check("Notebook 7 draws charts", await appears(charts.locator(".drl-chart svg.marks"), MINUTE));
    await screenshot(charts, "notebook7-charts");
    await charts.close();

    await writeSources(join(notebooks, "cells.ipynb"), [
      "const counts = new Float32Array(3000);",
      "const wrong: string = 3;",
    ]);
    const cells = await open("/notebooks/cells.ipynb");
    check("… underlines what is wrong", await appears(cells.locator(".cm-lintRange-error"), MINUTE));
    await execute(cells, "diffrepairer:show-variables");
    await execute(cells, "notebook:run-cell");
    const row = cells.locator('#diffrepairer-variables [data-name="counts"]');
    check("… shows the variables", await appears(row, MINUTE));
    await screenshot(cells, "notebook7-variables");
    await cells.close();

    await writeSample(notebooks);
    const tree = await open("/tree/samples");
    // It has no launcher for the card.
    const entry = (name) => tree.locator(".lm-Menu-item:visible", { hasText: name });
    await tree.locator(".lm-MenuBar-item", { hasText: "File" }).click({ timeout: MINUTE });
    await entry("New").first().hover();
    check("… offers to repair a sample in its File menu", await appears(entry("Repair a Sample")));
    await screenshot(tree, "notebook7-menu");
    await entry("Repair a Sample").click();
    check("… which opens the dialog", await appears(tree.locator(".jp-Dialog .drl-repair")));
    await setTheme(tree, "Dark");
    await screenshot(tree, "notebook7-repair-dark");
    await setTheme(tree, "Light");
    await tree.keyboard.press("Escape");
    await tree.locator(".jp-Dialog").waitFor({ state: "detached" });
    const file = tree.locator('.jp-DirListing-item[data-file-type="h5ad"]');
    await file.waitFor({ timeout: MINUTE });
    await file.click({ button: "right" });
    await tree.locator(".lm-Menu-item", { hasText: "Repair a Sample" }).click();
    check("… looks into a sample", await appears(tree.locator(".drl-facts dd", { hasText: "260" }), 2 * MINUTE));
    await screenshot(tree, "notebook7-repair");
    const opened = context.waitForEvent("page");
    await tree.locator(".jp-Dialog .jp-mod-accept").click();
    const notebook = await opened;
    check("… and opens the notebook that repairs it", await appears(notebook.locator(".jp-Notebook .jp-Cell"), MINUTE));
    await screenshot(notebook, "notebook7-opened");
    await notebook.close();
    check(
      "no page of it says that a part of the extension failed",
      errors.length === 0,
      errors.join("; ").slice(0, 500),
    );
    await tree.close();
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
