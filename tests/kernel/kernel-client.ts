import { spawn, type ChildProcess } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { resolve } from "node:path";
import { KERNEL_MAIN, testPython } from "./python.js";

/** A message as the driver tells it. */
export interface Received {
  readonly type: string;
  readonly content: Record<string, unknown>;
  readonly metadata: Record<string, unknown>;
  readonly header: Record<string, string>;
  readonly parent: string | undefined;
  /** When the kernel sent it, in seconds. */
  readonly at: number;
  /** Base64. */
  readonly buffers: readonly string[];
}

/** What came of an execute_request. */
export interface Executed {
  readonly id: string;
  readonly reply: Received | null;
  readonly messages: readonly Received[];
  readonly prompt: Received | null;
  readonly ms: number;
  /** From the interrupt to the idle after it. */
  readonly stopped_ms: number | null;
}

/** What came of another request. */
export interface Answered {
  readonly reply: Received | null;
  readonly messages: readonly Received[];
}

/** Options of `post`. */
export interface PostOptions {
  channel?: "shell" | "control";
  /** Fields of the header. */
  header?: object;
  metadata?: object;
  /** Base64. */
  buffers?: readonly string[];
}

/** What came of several messages. */
export interface Settled {
  readonly messages: readonly Received[];
  readonly replies: readonly Received[];
}

/** Options of `execute`, as in the protocol, and how the test plays the user. */
export interface ExecuteOptions {
  silent?: boolean;
  store_history?: boolean;
  user_expressions?: Record<string, string>;
  allow_stdin?: boolean;
  stop_on_error?: boolean;
  /** The prompt is awaited, and answered when a value is given. */
  answer?: { value?: string };
  /** Seconds. */
  interrupt_after?: number;
  by_signal?: boolean;
  timeout?: number;
}

/** A real client (jupyter_client, in a Python process) of a real kernel process. */
export class KernelClient {
  readonly #python: ChildProcess;
  readonly #answers: ((line: string) => void)[] = [];

  /** Starts the client; the kernel starts by `start`. */
  constructor(environment: Record<string, string> = {}) {
    this.#python = spawn(testPython(), [resolve(import.meta.dirname, "driver.py"), process.execPath, KERNEL_MAIN], {
      stdio: ["pipe", "pipe", "inherit"],
      env: { ...process.env, ...environment },
    });
    createInterface({ input: this.#python.stdout as NodeJS.ReadableStream }).on("line", (line) =>
      this.#answers.shift()?.(line),
    );
  }

  /** Runs a command of driver.py. */
  async command<T>(command: string, fields: object = {}): Promise<T> {
    const line = new Promise<string>((answer) => this.#answers.push(answer));
    this.#python.stdin?.write(`${JSON.stringify({ do: command, ...fields })}\n`);
    const outcome = JSON.parse(await line) as { ok: T } | { error: string };
    if ("error" in outcome) throw new Error(outcome.error);
    return outcome.ok;
  }

  /** Starts the kernel in a folder. */
  start(folder: string): Promise<{ pid: number }> {
    return this.command("start", { folder });
  }

  /** Executes a cell. */
  execute(code: string, options: ExecuteOptions = {}): Promise<Executed> {
    return this.command("execute", { code, ...options });
  }

  /** Sends any other request. */
  request(type: string, content: object, options: { channel?: string; waits?: boolean } = {}): Promise<Answered> {
    return this.command("request", { type, content, ...options });
  }

  /** Sends a message and waits for nothing; gives its id. */
  post(type: string, content: object, options: PostOptions = {}): Promise<string> {
    return this.command("post", { type, content, ...options });
  }

  /** Waits for a message of a type that a request has caused; what comes before it is dropped. */
  until(message: { parent: string; type: string }): Promise<Received> {
    return this.command("until", message);
  }

  /** Waits until messages are idle, and for the replies to those in `replied`. */
  settle(ids: readonly string[], replied: readonly string[] = []): Promise<Settled> {
    return this.command("settle", { ids, replied });
  }

  /** Ends the kernel and the client. */
  async close(): Promise<void> {
    await this.command("shutdown", { now: true }).catch(() => undefined);
    this.#python.stdin?.end();
  }
}

/** text/plain of the result, undefined when there is none. */
export function resultOf({ messages }: Executed): unknown {
  const result = messages.find(({ type }) => type === "execute_result");
  return (result?.content["data"] as Record<string, unknown> | undefined)?.["text/plain"];
}

/** Text printed to a stream. */
export function printed({ messages }: { messages: readonly Received[] }, name: string): string {
  return messages
    .filter(({ type, content }) => type === "stream" && content["name"] === name)
    .map(({ content }) => content["text"])
    .join("");
}

/** The traceback of the reply, without colours. */
export function traceback({ reply }: Executed): string {
  return (reply?.content["traceback"] as string[]).join("\n").replace(/\u001b\[\d+m/g, "");
}

/** The processes that a process has started by a script. */
export function childrenOf(pid: number, script: string): number[] {
  const isOne = (entry: string): boolean => {
    try {
      const [, parent] = readFileSync(`/proc/${entry}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
      return parent === String(pid) && readFileSync(`/proc/${entry}/cmdline`, "utf8").includes(script);
    } catch {
      return false;
    }
  };
  return readdirSync("/proc").filter(isOne).map(Number);
}
