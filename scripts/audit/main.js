// node scripts/audit/main.js: holds the locked dependencies against the registry's advisories. What is shipped fails from "high" on, what
// develops it from "critical" on; exceptions.json has what is let through, why, and until when it is. Where the registry does not answer, that is said, and nothing fails.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { advisoriesOf, judge } from "./judge.js";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const EXCEPTIONS = JSON.parse(readFileSync(new URL("exceptions.json", import.meta.url), "utf8"));
const PATIENCE_MS = 20_000;

function audit(folder, more) {
  const options = {
    cwd: join(ROOT, folder),
    encoding: "utf8",
    timeout: PATIENCE_MS,
    shell: process.platform === "win32",
  };
  const { stdout } = spawnSync(
    "npm",
    ["audit", "--json", "--package-lock-only", "--fetch-retries=0", ...more],
    options,
  );
  try {
    const report = JSON.parse(stdout);
    return { advisories: advisoriesOf(report), message: report.message };
  } catch {
    return { advisories: undefined, message: "npm audit gave no report" };
  }
}

let fails = false;
for (const folder of [".", "extension"]) {
  for (const [kind, more] of [
    ["shipped", ["--omit=dev"]],
    ["development", []],
  ]) {
    const { advisories, message } = audit(folder, more);
    if (!advisories) {
      console.log(`${folder}: ${kind}: not audited, since the registry does not answer: ${message}`);
      continue;
    }
    const verdict = judge(kind, advisories, EXCEPTIONS, new Date().toISOString().slice(0, 10));
    console.log([`${folder}: ${kind}: ${advisories.length} advisories`, ...verdict.lines].join("\n"));
    fails ||= verdict.fails;
  }
}
process.exitCode = fails ? 1 : 0;
