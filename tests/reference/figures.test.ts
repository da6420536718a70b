import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Resvg } from "@resvg/resvg-js";
import { beforeAll, describe, expect, test } from "vitest";
import { renderVegaLite } from "../../kernel/display/vega.js";
import { analysisSamples } from "../figures/analysis-samples.js";
import { samples } from "../figures/samples.js";

/** A Python with `vl-convert-python`: the variable's, or the project's own. */
const PYTHON = process.env["VL_CONVERT_PYTHON"] ?? join(import.meta.dirname, "../../.venv/bin/python");
const hasVlConvert = existsSync(PYTHON) && spawnSync(PYTHON, ["-c", "import vl_convert"]).status === 0;

const require = createRequire(import.meta.url);
const font = (file: string) => require.resolve(`@expo-google-fonts/inter/${file}`);
const FONTS = ["400Regular", "500Medium", "600SemiBold", "700Bold"].map((name) => font(`${name}/Inter_${name}.ttf`));

const DRAW = `
import json, sys, vl_convert
for folder in sys.argv[1:]: vl_convert.register_font_directory(folder)
specs = json.load(sys.stdin)
json.dump({key: vl_convert.vegalite_to_svg(spec, vl_version="6.4") for key, spec in specs.items()}, sys.stdout)
`;

/** Every figure as vl-convert draws it. */
const drawnByVlConvert = (specs: Readonly<Record<string, object>>): Record<string, string> => {
  const { status, stdout, stderr } = spawnSync(PYTHON, ["-c", DRAW, ...FONTS.map((file) => dirname(file))], {
    ...{ encoding: "utf8", input: JSON.stringify(specs), maxBuffer: 2 ** 28 },
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Record<string, string>;
};

/** Number of elements of each class of marks. */
const marks = (svg: string): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const [, kind] of svg.matchAll(/class="(mark-\w+ role-[\w-]+)/g)) counts[kind!] = (counts[kind!] ?? 0) + 1;
  return counts;
};

const texts = (svg: string): string[] => [...svg.matchAll(/<text[^>]*>([^<]*)/g)].map(([, text]) => text!).sort();

/** Side in pixels of the squares by whose means pictures are compared: text widths differ, which moves plots and thin lines a little. */
const SQUARE = 32;

/** Mean darkness (0 white, 1 black) of a picture's squares, row by row, each drawn by one rasterizer in Inter. */
const squares = (svg: string): { columns: number; rows: number; dark: Float64Array } => {
  const { width, height, pixels } = new Resvg(svg, {
    background: "white",
    font: { loadSystemFonts: false, fontFiles: FONTS, defaultFontFamily: "Inter", sansSerifFamily: "Inter" },
  }).render();
  const [columns, rows] = [Math.ceil(width / SQUARE), Math.ceil(height / SQUARE)];
  const dark = new Float64Array(columns * rows);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = 4 * (y * width + x);
      const light = (pixels[at]! + pixels[at + 1]! + pixels[at + 2]!) / 765;
      dark[Math.floor(y / SQUARE) * columns + Math.floor(x / SQUARE)]! += (1 - light) / SQUARE ** 2;
    }
  }
  return { columns, rows, dark };
};

/** Darkness by which two pictures differ, as a share of the first's: 0 for the same picture, 1 for a blank one. */
const difference = (a: string, b: string): number => {
  const [first, second] = [squares(a), squares(b)];
  expect(Math.abs(first.columns - second.columns)).toBeLessThanOrEqual(1);
  expect(Math.abs(first.rows - second.rows)).toBeLessThanOrEqual(1);
  let [apart, whole] = [0, 0];
  for (let y = 0; y < first.rows; y++) {
    for (let x = 0; x < first.columns; x++) {
      const own = first.dark[y * first.columns + x]!;
      const other = x < second.columns && y < second.rows ? second.dark[y * second.columns + x]! : 0;
      apart += Math.abs(own - other);
      whole += own;
    }
  }
  return apart / whole;
};

describe.runIf(hasVlConvert)("figures as vl-convert, another renderer, draws them", () => {
  const makers = { ...samples, ...analysisSamples };
  const specs = Object.fromEntries(Object.entries(makers).map(([key, make]) => [key, make()]));
  let drawn: Readonly<Record<string, string>> = {};

  beforeAll(() => {
    drawn = drawnByVlConvert(specs);
  }, 300_000);

  test.each(Object.keys(makers))("%s has the same marks and texts, and nearly the same picture", async (key) => {
    const { svg } = await renderVegaLite(structuredClone(specs[key]!));
    expect(marks(svg)).toEqual(marks(drawn[key]!));
    expect(texts(svg)).toEqual(texts(drawn[key]!));
    expect(difference(svg, drawn[key]!)).toBeLessThan(0.3);
  });
});
