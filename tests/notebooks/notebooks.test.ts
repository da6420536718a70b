import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requirePython } from "../../src/cli/jupyter.js";
import { bundle, text, VEGA_LITE } from "../../src/cli/notebook-file.js";
import { runNotebooks } from "../../src/cli/notebooks/run-notebooks.js";
import type { RunRecord } from "../../src/cli/notebooks/record.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";
import { FILES, MODE, noiseIn, NOTEBOOKS, outputsOf, run, RUNNABLE } from "./run.js";

const results = mkdtempSync(join(tmpdir(), "diffrepairer-results-"));
let record: RunRecord;

beforeAll(async () => {
  record = await runNotebooks({
    notebooks: NOTEBOOKS,
    results,
    mode: MODE,
    seed: 0,
    only: FILES,
    python: requirePython(),
    signal: new AbortController().signal,
    terminal: { write: () => true },
  });
}, 3_600_000);

afterAll(() => rmSync(results, { recursive: true }));

const figuresOf = async (path: string) =>
  (await outputsOf(path)).flatMap(({ output }) => (VEGA_LITE in bundle(output) ? [bundle(output)] : []));

describe.each(RUNNABLE)("%s", (file) => {
  const path = join(results, "notebooks", file);

  it("runs to its end without an error or a word on standard error", async () => {
    expect(record.notebooks.find((notebook) => notebook.file === `notebooks/${file}`)).toMatchObject({
      status: "complete",
    });
    expect(noiseIn(await outputsOf(path))).toEqual([]);
  });

  it("stays under 2 MB", () => {
    expect(statSync(path).size).toBeLessThan(2e6);
  });

  it("shows figures as Vega-Lite 6 with title and caption, SVG and PNG", async () => {
    const figures = await figuresOf(path);
    expect(figures.length).toBeGreaterThan(1);
    for (const data of figures) {
      const spec = data[VEGA_LITE];
      expect(spec).toMatchObject({
        $schema: "https://vega.github.io/schema/vega-lite/v6.json",
        name: expect.stringMatching(/./),
        description: expect.stringMatching(/\.$/),
      });
      // A long one stays out of the file.
      if ("image/svg+xml" in data) expect(text(data["image/svg+xml"])).toMatch(/^<svg[\s\S]*<\/svg>\s*$/);
      const png = Buffer.from(String(data["image/png"]), "base64");
      expect(png.subarray(1, 4).toString()).toBe("PNG");
      expect(png.readUInt32BE(16)).toBeGreaterThan(200);
    }
  });
});

describe("the results of all notebooks", () => {
  it("tell which were skipped for want of data", () => {
    const skipped = record.notebooks.filter(({ status }) => status === "skipped").map(({ name }) => `${name}.ipynb`);
    expect(skipped).toEqual(FILES.filter((file) => !RUNNABLE.includes(file)));
  });

  it("have each figure in four files", () => {
    expect(new Set(record.figures.map(({ notebook }) => `${notebook}.ipynb`))).toEqual(new Set(RUNNABLE));
    for (const { name, files } of record.figures) {
      expect(files).toEqual(["vl.json", "svg", "png", "pdf"].map((ending) => `figures/${name}.${ending}`));
      for (const file of files) expect(existsSync(join(results, file)), file).toBe(true);
    }
  });

  it("have the measures of every method, all of them numbers", () => {
    const { columns, rows } = record.results.metrics!;
    expect(rows.map(([method]) => method)).toEqual([
      "Degraded input",
      "Gene mean",
      "Ridge regression",
      "Linear fusion",
      "DAE",
      "Transformer (paper)",
      "DiffRepairer",
    ]);
    for (const name of ["MSE", "PR-AUC", "F1", "spread", "parameters"]) {
      const values = rows.map((row) => row[columns.indexOf(name)]);
      expect(values.every(Number.isFinite), name).toBe(true);
    }
    const mse = new Map(rows.map((row) => [row[0], row[columns.indexOf("MSE")] as number]));
    expect(mse.get("Linear fusion")).toBeLessThan(0.6);
    expect(mse.get("Degraded input")).toBeGreaterThan(0.8);
  });

  it("say on what they were made", () => {
    expect(record.environment).toMatchObject({
      backend: expect.stringMatching(/native|JavaScript/),
      "tensorflow.js": expect.stringMatching(/^4\./),
      node: process.versions.node,
    });
    expect(record).toMatchObject({ mode: MODE, seed: 0, status: "complete" });
  });

  it.runIf(process.platform === "linux")("tell the memory of the session that trained, not of the client", () => {
    const peaks = Object.fromEntries(record.notebooks.map(({ name, peakBytes }) => [name, peakBytes]));
    expect(peaks["07-pbmc3k"]).toBeGreaterThan(0.5 * 2 ** 30);
    expect(peaks["07-pbmc3k"]).toBeLessThan(8 * 2 ** 30);
  });

  it("make a report with all figures in it", () => {
    const report = readFileSync(join(results, "report.html"), "utf8");
    expect(
      report.match(/<figure id="figure-\d+"><div class="plot" data-spec="\d+"[^>]*><img src="data:/g),
    ).toHaveLength(record.figures.length);
    for (const { name } of record.notebooks) expect(report).toContain(`id="notebook-${name}"`);
  });
});

it("the same seed gives the same figures, another seed others", async () => {
  const file = "02-degradation.ipynb";
  const target = join(temporaryFolder(), file);
  const again = async (seed: string) => {
    const environment = { DIFFREPAIRER_SEED: seed, DIFFREPAIRER_MODE: MODE };
    const { end } = await run({ source: join(NOTEBOOKS, file), target, environment });
    expect(end.status).toBe("complete");
    return (await figuresOf(target)).map((data) => data[VEGA_LITE]);
  };
  const first = (await figuresOf(join(results, "notebooks", file))).map((data) => data[VEGA_LITE]);
  expect(await again("0")).toEqual(first);
  expect(await again("1")).not.toEqual(first);
});
