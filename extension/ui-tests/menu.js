import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { chartOutput, writeNotebook } from "./notebooks.js";
import { cell, check, openNotebook, screenshot, setTheme, until } from "./page.js";
import { isWhole, streamsOf } from "./pdf-file.js";
import { PICTURED } from "./specs.js";

const { SCREENSHOTS } = process.env;
const EDITOR = "https://vega.github.io/editor/";
const ENTRIES = ["Save as SVG", "Save as PNG", "Save as PDF", "Save Specification", "Open in Vega Editor…"];

/** In the place of the editor: takes a message, answers, and shows it. */
const EDITOR_PAGE = `<!doctype html><script>
  addEventListener("message", ({ data, source, origin }) => {
    source.postMessage("taken", origin);
    document.body.textContent = JSON.stringify(data);
  });
</script><body></body>`;

/** What the menu of a chart saves, and where it sends it, by keys alone. */
export async function checkMenu(context, lab, notebooks) {
  const path = join(notebooks, "menu.ipynb");
  await writeNotebook(path, [chartOutput(PICTURED, { metadata: { embed_options: { downloadFileName: "cells" } } })]);
  await lab.trust(path);
  const page = await openNotebook(context, lab, "menu.ipynb");
  await cell(page, 0).locator("svg.marks").waitFor();
  const menu = cell(page, 0).locator(".vega-embed details");
  const entry = (label) => menu.getByRole("button", { name: label });
  const choose = async (label) => {
    await menu.locator("summary").focus();
    await page.keyboard.press("Enter");
    await entry(label).focus();
    await page.keyboard.press("Enter");
  };
  const saved = async (label) => {
    const [download] = await Promise.all([page.waitForEvent("download"), choose(label)]);
    const name = download.suggestedFilename();
    if (SCREENSHOTS) await download.saveAs(join(SCREENSHOTS, name));
    return { name, file: await readFile(await download.path()) };
  };

  const svg = await saved("Save as SVG");
  const text = svg.file.toString();
  check("the menu saves an SVG", svg.name === "cells.svg" && /^<svg [^]*細胞[^]*<\/svg>\s*$/.test(text), svg.name);
  const png = await saved("Save as PNG");
  const [, width] = / width="([\d.]+)"/.exec(text);
  const pixels = png.file.readUInt32BE(16);
  const isPng = png.name === "cells.png" && png.file.toString("latin1", 1, 4) === "PNG";
  check(
    "… a PNG of two pixels for each of the chart's",
    isPng && pixels === 2 * Number(width),
    `${pixels} of ${width}`,
  );
  const pdf = await saved("Save as PDF");
  const isPdf = pdf.name === "cells.pdf" && isWhole(pdf.file);
  check("… a PDF whose table points at its objects", isPdf, `${pdf.file.length} bytes`);
  const [content, ...pictures] = streamsOf(pdf.file);
  const words = Buffer.from("Genes (count)").toString("hex");
  check("… with its text as text, in vectors", content.includes(`<${words}> Tj`) && /^f$/m.test(content));
  check(
    "… and as pictures what is one, and the text that no font of it has",
    pictures.length === 4,
    `${pictures.length}`,
  );
  const spec = await saved("Save Specification");
  const isSpec = spec.name === "cells.vl.json" && JSON.stringify(JSON.parse(spec.file)) === JSON.stringify(PICTURED);
  check("… and the specification", isSpec, spec.name);

  const asked = [];
  await context.route(`${EDITOR}**`, (route) => {
    asked.push(route.request().url());
    return route.fulfill({ contentType: "text/html", body: EDITOR_PAGE });
  });
  await choose("Open in Vega Editor…");
  const dialog = page.locator(".jp-Dialog");
  await dialog.waitFor();
  check("the Vega editor is opened only when one has said so", (await dialog.textContent()).includes("vega.github.io"));
  await page.keyboard.press("Enter");
  await dialog.waitFor({ state: "detached" });
  check("… which a key pressed by mistake does not", asked.length === 0, asked.join());
  await choose("Open in Vega Editor…");
  const [editor] = await Promise.all([context.waitForEvent("page"), dialog.locator(".jp-mod-accept").click()]);
  const got = async () => JSON.parse((await editor.locator("body").textContent()) || "{}");
  const isGiven = await until(async () => (await got()).mode === "vega-lite");
  check("… and it is given the specification", isGiven && JSON.parse((await got()).spec).layer.length === 2);
  await editor.close();
  await context.unroute(`${EDITOR}**`);

  for (const theme of ["Light", "Dark"]) {
    await setTheme(page, theme);
    await menu.locator("summary").click();
    const entries = await menu.locator("button").allTextContents();
    check(
      `the menu has its entries, in a ${theme.toLowerCase()} page`,
      entries.join() === ENTRIES.join(),
      entries.join(),
    );
    await entry("Save as PDF").focus();
    await screenshot(page, `menu-${theme.toLowerCase()}`);
    await menu.locator("summary").click();
  }
  await setTheme(page, "Light");
  await page.close();
}
