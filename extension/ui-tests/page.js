import { join } from "node:path";

const { SCREENSHOTS } = process.env;

let failures = 0;

/** Says whether something is as it should be. */
export const check = (what, passed, detail = "") => {
  if (!passed) failures++;
  process.stdout.write(`${passed ? "  ok  " : "FAILED"}  ${what}${detail ? ` (${detail})` : ""}\n`);
};

/** How many checks have failed. */
export const failed = () => failures;

/** A code cell of the notebook that is seen. */
export const cell = (page, i) => page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell").nth(i);

/** Runs a command of JupyterLab. */
export const execute = (page, command, options) =>
  page.evaluate(([name, given]) => window.jupyterapp.commands.execute(name, given), [command, options]);

/** Opens a notebook in a page of its own. */
export async function openNotebook(context, lab, name) {
  const page = await context.newPage();
  page.requested = [];
  page.on("request", (request) => page.requested.push(request.url()));
  await page.goto(`${lab.url}/lab/tree/${name}?reset`);
  await cell(page, 0).waitFor({ timeout: 120_000 });
  await page.waitForTimeout(2_500);
  return page;
}

/** A picture of the page, where a folder for pictures is named. */
export const screenshot = async (page, name) => {
  if (SCREENSHOTS) await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
};
