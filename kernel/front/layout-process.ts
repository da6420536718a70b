import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { Layout, NotebookCell } from "../language/notebook-messages.js";

const ENTRY = fileURLToPath(new URL("../language/layout-main.js", import.meta.url));
const LIMIT_MS = 20_000;

/** Lays cells out by Prettier, as the notebook's folder configures it, in a process that then ends. */
export async function layOut(cells: readonly NotebookCell[]): Promise<readonly Layout[]> {
  const child = spawn(process.execPath, [ENTRY], {
    stdio: ["pipe", "pipe", "pipe"],
    timeout: LIMIT_MS,
    killSignal: "SIGKILL",
  });
  const ended = new Promise<string>((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code, signal) => resolve(code === 0 ? "" : `Prettier ended (${signal ?? `exit code ${code}`})`));
  });
  child.stdin.on("error", () => undefined);
  child.stdin.end(JSON.stringify({ cells }));
  const [answer, said, problem] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (problem !== "") throw new Error([problem, said.trim().split("\n")[0]].filter(Boolean).join(": "));
  return JSON.parse(answer) as readonly Layout[];
}
