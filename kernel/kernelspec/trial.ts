import { spawn, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Dealer } from "zeromq";
import { PROTOCOL_VERSION, type Message } from "../protocol/messages.js";
import { createSigner, decode, encode } from "../protocol/wire.js";
import type { InstalledSpec } from "./installed.js";

/** What came of starting a kernel as its kernelspec says: how it answered, or what it died of. */
export type Trial =
  | { readonly works: true; readonly banner: string; readonly milliseconds: number }
  | { readonly works: false; readonly problem: string };

const PORTS = ["shell_port", "control_port", "stdin_port", "iopub_port", "hb_port"];

/**
 * Starts a kernel, asks what it is, has it add one and one, and ends it.
 *
 * @param timeoutMs - how long it may take. Default 30 seconds.
 * @example
 * const [spec] = kernelSpecs([".venv"]);
 * const trial = await tryKernel(spec);
 * console.log(trial.works ? trial.banner : trial.problem);
 */
export async function tryKernel(spec: InstalledSpec, timeoutMs = 30_000): Promise<Trial> {
  if (spec.problem !== undefined) return { works: false, problem: spec.problem };
  const folder = mkdtempSync(join(tmpdir(), "kernel-trial-"));
  const began = performance.now();
  const key = randomUUID();
  const ports = await freePorts();
  const file = join(folder, "connection.json");
  const connection = { transport: "tcp", ip: "127.0.0.1", key, signature_scheme: "hmac-sha256", ...ports };
  writeFileSync(file, JSON.stringify(connection), { mode: 0o600 });
  const [command = "", ...values] = spec.argv.map((part) => part.replace("{connection_file}", file));
  const child = spawn(command, values, {
    cwd: folder,
    env: { ...process.env, DIFFREPAIRER_HISTORY: "off", ...spec.environment },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const shell = new Dealer({ linger: 0, receiveTimeout: timeoutMs });
  shell.connect(`tcp://127.0.0.1:${ports["shell_port"]}`);
  try {
    const ask = (type: string, content: object) => Promise.race([request(shell, key, type, content), end(child)]);
    const { banner } = await ask("kernel_info_request", {});
    const { user_expressions: sums } = await ask("execute_request", { code: "", user_expressions: { sum: "1 + 1" } });
    const sum = (sums as { sum?: { data?: Record<string, unknown> } } | undefined)?.sum?.data?.["text/plain"];
    if (sum !== "2") return { works: false, problem: `it answers, but 1 + 1 is ${JSON.stringify(sums)} to it` };
    return { works: true, banner: String(banner), milliseconds: performance.now() - began };
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    return { works: false, problem: code === "EAGAIN" ? `it gave no answer for ${timeoutMs / 1000} s` : message };
  } finally {
    shell.close();
    if (child.exitCode === null && child.signalCode === null && child.kill("SIGTERM")) await once(child, "exit");
    rmSync(folder, { recursive: true });
  }
}

async function request(socket: Dealer, key: string, type: string, content: object): Promise<Message["content"]> {
  const signer = createSigner(key, "hmac-sha256");
  const header = {
    msg_id: randomUUID(),
    msg_type: type,
    username: "",
    session: key,
    date: new Date().toISOString(),
    version: PROTOCOL_VERSION,
  };
  const message: Message = { identities: [], header, parent: {}, metadata: {}, content: { ...content }, buffers: [] };
  await socket.send(encode(message, signer));
  return decode(await socket.receive(), signer).content;
}

/** Rejects once a process has ended, or could not be started, with the last thing it said. */
async function end(child: ChildProcess): Promise<never> {
  let said = "";
  child.stderr?.on("data", (text) => (said = `${said}${text}`.slice(-1000)));
  const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  throw new Error(`it ended (${signal ?? `exit code ${code}`})${said === "" ? "" : `: ${said.trim()}`}`);
}

/** A port for each socket, on which nothing listens at this moment. */
async function freePorts(): Promise<Record<string, number>> {
  const servers = PORTS.map(() => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return Object.fromEntries(PORTS.map((name, i) => [name, ports[i] ?? 0]));
}
