import { register, SourceMap, type SourceMapPayload } from "node:module";
import { MessageChannel, receiveMessageOnPort, type MessagePort } from "node:worker_threads";
import type { Position } from "./positions.js";

/** Source map of a local file that the loader has transpiled. */
export interface TranspiledFile {
  readonly url: string;
  /** JSON. */
  readonly map: string;
}

/** Imports of local TypeScript, JavaScript and JSON files: transpiled, and read again once edited. */
export class LocalModules {
  #port: MessagePort | undefined;
  readonly #maps = new Map<string, string>();
  readonly #parsed = new Map<string, SourceMap>();

  /** Puts the loader up, at the first cell that may need it: its thread costs some 50 ms. */
  install(): void {
    if (this.#port) return;
    const { port1, port2 } = new MessageChannel();
    port1.unref();
    this.#port = port1;
    register(new URL("./loader.js", import.meta.url), { data: { port: port2 }, transferList: [port2] });
  }

  /** Source map, JSON, of a transpiled file; undefined for files that were not transpiled. */
  map(url: string): string | undefined {
    this.#receive();
    return this.#maps.get(url);
  }

  /** Maps a place in a transpiled file to its source; undefined for files that were not transpiled. */
  locate(url: string, { line, column }: Position): Position | undefined {
    const known = this.map(url);
    if (known === undefined) return undefined;
    const map = this.#parsed.get(url) ?? new SourceMap(JSON.parse(known) as SourceMapPayload);
    this.#parsed.set(url, map);
    const entry = map.findEntry(line - 1, column - 1);
    return "originalLine" in entry ? { line: entry.originalLine + 1, column: entry.originalColumn + 1 } : undefined;
  }

  #receive(): void {
    if (!this.#port) return;
    for (let next = receiveMessageOnPort(this.#port); next; next = receiveMessageOnPort(this.#port)) {
      const { url, map } = next.message as TranspiledFile;
      this.#maps.set(url, map);
    }
  }
}
