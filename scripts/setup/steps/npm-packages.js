import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { commandProblem } from "../command-problem.js";
import { runCommand } from "../run-command.js";
import { hashOfFile } from "../stamp.js";

/** The packages of package-lock.json, in node_modules. */
export const npmPackages = {
  name: "npm",
  bytes: 1.1e9,

  inputs: ({ root }) => ({
    lock: hashOfFile(join(root, "package-lock.json")),
    settings: hashOfFile(join(root, ".npmrc")),
    node: process.versions.modules,
    platform: `${process.platform}-${process.arch}`,
  }),

  /** npm's own note of what it installed must still be the one written then, and every package that then lay there must lie there. */
  isWhole: ({ root }, { note, packages }) =>
    hashOfFile(notePath(root)) === note && packages.every((path) => existsSync(join(root, path, "package.json"))),

  async run(setup) {
    const { root, report } = setup;
    const wanted = requiredPackages(root);
    report.say("npm", `installing ${wanted.length} packages into node_modules (about 230 MB to fetch, 650 MB on disk)`);
    // A note left by an earlier, killed run would make half a tree look whole.
    rmSync(notePath(root), { force: true });
    let fetched = 0;
    const { code, missing, output, log } = await runCommand(
      setup,
      "npm",
      [
        ...npmProgram(setup.env),
        "ci",
        "--include=dev",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--loglevel=http",
        // Its own pauses add up to more than a minute before a missing network is told.
        "--fetch-retry-mintimeout=2000",
        "--fetch-retry-factor=3",
      ],
      {
        onLine: (line) => {
          if (!/^npm http (fetch GET 200|cache) .*\.tgz/.test(line)) return;
          report.progress("npm", `${Math.min(++fetched, wanted.length)} of ${wanted.length} packages fetched`);
        },
      },
    );
    const lacking = wanted.filter((path) => !existsSync(join(root, path, "package.json")));
    if (code !== 0 || !existsSync(notePath(root)) || lacking.length > 0) {
      throw commandProblem({
        doing: missing ? "npm was not found" : "The npm packages could not be installed",
        why: "The library, the kernel and their tests are built from them.",
        cure: missing
          ? "Install npm (Debian and Ubuntu: `sudo apt-get install -y npm`) and run the same command again."
          : undefined,
        output: lacking.length > 0 && code === 0 ? `missing after the installation: ${lacking.join(", ")}` : output,
        log,
      });
    }
    report.say("npm", `all ${wanted.length} packages of the lock file are there`);
    return { note: hashOfFile(notePath(root)), packages: wanted };
  },
};

const notePath = (root) => join(root, "node_modules", ".package-lock.json");

/** Inside `npm start` the very npm that was called; else the one on the path. */
export function npmProgram(env) {
  const script = env.npm_execpath;
  return script && /npm-cli\.c?js$/.test(script) ? [process.execPath, script] : ["npm"];
}

/** Folders of the packages that must be there: npm passes over an optional one that it cannot fetch, even this platform's own. */
function requiredPackages(root) {
  const { packages = {} } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  const libc = process.report.getReport().header.glibcVersionRuntime ? "glibc" : "musl";
  const here = { os: process.platform, cpu: process.arch, ...(process.platform === "linux" && { libc }) };
  const isMade = (entry) => Object.entries(here).every(([key, value]) => !entry[key] || entry[key].includes(value));
  return Object.entries(packages)
    .filter(([path, entry]) => path.startsWith("node_modules/") && !entry.link)
    .filter(([, entry]) => !entry.optional || ((entry.os || entry.cpu) && isMade(entry)))
    .map(([path]) => path);
}
