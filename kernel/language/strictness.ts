/** What is done about type errors: the cell does not run, they are told under it, or they are not looked for. */
export type Strictness = "error" | "warn" | "off";

const NAMES: readonly string[] = ["error", "warn", "off"] satisfies Strictness[];

const LEADING_COMMENTS = /^(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/;

/** The kernel's own strictness: `DIFFREPAIRER_TYPES` of its environment, which a kernelspec's `env` can set. */
export function kernelStrictness(environment: NodeJS.ProcessEnv): Strictness {
  const { DIFFREPAIRER_TYPES: given = "error" } = environment;
  if (isStrictness(given)) return given;
  process.stderr.write(`DIFFREPAIRER_TYPES is "${given}"; it can be ${NAMES.join(", ")}; taken as error\n`);
  return "error";
}

/**
 * How strictly a cell is checked: as a comment above its first statement says, else as the kernel does.
 *
 * `// @types warn` tells type errors under the cell and runs it, `// @types error` asks for them where the kernel does not,
 * and `// @types off` or TypeScript's own `// @ts-nocheck` leave the cell unchecked.
 */
export function strictnessOf(code: string, otherwise: Strictness): Strictness {
  const comments = LEADING_COMMENTS.exec(code)?.[0] ?? "";
  if (/\/\/\s*@ts-nocheck\b/.test(comments)) return "off";
  const [, asked = ""] = /\/\/\s*@types\s+(\w+)/.exec(comments) ?? [];
  return isStrictness(asked) ? asked : otherwise;
}

const isStrictness = (text: string): text is Strictness => NAMES.includes(text);
