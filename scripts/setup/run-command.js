import { spawn } from "node:child_process";
import { createWriteStream, mkdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

const TAIL = 200;

/**
 * Runs a command for a step: its output goes to `.setup/logs/<step>.log`, line by line to `onLine`, and its last lines come back.
 * The lock knows the command while it runs, and it is ended when the set-up is stopped.
 *
 * @param {object} setup see set-up.js
 * @param {string} step names the log
 * @param {string[]} command
 * @param {{ cwd?: string, env?: object, onLine?: (line: string) => void, timeout?: number, signal?: AbortSignal }} [options] `timeout` in milliseconds
 * @returns {Promise<{ code: number | null, output: string, missing: boolean, log: string }>} `code` is null if the command was ended
 */
export async function runCommand(setup, step, [program, ...args], options = {}) {
  const { cwd = setup.root, env = setup.env, onLine = () => {}, timeout } = options;
  const logs = join(setup.stateFolder, "logs");
  mkdirSync(logs, { recursive: true });
  const log = join(logs, `${step}.log`);
  const file = createWriteStream(log, { flags: "a" });
  // A log that cannot be written must not hide why the command failed.
  file.on("error", () => file.destroy());
  file.write(`$ ${[program, ...args].join(" ")}\n`);
  const tail = [];
  const signals = [setup.signal, options.signal, timeout && AbortSignal.timeout(timeout)].filter(Boolean);
  const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const stop = AbortSignal.any(signals);
  const end = () => {
    child.kill("SIGTERM");
    setTimeout(() => child.kill("SIGKILL"), 3000).unref();
  };
  if (stop.aborted) end();
  stop.addEventListener("abort", end);
  try {
    if (child.pid) setup.lock?.add(child.pid);
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  }
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      file.write(`${line}\n`);
      tail.push(line);
      if (tail.length > TAIL) tail.shift();
      onLine(line);
    });
  }
  const result = await new Promise((resolve) => {
    child.on("error", (error) => resolve({ code: null, missing: error.code === "ENOENT" || error.code === "EACCES" }));
    child.on("close", (code) => resolve({ code, missing: false }));
  });
  stop.removeEventListener("abort", end);
  if (child.pid) setup.lock?.remove(child.pid);
  if (!file.destroyed) await new Promise((resolve) => file.end(resolve).on("close", resolve));
  setup.signal.throwIfAborted();
  return { ...result, output: tail.join("\n"), log };
}
