import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "../run-command.js";
import { hashOf, hashOfFile } from "../stamp.js";
import { SetupProblem } from "../problem.js";

const FOLDERS = ["src", "figures", "kernel", "benchmarks"];

/** `tsc -b`: the TypeScript of every folder, into `dist`. */
export const typescriptBuild = {
  name: "build",
  bytes: 0.05e9,

  inputs: ({ root }) => ({
    compiler: hashOfFile(join(root, "node_modules", "typescript", "package.json")),
    lock: hashOfFile(join(root, "package-lock.json")),
    sources: hashOf(sources(root).map((path) => [path, readFileSync(join(root, path), "utf8")])),
  }),

  isWhole: ({ root }, { outputs }) => outputs.every((path) => existsSync(join(root, path))),

  async run(setup) {
    const { root, report } = setup;
    const modules = sources(root).filter((path) => path.endsWith(".ts") && !path.endsWith(".d.ts"));
    report.say("build", `compiling ${modules.length} TypeScript files into dist`);
    const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
    const outputs = modules.map((path) => join("dist", path.replace(/\.ts$/, ".js")));
    // The compiler trusts its own notes and would not write again what was deleted.
    const intact = outputs.every((path) => existsSync(join(root, path)));
    const { code, output, log } = await runCommand(setup, "build", [
      process.execPath,
      compiler,
      "-b",
      ...(intact ? [] : ["--force"]),
    ]);
    const lacking = outputs.filter((path) => !existsSync(join(root, path)));
    if (code !== 0 || lacking.length > 0) {
      throw new SetupProblem({
        what: `The TypeScript sources do not compile${code === 0 ? ` (missing: ${lacking.join(", ")})` : ""}.`,
        why: "The commands and the kernel run from the compiled files in dist.",
        cure: `Mend the errors below, or go back to a state that compiles (\`git stash\`). Log: ${log}`,
        detail: output.split("\n").slice(-20).join("\n"),
      });
    }
    report.say("build", `${outputs.length} files compiled`);
    return { outputs };
  },
};

/** Every source and compiler setting, as paths from the root, sorted. */
function sources(root) {
  const settings = readdirSync(root).filter((name) => /^tsconfig.*\.json$/.test(name));
  const files = FOLDERS.filter((folder) => existsSync(join(root, folder))).flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true })
      .map((path) => join(folder, path))
      .filter((path) => /\.ts$|tsconfig\.json$/.test(path) && !path.includes("node_modules")),
  );
  return [...settings, ...files].sort();
}
