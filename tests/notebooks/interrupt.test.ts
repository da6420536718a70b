import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PACKAGE_ROOT } from "../../src/cli/package-root.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";

/** `diffrepairer notebooks` as a process of its own, and what it says. */
function start(results: string) {
  const main = join(PACKAGE_ROOT, "dist", "src", "cli", "main.js");
  const child = spawn(process.execPath, [main, "notebooks", "--only", "02", "--results", results]);
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => (said[name] += text));
  }
  const exit = once(child, "exit").then(([code]) => code as number | null);
  return { child, said, exit };
}

/** The processes below one, all the way down. */
function descendants(pid: number): number[] {
  const lines = execFileSync("ps", ["-eo", "pid=,ppid="], { encoding: "utf8" }).trim().split("\n");
  const pairs = lines.map((line) => line.trim().split(/\s+/).map(Number) as [number, number]);
  const below = (parent: number): number[] =>
    pairs.flatMap(([child, of]) => (of === parent ? [child, ...below(child)] : []));
  return below(pid);
}

const alive = (pids: readonly number[]): number[] =>
  pids.filter((pid) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  });

const until = (condition: () => boolean) => expect.poll(condition, { timeout: 60_000, interval: 100 }).toBe(true);

describe("diffrepairer notebooks", () => {
  it.each(["SIGINT", "SIGTERM"] as const)("ends at %s within seconds with 130, and says where", async (signal) => {
    const results = join(temporaryFolder(), "results");
    const { child, said, exit } = start(results);
    await until(() => said.stdout.includes("cell 4 of"));
    const pids = descendants(child.pid!);
    expect(pids.length).toBeGreaterThan(2);
    const began = Date.now();
    child.kill(signal);
    expect(await exit).toBe(130);
    expect(Date.now() - began).toBeLessThan(10_000);
    expect(said.stderr).toMatch(
      /^diffrepairer: interrupted in cell \d of notebook 02-degradation; no report was written\.\n$/,
    );
    await until(() => alive(pids).length === 0);
    expect(readdirSync(results).sort()).toEqual(["figures", "notebooks", "results.json"]);
    expect(JSON.parse(readFileSync(join(results, "results.json"), "utf8"))).toMatchObject({ status: "interrupted" });
  });

  it("killed outright takes its kernel with it, and the next run takes the folder over", async () => {
    const results = join(temporaryFolder(), "results");
    const killed = start(results);
    await until(() => killed.said.stdout.includes("cell 2 of"));
    const pids = descendants(killed.child.pid!);
    killed.child.kill("SIGKILL");
    await killed.exit;
    await until(() => alive(pids).length === 0);
    expect(existsSync(join(results, ".partial"))).toBe(true);
    const next = start(results);
    expect(await next.exit).toBe(0);
    expect(next.said.stderr).toBe("");
    expect(readdirSync(results).sort()).toEqual(["figures", "notebooks", "report.html", "results.json"]);
  });
});
