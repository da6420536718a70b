import { readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { KERNEL } from "./lab-server.js";
import { check, openNotebook, screenshotCharts, until } from "./page.js";

const CHECKOUT = fileURLToPath(new URL("../..", import.meta.url));
const { RUNS = "" } = process.env;
const LIMIT = 1_800_000;

/**
 * Runs the project's notebooks in the browser, as `DIFFREPAIRER_MODE` says, and counts the figures. `RUNS` names those to run by the start
 * of their names, separated by commas.
 */
export async function checkRuns(context, lab, notebooks) {
  await symlink(join(CHECKOUT, "node_modules"), join(notebooks, "node_modules"));
  await symlink(join(CHECKOUT, "package.json"), join(notebooks, "package.json"));
  await symlink(join(CHECKOUT, "dist"), join(notebooks, "dist"));
  const names = (await readdir(join(CHECKOUT, "notebooks"))).filter((name) => name.endsWith(".ipynb")).sort();
  for (const name of names.filter((one) => RUNS.split(",").some((start) => one.startsWith(start)))) {
    const notebook = JSON.parse(await readFile(join(CHECKOUT, "notebooks", name), "utf8"));
    notebook.metadata.kernelspec.name = KERNEL;
    await writeFile(join(notebooks, name), JSON.stringify(notebook));
    const page = await openNotebook(context, lab, name);
    await page.evaluate(() => void window.jupyterapp.commands.execute("notebook:run-all-cells"));
    const hasRun = await page
      .waitForFunction(
        () => {
          const { content, sessionContext } = window.jupyterapp.shell.currentWidget;
          const isDone = ({ model }) =>
            model.type !== "code" || model.executionCount || model.sharedModel.getSource() === "";
          return sessionContext.session?.kernel?.status === "idle" && content.widgets.every(isDone);
        },
        undefined,
        { timeout: LIMIT, polling: 2_000 },
      )
      .then(() => true)
      .catch(() => false);
    const { figures, errors } = await page.evaluate(() => {
      const outputs = window.jupyterapp.shell.currentWidget.content.widgets.flatMap(({ model }) => {
        const all = model.outputs;
        return all ? Array.from({ length: all.length }, (_, i) => all.get(i)) : [];
      });
      return {
        figures: outputs.filter(({ data }) => Object.keys(data).some((type) => /vega/.test(type))).length,
        errors: outputs.flatMap((output) => (output.type === "error" ? output.toJSON().evalue : [])),
      };
    });
    check(`${name} runs to its end`, hasRun && errors.length === 0, errors.join("; ").slice(0, 300));
    const drawn = () => page.locator(".drl-chart svg.marks").count();
    const areDrawn = figures > 0 && (await until(async () => (await drawn()) === figures));
    check("… and every figure is drawn", areDrawn, `${await drawn()} of ${figures}`);
    await screenshotCharts(page, name);
    await page.close();
  }
}
