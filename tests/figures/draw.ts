import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Ajv, type ValidateFunction } from "ajv";
import * as vega from "vega";
import { compile } from "vega-lite";
import type { Figure } from "../../figures/index.js";

const require = createRequire(import.meta.url);

/** A validator of Vega-Lite 6 specs from the schema that vega-lite ships. */
export const vegaLiteSchema = (): ValidateFunction => {
  const schema = JSON.parse(readFileSync(require.resolve("vega-lite/vega-lite-schema.json"), "utf8")) as object;
  const ajv = new Ajv({
    strict: false,
    allowUnionTypes: true,
    formats: { "color-hex": true, uri: true, "uri-reference": true },
  });
  return ajv.compile(schema);
};

/** Compiles and draws a figure; what vega-lite and vega warn of comes back beside the SVG. */
export const draw = async (figure: Figure): Promise<{ svg: string; warnings: string[] }> => {
  const warnings: string[] = [];
  const logger: vega.LoggerInterface = {
    level: (() => logger) as vega.LoggerInterface["level"],
    error: (...words) => (warnings.push(words.join(" ")), logger),
    // A brush listens to the window, which Node has not.
    warn: (...words) => (words[0] !== "Can not resolve event source: window" && warnings.push(words.join(" ")), logger),
    info: () => logger,
    debug: () => logger,
  };
  const { spec } = compile(structuredClone(figure), { logger });
  const view = new vega.View(vega.parse(spec), { renderer: "none", logger });
  const svg = await view.toSVG();
  view.finalize();
  return { svg, warnings };
};
