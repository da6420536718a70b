const INSTALLS = /^\s*[%!]\s*(?:npm|pnpm|yarn|bun)\s+(?:install|i|add)\s+(.+)$/m;
const MAGIC = /^\s*(%{1,2}[a-z]\w*)/m;
const SHELL = /^\s*!\s*([a-z][\w./-]*(?:\s.*)?)$/im;

/** What to write instead of a line that only other kernels understand; undefined when a cell that is wrong has none. */
export function adviceOnForeignSyntax(code: string): string | undefined {
  const [, installed] = INSTALLS.exec(code) ?? [];
  if (installed !== undefined) {
    const packages = installed.split(/\s+/).filter((word) => word !== "" && !word.startsWith("-"));
    return `Packages are installed by a function: await install(${packages.map((name) => JSON.stringify(name)).join(", ")})`;
  }
  const [, magic] = MAGIC.exec(code) ?? [];
  if (magic !== undefined) return `${magic} is a magic command of IPython; this cell is TypeScript.`;
  const [, command] = SHELL.exec(code) ?? [];
  if (command === undefined) return undefined;
  const run = `execSync(${JSON.stringify(command.trim())}, { stdio: "inherit" })`;
  return `Programs are run by Node: import { execSync } from "node:child_process"; ${run}`;
}
