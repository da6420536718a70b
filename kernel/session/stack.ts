import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { Recent } from "../recent.js";
import type { CellSource, Position } from "./positions.js";
import { defineProperty, getOwnPropertyDescriptor, isNativeError } from "./primordials.js";
import { undisturbed } from "./undisturbed.js";

/** One frame of a stack, as reports show it. */
export interface Frame {
  /** Name of the function; undefined at a cell's top level. */
  readonly name: string | undefined;
  /** The cell it is in; undefined in files. */
  readonly cell: CellSource | undefined;
  /** File, as the engine names it. */
  readonly file: string;
  readonly position: Position;
}

/** Where the kernel's own code lies, whose frames nobody wants to see. */
export const KERNEL_FOLDER = dirname(dirname(fileURLToPath(import.meta.url)));

/** Cells whose errors show their lines; of older ones the place in the compiled script is told. */
const CELLS = { entries: 2000, size: 1 << 25, sizeOf: ({ size }: CellSource) => size };

/** Turns positions in compiled cells, and in local TypeScript files, into positions in what the user wrote. */
export class StackMapper {
  readonly #cells = new Recent<string, CellSource>(CELLS);
  readonly #frames = new WeakMap<object, Frame[]>();
  readonly #locateFile: (url: string, position: Position) => Position | undefined;

  /** @param locateFile - maps a place in a transpiled local file, named by its URL, to its source. */
  constructor(locateFile: (url: string, position: Position) => Position | undefined) {
    this.#locateFile = locateFile;
  }

  /** Makes a cell known by the file name of its script. */
  add(file: string, cell: CellSource): void {
    this.#cells.set(file, cell);
  }

  /** The cell whose script has this file name. */
  cell(file: string): CellSource | undefined {
    return this.#cells.get(file);
  }

  /** The frames of an error, innermost first, without the kernel's own; empty when its stack was written by other code. */
  framesOf(error: object): readonly Frame[] {
    void (error as Error).stack;
    return this.#frames.get(error) ?? [];
  }

  /** Lets the frames of another error follow where none is in a cell. Returns whether the error had no frames. */
  append(error: object, other: object): boolean {
    const own = this.framesOf(error);
    if (!own.some(({ cell }) => cell)) this.#frames.set(error, [...own, ...this.framesOf(other)]);
    return own.length === 0;
  }

  /** Puts an error of the engine, if it is one, into the words of its cell. */
  reword(error: unknown): void {
    if (isNativeError(error) && String(getOwnPropertyDescriptor(error, "message")?.value).includes("$$"))
      this.framesOf(error);
  }

  /** Takes over the writing of `error.stack`, so that everything a cell prints speaks of its own lines. */
  install(): void {
    Error.prepareStackTrace = (error, sites) => undisturbed(() => this.#write(error, sites));
    Error.stackTraceLimit = 30;
  }

  #write(error: Error, sites: readonly NodeJS.CallSite[]): string {
    const kept = this.#keep(sites);
    const frames: Frame[] = [];
    let calls = "";
    for (const site of kept) {
      const frame = this.#frame(site);
      if (frame) frames.push(frame);
      calls += `\n    at ${this.#describe(site, frame)}`;
    }
    this.#frames.set(error, frames);
    reword(error, frames[0]?.cell);
    return headOf(error) + calls;
  }

  #keep(sites: readonly NodeJS.CallSite[]): NodeJS.CallSite[] {
    const kept: NodeJS.CallSite[] = [];
    let below = false;
    for (const site of sites) {
      const file = fileOf(site);
      if (file.startsWith(KERNEL_FOLDER)) below = true;
      else if (!(below && file.startsWith("node:")) && !(file === "node:vm" || file === "node:internal/vm"))
        kept.push(site);
    }
    return kept;
  }

  #frame(site: NodeJS.CallSite): Frame | undefined {
    const line = site.getLineNumber();
    const column = site.getColumnNumber();
    const url = site.getFileName() ?? "";
    if (line === null || column === null) return undefined;
    const cell = this.#cells.get(url);
    const position = { line, column };
    const name = (cell?.reword(site.getFunctionName() ?? "") ?? site.getFunctionName()) || undefined;
    if (cell) return { name, cell, file: url, position: cell.locate(position) ?? { line: 1, column: 1 } };
    return {
      name,
      cell,
      file: fileOf(site).replace(/\?v=.*$/, ""),
      position: this.#locateFile(url, position) ?? position,
    };
  }

  #describe(site: NodeJS.CallSite, frame: Frame | undefined): string {
    const text = String(site);
    if (!frame) return text;
    const { line, column } = frame.position;
    const place = `${frame.cell ? frame.cell.label : frame.file}:${line}:${column}`;
    if (frame.cell && frame.name === undefined) return place;
    const from = `${site.getFileName()}:${site.getLineNumber()}:${site.getColumnNumber()}`;
    const placed = text.replace(from, () => place);
    return frame.cell ? frame.cell.reword(placed) : placed;
  }
}

function fileOf(site: NodeJS.CallSite): string {
  const file = site.getFileName() ?? "";
  if (!file.startsWith("file:")) return file;
  try {
    return fileURLToPath(file);
  } catch {
    return file;
  }
}

/** Frees the message of an error that the engine threw in a cell from the names of boxes. */
function reword(error: Error, cell: CellSource | undefined): void {
  if (!cell || !(error instanceof TypeError)) return;
  const own = getOwnPropertyDescriptor(error, "message");
  if (!own?.configurable || typeof own.value !== "string") return;
  const value = cell.reword(own.value);
  if (value !== own.value) defineProperty(error, "message", { ...own, value });
}

function headOf(error: Error): string {
  try {
    const name = String(error.name ?? "Error");
    const message = String(error.message ?? "");
    return message === "" ? name : `${name}: ${message}`;
  } catch {
    return "Error";
  }
}
