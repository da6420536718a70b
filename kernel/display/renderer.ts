import type { DrawRequest, DrawResponse } from "./messages.js";
import { renderVegaLite } from "./vega.js";

/* The process that draws specifications, started at the first figure: it keeps Vega out of the front and of the session. */

async function draw({ id, spec }: DrawRequest): Promise<DrawResponse> {
  try {
    const { svg, png, width, height } = await renderVegaLite(spec);
    return { id, svg, png: Buffer.from(png).toString("base64"), width, height };
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) };
  }
}

process.on("SIGINT", () => undefined);
process.on("disconnect", () => process.exit(0));
process.on("message", (request) => void draw(request as DrawRequest).then((response) => process.send?.(response)));
