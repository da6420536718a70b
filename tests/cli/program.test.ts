import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { VERSION } from "../../src/cli/package-root.js";
import { runCommandLine } from "../../src/cli/program.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

async function run(...args: string[]): Promise<Ended> {
  const ended: Ended = { code: -1, stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    const spy = vi.spyOn(process[name], "write").mockImplementation((text) => {
      ended[name] += String(text);
      return true;
    });
    onTestFinished(() => spy.mockRestore());
  }
  try {
    ended.code = await runCommandLine(["node", "diffrepairer", ...args]);
  } finally {
    vi.restoreAllMocks();
    process.exitCode = undefined;
  }
  return ended;
}

afterEach(() => vi.unstubAllEnvs());

describe("the command line", () => {
  it("shows its commands, exit codes and environment variables", async () => {
    const { code, stdout } = await run("--help");
    expect(code).toBe(0);
    for (const word of [
      "notebooks",
      "report",
      "reproduce",
      "tune",
      "lab",
      "fetch",
      "evaluate",
      "sweep",
      "merge",
      "study",
      "compare",
      "claims",
      "kernel",
      "doctor",
      "Exit codes",
      "DIFFREPAIRER_BACKEND",
    ]) {
      expect(stdout).toContain(word);
    }
  });

  it("shows its version", async () => {
    expect(await run("--version")).toEqual({ code: 0, stdout: `${VERSION}\n`, stderr: "" });
  });

  it.each([
    [["reproduse"], /unknown command 'reproduse'/],
    [["report", "/nowhere"], /there is no \/nowhere\/results\.json; "diffrepairer notebooks" writes one/],
    [["notebooks", "--fast"], /unknown option '--fast'/],
    [["notebooks", "--quick", "--full"], /--quick and --full exclude each other/],
    [["notebooks", "--seed", "1.5"], /whole number/],
    [["notebooks", "--seed", "-1"], /whole number/],
    [["fetch", "pbmc3k", "more"], /too many arguments/],
    [["evaluate", "--out", "somewhere"], /required option '--set <names>'/],
    [["evaluate", "--set", "pbmc3k"], /required option '--out <folder>'/],
    [["evaluate", "--set", "pbmc3k", "--out", "x", "--seeds", "two"], /whole number/],
    [["evaluate", "--set", "pbmc3k", "--out", "x", "--methods", "rigde"], /no method "rigde"; there are clean, input/],
    [["sweep", "--set", "pbmc3k"], /required option '--out <folder>'/],
    [["merge", "--out", "x"], /missing required argument 'folders'/],
    [["study", "--set", "pbmc3k", "--out", "x", "--study", "weather"], /no study "weather"; there are severity/],
    [["compare"], /missing required argument 'results'/],
    [["compare", "/nowhere/results.jsonl"], /no \/nowhere\/results\.jsonl; "diffrepairer evaluate" writes one/],
    [["claims", "/nowhere/results.jsonl"], /no \/nowhere\/results\.jsonl/],
    [["kernel", "install"], /exactly one of --prefix FOLDER, --user and --sys-prefix/],
    [["kernel", "install", "--user", "--prefix", "/nowhere"], /exactly one of/],
    [["kernel", "remove"], /exactly one of/],
    [["kernel", "remove", "--user", "--sys-prefix"], /exactly one of/],
    [["kernel", "install", "--user", "--name", "../up"], /"\.\.\/up" is no kernelspec's name/],
    [["kernel", "install", "--user", "--env", "=x"], /must be KEY=VALUE/],
  ])("ends %j with 2 and says what is wrong", async (args, message) => {
    const { code, stderr } = await run(...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  it("ends with 2 without a command, and shows the help", async () => {
    const { code, stderr } = await run();
    expect(code).toBe(2);
    expect(stderr).toContain("Usage: diffrepairer");
  });

  it("ends notebooks with 2 for a notebook that there is not, and names those there are", async () => {
    const results = join(temporaryFolder(), "results");
    vi.stubEnv("DIFFREPAIRER_PYTHON", process.execPath);
    const { code, stderr } = await run("notebooks", "--only", "0,99", "--results", results);
    expect(code).toBe(2);
    expect(stderr).toMatch(/--only: no notebook 0, 99; there are 01-datasets/);
    expect(existsSync(results)).toBe(false);
  });

  it("ends notebooks with 1 without Python, and says how to get it", async () => {
    vi.stubEnv("DIFFREPAIRER_PYTHON", "/nope/python");
    const { code, stderr } = await run("notebooks");
    expect(code).toBe(1);
    expect(stderr).toMatch(/no Python environment at \/nope\/python.*npx diffrepairer setup/);
  });

  it("registers the kernel in a prefix, and takes it out again", async () => {
    const prefix = temporaryFolder();
    const folder = join(prefix, "share", "jupyter", "kernels", "diffrepairer");
    expect(await run("kernel", "install", "--prefix", prefix)).toMatchObject({
      code: 0,
      stdout: `registered in ${folder}\n`,
    });
    expect(existsSync(join(folder, "kernel.json"))).toBe(true);
    expect(await run("kernel", "remove", "--prefix", prefix)).toMatchObject({ code: 0, stdout: "removed\n" });
    expect(existsSync(folder)).toBe(false);
    expect((await run("kernel", "remove", "--prefix", prefix)).stdout).toBe("it was not registered there\n");
  });

  it("lists kernels by all their names, says what keeps one from starting, and does so as JSON too", async () => {
    const prefix = temporaryFolder();
    vi.stubEnv("DIFFREPAIRER_PYTHON", join(prefix, "bin/python"));
    const folder = join(prefix, "share", "jupyter", "kernels", "next");
    const options = ["--name", "next", "--display-name", "Next", "--env", "A=b=c", "--env", "D=e"];
    await run("kernel", "install", "--prefix", prefix, ...options);
    expect((await run("kernel", "list")).stdout).toContain(`next  Next, ${VERSION}, in ${folder}\n`);
    const { argv, ...spec } = JSON.parse(readFileSync(join(folder, "kernel.json"), "utf8")) as { argv: string[] };
    writeFileSync(join(folder, "kernel.json"), JSON.stringify({ ...spec, argv: ["/gone/node", ...argv.slice(1)] }));
    expect((await run("kernel", "list")).stdout).toContain("does not start: /gone/node is missing");
    expect(JSON.parse((await run("kernel", "list", "--json")).stdout)).toContainEqual(
      expect.objectContaining({ name: "next", folder, environment: { A: "b=c", D: "e" } }),
    );
    const { code, stdout } = await run("kernel", "doctor", "--json");
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toContainEqual({
      name: "next",
      status: "missing",
      detail: expect.stringContaining("/gone/node is missing"),
      cure: expect.stringContaining("kernel install"),
    });
  });

  it("starts the kernel to see whether it works", async () => {
    const prefix = temporaryFolder();
    vi.stubEnv("DIFFREPAIRER_PYTHON", join(prefix, "bin/python"));
    vi.stubEnv("JUPYTER_DATA_DIR", join(prefix, "none"));
    await run("kernel", "install", "--prefix", prefix);
    const { stdout } = await run("kernel", "doctor");
    expect(stdout).toMatch(/^ok +diffrepairer .*TypeScript .* on Node\.js .*; 1 \+ 1 was 2 after [\d.]+ s$/m);
  });

  it("ends doctor with 1 where something is missing, also as JSON", async () => {
    vi.stubEnv("DIFFREPAIRER_PYTHON", "/nope/python");
    const { code, stdout } = await run("doctor", "--json");
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toContainEqual(expect.objectContaining({ name: "python", status: "missing" }));
  });
});
