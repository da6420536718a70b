import { Checker, LIMIT_MS, type CheckOutcome } from "./checker.js";
import type { Types } from "./compiled-cell.js";
import { notebookOptions } from "./compiler-options.js";
import { declarationsOf, type NameKind } from "./declarations.js";
import { isComplete } from "./is-complete.js";
import { localNamesAt } from "./local-names.js";
import type { LanguageMethods, LanguageRequest, LanguageResponse, LateTypes } from "./messages.js";
import { kernelStrictness, strictnessOf } from "./strictness.js";
import { parseCell, transform } from "./transform.js";

/*
 * The process that knows TypeScript. This thread compiles cells by erasing their types; the checker's thread looks at types
 * at the same time, and answers what editors ask. None of them runs user code.
 */

/** The checker is loaded once the kernel has had time to start, or the first cell has had time to run. */
const IDLE_MS = 3_000;
const AFTER_FIRST_CELL_MS = 200;

const { options: compilerOptions } = notebookOptions(process.cwd());
const strictness = kernelStrictness(process.env);
const known = new Map<string, NameKind>();
const checker = new Checker();
/** Checks that cells did not wait for, by file name. */
const late = new Map<string, Promise<Types>>();
/** The names that the last compiled cell declares, if it runs. */
let compiled: { readonly fileName: string; readonly names: readonly (readonly [string, NameKind])[] } | undefined;

const methods: LanguageMethods = {
  async compile({ code, fileName, checks }) {
    const asked = checks ? strictnessOf(code, strictness) : "off";
    const isReady = checker.isWarm;
    const outcome = asked === "off" || checker.broken !== undefined ? undefined : checker.check({ fileName, code });
    const compilation = transform(code, { fileName, known, compilerOptions });
    if (outcome) setTimeout(() => checker.start(), AFTER_FIRST_CELL_MS);
    if (!compilation.ok) return compilation;
    const { program, names } = compilation;
    compiled = { fileName, names };
    if (outcome === undefined || asked === "off") return { ok: true, program, types: { state: "off" } };
    const types = outcome.then((found): Types => typesOf(found, asked));
    const inTime = isReady ? await withinLimit(types) : undefined;
    if (!inTime) late.set(fileName, types);
    return { ok: true, program, types: inTime ?? { state: "later" } };
  },
  erase: ({ code, scope }) => {
    const hidden = "locals" in scope ? new Set(scope.locals) : localNamesAt(scope);
    const visible = new Map([...known].filter(([name]) => !hidden.has(name)));
    return transform(code, { fileName: "expression.ts", known: visible, compilerOptions });
  },
  stopCheck: () => checker.stop(),
  ran({ code, fileName }) {
    const names =
      compiled?.fileName === fileName ? compiled.names : declarationsOf(parseCell(code, fileName).file).names;
    for (const [name, kind] of names) known.set(name, kind);
    checker.add({ fileName, code });
    void late.get(fileName)?.then((types) => process.send?.({ late: fileName, types } satisfies LateTypes));
    late.clear();
  },
  isComplete: ({ code }) => isComplete(code),
  complete: (question) => checker.ask("complete", question),
  inspect: (question) => checker.ask("inspect", question),
  reset() {
    const names = [...known.keys()];
    known.clear();
    checker.clear();
    return names;
  },
};

const typesOf = (found: CheckOutcome, asked: "error" | "warn"): Types =>
  "faults" in found
    ? { state: "checked", faults: found.faults, strictness: asked }
    : { state: "failed", reason: found.reason };

/** Waits for a check, behind those before it, for as long as one may take. */
async function withinLimit(types: Promise<Types>): Promise<Types | undefined> {
  let timer: NodeJS.Timeout | undefined;
  // A little longer: the checker's own limit, which says why, comes first.
  const tooLong = new Promise<undefined>((resolve) => (timer = setTimeout(resolve, LIMIT_MS + 500, undefined)));
  try {
    return await Promise.race([types, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}

async function answer({ id, method, params }: LanguageRequest): Promise<LanguageResponse> {
  try {
    return { id, result: await methods[method](params as never) };
  } catch (error) {
    return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

process.on("SIGINT", () => undefined);
process.on("disconnect", () => process.exit(0));
process.on(
  "message",
  (message) => void answer(message as LanguageRequest).then((response) => process.send?.(response)),
);
if (strictness !== "off") setTimeout(() => checker.start(), IDLE_MS).unref();
