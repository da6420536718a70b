import { readSync, writeSync } from "node:fs";
import { LineReader } from "../protocol/lines.js";
import { check } from "./check.js";
import type { Types } from "./compiled-cell.js";
import { complete } from "./complete.js";
import { declarationsOf, type NameKind } from "./declarations.js";
import { inspect } from "./inspect.js";
import { isComplete } from "./is-complete.js";
import { localNamesAt } from "./local-names.js";
import { CHANNEL, type LanguageMethods, type LanguageRequest, type LanguageResponse } from "./messages.js";
import { NotebookAnswers } from "./notebook-answers.js";
import { Refusal } from "./refusal.js";
import { SAMPLE } from "./sample.js";
import { CellService } from "./service.js";
import { kernelStrictness, strictnessOf, type Strictness } from "./strictness.js";
import { parseCell, transform } from "./transform.js";

/** A hundred checks leave that much behind, in bytes. */
const MUCH = 64e6;

/**
 * Answers the front until it closes its end, one request after another, without an event loop: what takes too long, or is
 * not wanted any more, ends with the process.
 *
 * @param isWarm - whether the libraries' types are loaded: until they are, cells are compiled without a look at their types.
 */
export function serve(isWarm: boolean): void {
  const methods = createMethods(process.cwd(), isWarm);
  const answer = ({ method, params }: LanguageRequest): LanguageResponse => {
    try {
      return { result: methods[method](params as never) };
    } catch (error) {
      if (error instanceof Refusal) return { error: error.message };
      return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
  };
  const write = (response: LanguageResponse): void => writeAll(Buffer.from(`${JSON.stringify(response)}\n`));
  const lines = new LineReader((line) => write(answer(JSON.parse(line) as LanguageRequest)));
  const chunk = Buffer.allocUnsafe(1 << 16);
  // Ctrl-C in the kernel's terminal is meant for the cell.
  process.on("SIGINT", () => undefined);
  write({ result: "ready" });
  for (let length = read(chunk); length > 0; length = read(chunk)) lines.push(Buffer.from(chunk.subarray(0, length)));
  process.exit(0);
}

function createMethods(folder: string, isWarm: boolean): LanguageMethods {
  const cells = new CellService(folder);
  const strictness = kernelStrictness(process.env);
  const notebooks = new NotebookAnswers(cells, strictness);
  const { options: compilerOptions, problems } = cells.notebook;
  for (const problem of problems) process.stderr.write(`tsconfig.json: ${problem}\n`);
  const known = new Map<string, NameKind>();
  /** The names that the last compiled cell declares, if it runs. */
  let compiled: { readonly fileName: string; readonly names: readonly (readonly [string, NameKind])[] } | undefined;
  let rounds = 0;
  let leanRss = 0;

  const look = (code: string, asked: Exclude<Strictness, "off">): Types => {
    try {
      const faults = check(cells, code);
      isWarm = true;
      // What is not known of an earlier cell may be all that is wrong.
      return { state: "checked", faults, strictness: cells.isVague(code) ? "warn" : asked };
    } catch (error) {
      return { state: "failed", reason: error instanceof Error ? error.message : String(error) };
    }
  };
  const askedOf = (code: string): Strictness => strictnessOf(code, strictness);

  return {
    compile({ code, fileName, checks }) {
      const compilation = transform(code, { known, compilerOptions });
      if (!compilation.ok) return compilation;
      const { program, names } = compilation;
      compiled = { fileName, names };
      const asked = checks ? askedOf(code) : "off";
      if (asked === "off") return { ok: true, program, types: { state: "off" } };
      return { ok: true, program, types: isWarm ? look(code, asked) : { state: "later" } };
    },
    erase({ code, scope }) {
      const hidden = "locals" in scope ? new Set(scope.locals) : localNamesAt(scope);
      const visible = new Map([...known].filter(([name]) => !hidden.has(name)));
      return transform(code, { known: visible, compilerOptions });
    },
    check({ code }) {
      const asked = askedOf(code);
      return asked === "off" ? { state: "off" } : look(code, asked);
    },
    ran(ran) {
      for (const cell of ran) {
        const { code, fileName } = cell;
        const names = compiled?.fileName === fileName ? compiled.names : declarationsOf(parseCell(code).file).names;
        for (const [name, kind] of names) known.set(name, kind);
        cells.add(cell);
      }
      notebooks.refresh();
    },
    isComplete: ({ code }) => isComplete(code),
    complete: (question) => complete(cells, question),
    inspect: (question) => inspect(cells, question),
    exercise() {
      // Another text each time, or TypeScript would have the answer already.
      rounds += 1;
      if (strictness !== "off") look(`${SAMPLE} // ${rounds}`, strictness);
      const code = `${rounds}; Math.`;
      complete(cells, { code, cursor: code.length });
      inspect(cells, { code, cursor: code.length - 1 });
    },
    rest() {
      cells.refresh(SAMPLE);
      if (process.memoryUsage.rss() > leanRss + MUCH) globalThis.gc?.();
      leanRss = process.memoryUsage.rss();
    },
    reset() {
      const names = [...known.keys()];
      known.clear();
      cells.clear();
      notebooks.refresh();
      return names;
    },
    openNotebook: (params) => notebooks.openNotebook(params),
    closeNotebook: (params) => notebooks.closeNotebook(params),
    notebookFaults: (params) => notebooks.notebookFaults(params),
    hover: (params) => notebooks.hover(params),
    definition: (params) => notebooks.definition(params),
    rename: (params) => notebooks.rename(params),
    organizeImports: (params) => notebooks.organizeImports(params),
  };
}

function read(chunk: Buffer): number {
  try {
    return readSync(CHANNEL.requests, chunk);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EOF") return 0;
    throw error;
  }
}

function writeAll(bytes: Buffer): void {
  for (let offset = 0; offset < bytes.length;) offset += writeSync(CHANNEL.responses, bytes, offset);
}
