import { register, SourceMap, type SourceMapPayload } from "node:module";
import { MessageChannel, receiveMessageOnPort, type MessagePort } from "node:worker_threads";
import type { PathAliases } from "./path-aliases.js";
import type { Position } from "./positions.js";

/** Source map of a local file that the loader has transpiled. */
export interface TranspiledFile {
  readonly url: string;
  /** JSON. */
  readonly map: string;
}

/** What the loader's thread is given. */
export interface LoaderData {
  /** By which source maps come back. */
  readonly port: MessagePort;
  readonly aliases: PathAliases | undefined;
}

/** Imports of local TypeScript, JavaScript and JSON files: transpiled, and read again once edited. */
export class LocalModules {
  #port: MessagePort | undefined;
  readonly #maps = new Map<string, string>();
  readonly #parsed = new Map<string, SourceMap>();

  /** Puts the loader up, at the first cell that may need it: its thread costs some 50 ms. */
  install(aliases: PathAliases | undefined): void {
    if (this.#port) return;
    const { port1, port2 } = new MessageChannel();
    port1.unref();
    this.#port = port1;
    const data: LoaderData = { port: port2, aliases };
    register(new URL("./loader.js", import.meta.url), { data, transferList: [port2] });
  }

  /** Takes the source map of a file that was transpiled on this thread. */
  readonly note = (url: string, map: string): void => {
    this.#maps.set(url, map);
  };

  /** Source map, JSON, of a transpiled file; undefined for files that were not transpiled. */
  map(url: string): string | undefined {
    for (let next = this.#receive(); next; next = this.#receive()) this.note(next.url, next.map);
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

  #receive(): TranspiledFile | undefined {
    return this.#port && (receiveMessageOnPort(this.#port)?.message as TranspiledFile | undefined);
  }
}
