import { createRequire } from "node:module";
import { Socket } from "node:net";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { LineReader } from "../protocol/lines.js";
import { send } from "./channel.js";
import { installDisplay } from "./display.js";
import { Executor } from "./executor.js";
import { installInput } from "./input.js";
import { CHANNEL, CLEAR_STACK, DEBUG_ACCESS, type InterrupterData, type SessionRequest } from "./messages.js";
import { defineProperty, parseJson } from "./primordials.js";
import { redirectStreams } from "./streams.js";

/*
 * The process that runs cells. It knows no protocol: requests come as JSON lines, events go the same way, and its
 * ordinary stdin, stdout and stderr belong to the cells and their child processes.
 */

const folder = process.cwd();
const executor = new Executor(folder);
const acknowledged = new SharedArrayBuffer(4);

function take(request: SessionRequest): void {
  if (request.t === "run") executor.start(request);
  else {
    Atomics.store(new Int32Array(acknowledged), 0, request.round);
    executor.interrupt();
  }
}

function defineGlobals(): void {
  const globals: Record<string, unknown> = {
    require: createRequire(join(folder, "cell.js")),
    __dirname: folder,
  };
  for (const [name, value] of Object.entries(globals)) {
    defineProperty(globalThis, name, { value, writable: true, enumerable: false, configurable: true });
  }
  const binding = clearAsyncIdStack();
  defineProperty(globalThis, Symbol.for(CLEAR_STACK), { value: binding, enumerable: false });
  defineProperty(globalThis, DEBUG_ACCESS, { value: executor.debugAccess(), enumerable: false });
}

/** Node's own way out of an unbalanced stack of asynchronous ids; not there from Node 23 on, where a flag replaces it. */
function clearAsyncIdStack(): () => void {
  try {
    const bindings = process as unknown as { binding(name: string): { clearAsyncIdStack(): void } };
    const hooks = bindings.binding("async_wrap");
    return () => hooks.clearAsyncIdStack();
  } catch {
    return () => undefined;
  }
}

executor.stacks.install();
redirectStreams(executor.currentRun);
installDisplay({ currentRun: executor.currentRun, pending: executor.pending, failed: executor.displayFailed });
installInput(executor.currentRun);
defineGlobals();

process.on("SIGINT", () => undefined);
process.on("uncaughtException", (error) => executor.stray(error));
process.on("unhandledRejection", executor.rejected);

const interrupter = new Worker(new URL("./interrupter.js", import.meta.url), {
  workerData: { acknowledged } satisfies InterrupterData,
  stdout: false,
});
interrupter.unref();
const lines = new LineReader((line) => take(parseJson(line) as SessionRequest));
new Socket({ fd: CHANNEL.requests, readable: true, writable: false })
  .on("data", (chunk) => lines.push(chunk))
  // The kernel has ended: the interrupter clears up before it ends this process.
  .on("close", () => interrupter.ref());
send({ t: "ready" });
