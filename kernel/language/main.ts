import { complete } from "./complete.js";
import type { NameKind } from "./declarations.js";
import { inspect } from "./inspect.js";
import { isComplete } from "./is-complete.js";
import type { LanguageMethod, LanguageMethods, LanguageRequest, LanguageResponse } from "./messages.js";
import { CellService } from "./service.js";
import { transform } from "./transform.js";

/* The process that knows TypeScript: compiles cells and answers what editors ask. It never runs user code. */

const known = new Map<string, NameKind>();
const cells = new CellService(process.cwd());

const methods: LanguageMethods = {
  compile({ code, fileName }) {
    const compilation = transform(code, { fileName, known });
    if (compilation.ok) {
      for (const [name, kind] of compilation.names) known.set(name, kind);
      cells.add(fileName, code);
    }
    return compilation;
  },
  isComplete: ({ code }) => isComplete(code),
  complete: (question) => complete(cells, question),
  inspect: (question) => inspect(cells, question),
  reset() {
    const names = [...known.keys()];
    known.clear();
    cells.clear();
    return names;
  },
};

/** What cells wait for; questions of editors wait behind them. */
const URGENT: readonly LanguageMethod[] = ["compile", "reset"];
const urgent: LanguageRequest[] = [];
const patient: LanguageRequest[] = [];

function answer({ id, method, params }: LanguageRequest): LanguageResponse {
  try {
    return { id, result: methods[method](params as never) };
  } catch (error) {
    return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

/** Answers one request a turn of the event loop, so that a cell that came meanwhile is seen before the next question. */
function answerNext(): void {
  const request = urgent.shift() ?? patient.shift();
  if (request) process.send?.(answer(request));
  if (urgent.length + patient.length > 0) setImmediate(answerNext);
}

process.on("SIGINT", () => undefined);
process.on("disconnect", () => process.exit(0));
process.on("message", (message) => {
  const request = message as LanguageRequest;
  (URGENT.includes(request.method) ? urgent : patient).push(request);
  if (urgent.length + patient.length === 1) setImmediate(answerNext);
});
