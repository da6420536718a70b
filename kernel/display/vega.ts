import { createRequire } from "node:module";
import type { Spec } from "vega";
import type { TopLevelSpec } from "vega-lite";
import { readFontMetrics, type FontMetrics } from "./font.js";
import { VEGA_LITE_MIME, vegaMime } from "./vega-spec.js";

/** A figure drawn from a specification. */
export interface Drawing {
  readonly svg: string;
  readonly png: Uint8Array;
  /** Size at which the picture is meant to be shown, in CSS pixels; `png` has twice as many. */
  readonly width: number;
  readonly height: number;
}

const FONT = "Inter";
const PNG_SCALE = 2;
const FONT_FILES = {
  400: "400Regular/Inter_400Regular.ttf",
  500: "500Medium/Inter_500Medium.ttf",
  600: "600SemiBold/Inter_600SemiBold.ttf",
  700: "700Bold/Inter_700Bold.ttf",
} as const;
type Weight = keyof typeof FONT_FILES;
const metrics = new Map<Weight, FontMetrics>();

/**
 * Draws a Vega-Lite (or Vega) specification without a browser. Text is set in the Inter that comes with the package, so the
 * same specification gives the same picture on every machine.
 *
 * @param spec - a specification with `$schema`; data by `url` are read from the working folder.
 * @throws Error saying what is wrong with the specification.
 * @example
 * const { svg } = await renderVegaLite({
 *   $schema: "https://vega.github.io/schema/vega-lite/v6.json",
 *   data: { values: [{ x: 1, y: 2 }] },
 *   mark: "point",
 *   encoding: { x: { field: "x" }, y: { field: "y" } },
 * });
 */
export async function renderVegaLite(spec: object): Promise<Drawing> {
  const mime = vegaMime(spec);
  if (mime === undefined) throw new Error('a specification needs "$schema" naming Vega-Lite or Vega');
  const [vega, vegaLite] = await Promise.all([import("vega"), import("vega-lite")]);
  Object.assign((vega as unknown as { textMetrics: object }).textMetrics, { width: textWidth });
  const problems: string[] = [];
  const note = (parts: readonly unknown[]) => {
    problems.push(parts.map((part) => (part instanceof Error ? part.message : String(part))).join(" "));
    return logger;
  };
  const logger = {
    level: () => logger,
    error: (...parts: readonly unknown[]) => note(parts),
    warn: (...parts: readonly unknown[]) => (parts[0] === "Loading failed" ? note(parts) : logger),
    info: () => logger,
    debug: () => logger,
  };
  const compile = (): Spec => {
    try {
      return vegaLite.compile(withFont(spec) as TopLevelSpec, { logger: logger as never }).spec;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`Vega-Lite cannot compile the specification (${reason}); check its mark, encoding and data`, {
        cause: error,
      });
    }
  };
  const compiled = mime === VEGA_LITE_MIME ? compile() : (withFont(spec) as Spec);
  const view = new vega.View(vega.parse(compiled), { renderer: "none", logger: logger as never });
  try {
    const svg = await view.toSVG();
    if (problems.length > 0) throw new Error(problems.join("; "));
    const picture = await resvg(svg, PNG_SCALE);
    return { svg, png: picture.render().asPng(), width: Math.round(picture.width), height: Math.round(picture.height) };
  } finally {
    view.finalize();
  }
}

/**
 * A picture of another size than {@link renderVegaLite}'s.
 *
 * @param svg - of a {@link Drawing}.
 * @param scale - pixels of the PNG file for each of the picture.
 */
export async function rasterize(svg: string, scale: number): Promise<Uint8Array> {
  return (await resvg(svg, scale)).render().asPng();
}

/** The same picture with every text as outlines and every shape as a path: it needs no fonts. */
export async function outlined(svg: string): Promise<string> {
  return (await resvg(svg, 1)).toString();
}

async function resvg(svg: string, scale: number) {
  const { Resvg } = await import("@resvg/resvg-js");
  return new Resvg(svg, {
    fitTo: { mode: "zoom", value: scale },
    font: {
      loadSystemFonts: false,
      fontFiles: ([400, 500, 600, 700] as const).map(fontFile),
      defaultFontFamily: FONT,
      sansSerifFamily: FONT,
    },
    background: "white",
  });
}

/** The specification with Inter as its font where it names none. */
function withFont(spec: object): object {
  const config = "config" in spec && typeof spec.config === "object" && spec.config !== null ? spec.config : {};
  return "font" in config ? spec : { ...spec, config: { ...config, font: FONT } };
}

/** What Vega tells of a text it lays out. */
interface TextItem {
  readonly fontSize?: number;
  readonly fontWeight?: number | string;
  /** Greatest width in pixels; longer texts are cut. 0: none. */
  readonly limit?: number;
}

/** Width of a text in pixels, set in Inter: without a canvas Vega only guesses, half as much again. */
function textWidth({ fontSize = 11, fontWeight, limit = 0 }: TextItem, text: unknown): number {
  const lines = Array.isArray(text) ? text : [text ?? ""];
  const width = fontSize * Math.max(...lines.map((line) => metricsOf(fontWeight).width(String(line))));
  return limit > 0 ? Math.min(width, limit) : width;
}

function metricsOf(weight: number | string | undefined): FontMetrics {
  const number = weight === "bold" ? 700 : Number(weight);
  const nearest = ([700, 600, 500] as const).find((each) => number >= each) ?? 400;
  let found = metrics.get(nearest);
  if (!found) {
    found = readFontMetrics(fontFile(nearest));
    metrics.set(nearest, found);
  }
  return found;
}

function fontFile(weight: Weight): string {
  return createRequire(import.meta.url).resolve(`@expo-google-fonts/inter/${FONT_FILES[weight]}`);
}
