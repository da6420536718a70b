import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { DrawRequest, DrawResponse } from "../display/messages.js";
import { VEGA_LITE_MIME, VEGA_MIME } from "../display/vega-spec.js";
import type { MimeBundle } from "../protocol/messages.js";
import type { Illustrator } from "./outputs.js";

const SPEC_MIME = /^application\/vnd\.vega(lite)?\.v\d+\+json$/;
const IDLE_MS = 120_000;

/** A longer SVG, of a thousand marks or so, stays out of the notebook's file: the PNG shows the same. */
const MOST_SVG = 300_000;

/** The process that draws figures, as the front sees it: started at the first one, ended after two idle minutes. */
export class RendererProcess implements Illustrator {
  #child: ChildProcess | undefined;
  #next = 0;
  #idle: NodeJS.Timeout | undefined;
  readonly #waiting = new Map<number, (response: DrawResponse) => void>();
  readonly #log: (text: string) => void;

  /** @param log - told when the process fails. */
  constructor(log: (text: string) => void) {
    this.#log = log;
  }

  /** Whether a bundle holds a Vega or Vega-Lite specification and no picture of it. */
  wants(data: MimeBundle["data"]): boolean {
    return specOf(data) !== undefined && !("image/png" in data) && !("image/svg+xml" in data);
  }

  /** Adds SVG, unless it is long, and PNG with the size it is meant to be shown at; when that fails, says why. */
  async illustrate(bundle: MimeBundle): Promise<{ bundle: MimeBundle; problem?: string }> {
    const spec = specOf(bundle.data);
    if (spec === undefined) return { bundle };
    const drawn = await this.#draw(spec);
    if ("error" in drawn) return { bundle, problem: `The figure could not be drawn: ${drawn.error}` };
    const { svg, png, width, height } = drawn;
    return {
      bundle: {
        data: { ...bundle.data, ...(svg.length <= MOST_SVG && { "image/svg+xml": svg }), "image/png": png },
        metadata: { ...bundle.metadata, "image/png": { width, height } },
      },
    };
  }

  /** Ends the process. */
  close(): void {
    clearTimeout(this.#idle);
    this.#child?.kill("SIGKILL");
    this.#child = undefined;
  }

  #draw(spec: object): Promise<DrawResponse> {
    const id = this.#next++;
    clearTimeout(this.#idle);
    this.#child ??= this.#start();
    const request: DrawRequest = { id, spec };
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#child?.send(request);
    });
  }

  #start(): ChildProcess {
    const entry = fileURLToPath(new URL("../display/renderer.js", import.meta.url));
    const child = fork(entry, { stdio: ["ignore", "ignore", "inherit", "ipc"], execArgv: [] });
    child.on("message", (response) => this.#settle(response as DrawResponse));
    child.on("error", (error) => this.#log(`the renderer: ${error.message}`));
    child.on("exit", (code, signal) => {
      if (this.#child !== child) return;
      this.#child = undefined;
      for (const id of [...this.#waiting.keys()]) {
        this.#settle({ id, error: `the process that draws ended (${signal ?? code})` });
      }
    });
    return child;
  }

  #settle(response: DrawResponse): void {
    this.#waiting.get(response.id)?.(response);
    this.#waiting.delete(response.id);
    if (this.#waiting.size === 0) this.#idle = setTimeout(() => this.close(), IDLE_MS).unref();
  }
}

function specOf(data: MimeBundle["data"]): object | undefined {
  const type = [VEGA_LITE_MIME, VEGA_MIME, ...Object.keys(data)].find((key) => SPEC_MIME.test(key) && key in data);
  const spec = type === undefined ? undefined : data[type];
  return typeof spec === "object" && spec !== null ? spec : undefined;
}
