import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import type { Benchmark, Run, Side } from "./harness.js";

const run = promisify(execFile);

/** A peer that cannot be measured here; the benchmark is skipped with this reason. */
export class PeerUnavailable extends Error {}

/**
 * The Python of a peer's own environment, made on demand from `benchmarks/peers/<peer>.txt`.
 *
 * Peers pin packages that exclude each other, so none shares an environment with another or with ours. A changed
 * requirements file makes the environment anew.
 *
 * @throws PeerUnavailable when Python or a package cannot be had.
 */
export async function peerPython(root: string, peer: string): Promise<string> {
  const requirements = join(root, "benchmarks", "peers", `${peer}.txt`);
  const folder = join(root, ".setup", "peers", peer);
  const python = join(folder, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
  const stamp = join(folder, "requirements.sha256");
  const hash = createHash("sha256").update(readFileSync(requirements)).digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === hash) return python;
  rmSync(folder, { recursive: true, force: true });
  process.stderr.write(`making the environment of ${peer} (${requirements}) …\n`);
  try {
    await run(process.env.DIFFREPAIRER_PYTHON ?? "python3", ["-m", "venv", folder]);
    await run(python, ["-m", "pip", "install", "--quiet", "-r", requirements], { maxBuffer: 1 << 26 });
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    const lines = (stderr || message).trim().split("\n");
    throw new PeerUnavailable(lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1) ?? "pip failed");
  }
  writeFileSync(stamp, hash);
  return python;
}

/**
 * Starts a peer's program. It prints `ready` once its input is loaded, and then answers each line on stdin with one
 * line of JSON, `{"milliseconds": …, "result": {…}}`.
 *
 * @throws PeerUnavailable when it ends before it is ready.
 */
export async function startPeer(root: string, benchmark: Benchmark, python: string, args: string[]): Promise<Side> {
  const script = join(root, "benchmarks", "peers", benchmark.script);
  const child = spawn(python, [script, ...args], { stdio: ["pipe", "pipe", "pipe"] });
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done) throw new PeerUnavailable(errors.trim().split("\n").at(-1) || "its program ended without a word");
    return value;
  };
  while ((await nextLine()) !== "ready");
  return {
    async run() {
      child.stdin.write("run\n");
      return JSON.parse(await nextLine()) as Run;
    },
    async dispose() {
      child.stdin.end();
      await new Promise((resolve) => child.once("close", resolve));
    },
  };
}
