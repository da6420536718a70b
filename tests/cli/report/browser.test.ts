import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildReport } from "../../../src/cli/report/report.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { code, figure, markdown, sampleRecord } from "../samples.js";

const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

const spec = {
  $schema: "https://vega.github.io/schema/vega-lite/v6.json",
  data: { values: [{ x: 1, y: 2 }] },
  mark: { type: "point", tooltip: true },
  encoding: { x: { field: "x", type: "quantitative" }, y: { field: "y", type: "quantitative" } },
  params: [{ name: "zoom", select: "interval", bind: "scales" }],
};
const broken = { ...spec, mark: "no-such-mark" };
const attack = "<img src=x onerror='window.attacked = true'><script>window.attacked = true</script>";

describe.runIf(existsSync(CHROMIUM))("the report in a browser", () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
  });

  afterAll(() => browser.close());

  it("opens from disk, draws its figures, asks for nothing and runs nothing of the notebooks'", async () => {
    const path = join(temporaryFolder(), "report.html");
    const cells = [
      markdown(`# Title\n\n${attack}`),
      code("show()", figure("Curve", spec), figure("Broken", broken), {
        output_type: "display_data",
        data: { "text/html": attack },
      }),
    ];
    writeFileSync(path, await buildReport(sampleRecord(), [{ name: "01-first", title: "Title", cells }]));
    const page = await browser.newPage();
    const requests: string[] = [];
    const problems: string[] = [];
    page.on("request", (request) => requests.push(request.url()));
    page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
    page.on("pageerror", (error) => problems.push(error.message));
    await page.goto(pathToFileURL(path).href);
    await page.locator("#figure-1 .plot.live svg.marks").waitFor();
    await page.locator("#figure-2 .plot > img").waitFor();
    expect(await page.locator("#figure-1 .plot > img").isVisible()).toBe(false);
    expect(await page.evaluate("window.attacked")).toBeUndefined();
    expect(requests.filter((url) => !/^(data|blob):/.test(url))).toEqual([pathToFileURL(path).href]);
    expect(problems.filter((problem) => !problem.startsWith("figure broken stays a picture"))).toEqual([]);
  });
});
