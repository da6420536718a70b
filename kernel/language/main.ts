import { isComplete } from "./is-complete.js";
import type { NameKind } from "./declarations.js";
import type { LanguageMethods, LanguageRequest, LanguageResponse } from "./messages.js";
import { transform } from "./transform.js";

/* The process that knows TypeScript: compiles cells and answers what editors ask. It never runs user code. */

const known = new Map<string, NameKind>();

const methods: LanguageMethods = {
  compile({ code, fileName }) {
    const compilation = transform(code, { fileName, known });
    if (compilation.ok) for (const [name, kind] of compilation.names) known.set(name, kind);
    return compilation;
  },
  isComplete: ({ code }) => isComplete(code),
  reset() {
    const names = [...known.keys()];
    known.clear();
    return names;
  },
};

function answer({ id, method, params }: LanguageRequest): LanguageResponse {
  try {
    return { id, result: methods[method](params as never) };
  } catch (error) {
    return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

process.on("SIGINT", () => undefined);
process.on("disconnect", () => process.exit(0));
process.on("message", (request) => process.send?.(answer(request as LanguageRequest)));
