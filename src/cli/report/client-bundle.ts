import { existsSync } from "node:fs";
import { join } from "node:path";

/** The page's script with vega, vega-lite and vega-embed in it, as one classic script that fits into a page. */
export const clientBundle = async (): Promise<string> => {
  const { build } = await import("esbuild");
  const compiled = join(import.meta.dirname, "client.js");
  const { outputFiles } = await build({
    entryPoints: [existsSync(compiled) ? compiled : join(import.meta.dirname, "client.ts")],
    bundle: true,
    minify: true,
    format: "iife",
    platform: "browser",
    target: "es2022",
    legalComments: "none",
    write: false,
    logLevel: "error",
  });
  return (outputFiles[0]?.text ?? "").replace(/<\/(script)/gi, "<\\/$1").replace(/<!--/g, "<\\!--");
};
