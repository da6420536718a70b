import { readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { Language } from "./front/language.js";
import { parseConnection } from "./protocol/connection.js";

/* Entry of the kernel: `node main.js {connection_file}`. Its stdout stays empty; its log goes to stderr. */

const PARENT_POLL_MS = 1000;

async function main(file: string | undefined): Promise<void> {
  const log = (text: string): void => void process.stderr.write(`[diffrepairer kernel] ${text.trimEnd()}\n`);
  // Who reads the log may be gone; to say so in the log would fail again, without end.
  process.stderr.on("error", () => undefined);
  if (file === undefined) {
    log("usage: node main.js {connection_file}; a Jupyter client starts it so");
    process.exitCode = 2;
    return;
  }
  const connection = parseConnection(readFileSync(file, "utf8"));
  if (othersCanRead(file)) {
    log(`other users can read ${file}, and so run code here: chmod 600 it, or its folder 700`);
  }
  // Cells wait for the compiler longest: it starts while the rest of the kernel, which starts the session, is still being loaded.
  const language = new Language(log);
  const { Kernel } = await import("./front/kernel.js");
  const kernel = new Kernel(connection, { log, exit: () => process.exit(0) }, language);
  process.on("SIGINT", () => kernel.interrupt());
  for (const signal of ["SIGTERM", "SIGHUP"] as const) process.on(signal, () => void kernel.shutDown());
  process.on("uncaughtException", (error) => log(`unexpected: ${error.stack ?? error.message}`));
  process.on("unhandledRejection", (reason) => log(`unexpected: ${String(reason)}`));
  if (process.env["JPY_PARENT_PID"] !== undefined) {
    const parent = process.ppid;
    setInterval(() => {
      if (process.ppid !== parent) void kernel.shutDown();
    }, PARENT_POLL_MS).unref();
  }
  await kernel.start();
}

/** Whether users other than the file's own can open it, by its mode and its folder's. */
function othersCanRead(file: string): boolean {
  if (process.platform === "win32") return false;
  const [own, folder] = [statSync(file), statSync(dirname(resolve(file)))];
  return [0o040, 0o004].some((read) => (own.mode & read) !== 0 && (folder.mode & (read >> 2)) !== 0);
}

/** Told before anything listens, so that whoever started the kernel can act on it. */
function fail(error: unknown): never {
  process.stderr.write(`[diffrepairer kernel] it cannot start: ${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
}

await main(process.argv[2]).catch(fail);
