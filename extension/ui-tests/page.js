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
  // What is run before there is a kernel is forgotten.
  await page.waitForFunction(() => window.jupyterapp.shell.currentWidget?.sessionContext?.isReady, undefined, {
    timeout: 120_000,
  });
  await page.waitForTimeout(2_500);
  return page;
}

/** A picture of the page, where a folder for pictures is named. */
export const screenshot = async (page, name) => {
  if (SCREENSHOTS) await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
};

/** Whether something is seen within the time. */
export const appears = (locator, timeout = 20_000) =>
  locator
    .first()
    .waitFor({ timeout })
    .then(() => true)
    .catch(() => false);

/** Whether something is so within the time. */
export const until = async (isSo, limit = 30_000) => {
  for (const end = Date.now() + limit; Date.now() < end;) {
    if (await isSo()) return true;
    await new Promise((next) => setTimeout(next, 300));
  }
  return false;
};

/** Changes the theme to Light or Dark. */
export const setTheme = async (page, theme) => {
  await execute(page, "apputils:change-theme", { theme: `JupyterLab ${theme}` });
  await page.waitForTimeout(2_000);
};

/** A picture of each chart in both themes, where a folder for pictures is named. */
export const screenshotCharts = async (page, name) => {
  if (!SCREENSHOTS) return;
  const charts = page.locator(".drl-chart");
  for (const theme of ["Dark", "Light"]) {
    await setTheme(page, theme);
    for (let i = 0; i < (await charts.count()); i++)
      await charts.nth(i).screenshot({ path: join(SCREENSHOTS, `${name}-${i}-${theme.toLowerCase()}.png`) });
  }
};

/** Ratio of contrast of a text, or a shape of a drawing, and the ground that it stands on, as WCAG defines it. */
export const contrastOf = (locator) =>
  locator.first().evaluate((element) => {
    const channels = (color) => color.match(/[\d.]+/g).map(Number);
    const over = ([r, g, b, a = 1], ground) => [r, g, b].map((value, i) => value * a + ground[i] * (1 - a));
    const grounds = [];
    for (let at = element; at; at = at.parentElement) grounds.push(channels(getComputedStyle(at).backgroundColor));
    const ground = grounds.reverse().reduce((below, color) => over(color, below), [255, 255, 255]);
    const { color, fill } = getComputedStyle(element);
    const text = over(channels(element instanceof SVGGeometryElement ? fill : color), ground);
    const luminance = (color) => {
      const [r, g, b] = color.map((v) => (v / 255 <= 0.03928 ? v / 3294.6 : ((v / 255 + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const [dark, light] = [luminance(text), luminance(ground)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  });
