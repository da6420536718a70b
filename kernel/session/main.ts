import { createRequire } from "node:module";
import { Socket } from "node:net";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { LineReader } from "../protocol/lines.js";
import { flushPrints, heldMemory, send, setWatch } from "./channel.js";
import { CommRegistry } from "./comms.js";
import { installDisplay } from "./display.js";
import { Executor } from "./executor.js";
import { installInput } from "./input.js";
import { CHANNEL, CLEAR_STACK, type InterrupterData, type SessionRequest } from "./messages.js";
import { defineProperty, parseJson } from "./primordials.js";
import { redirectStreams } from "./streams.js";
import { installTslab, withTslab } from "./tslab.js";

/*
 * The process that runs cells. It knows no protocol: requests come as JSON lines, events go the same way, and its
 * ordinary stdin, stdout and stderr belong to the cells and their child processes.
 */

const folder = process.cwd();
const executor = new Executor(folder);
const { runs } = executor;
const comms = new CommRegistry({ runs, failed: executor.stray });
const acknowledged = new SharedArrayBuffer(4);

function take(request: SessionRequest): void {
  if (request.t === "run") executor.start(request);
  else if (request.t === "comm") comms.take(request);
  else if (request.t === "abandon") executor.abandon(request.id);
  else {
    Atomics.store(new Int32Array(acknowledged), 0, request.round);
    executor.interrupt();
  }
}

function defineGlobals(): void {
  const globals: Record<string, unknown> = {
    require: withTslab(createRequire(join(folder, "cell.js")), installTslab(display)),
    __dirname: folder,
    comms: comms.api,
  };
  for (const [name, value] of Object.entries(globals)) {
    defineProperty(globalThis, name, { value, writable: true, enumerable: false, configurable: true });
  }
  const binding = clearAsyncIdStack();
  defineProperty(globalThis, Symbol.for(CLEAR_STACK), { value: binding, enumerable: false });
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
redirectStreams(runs.current);
const display = installDisplay({
  currentRun: runs.current,
  pending: executor.pending,
  failed: executor.displayFailed,
});
installInput(runs.current);
defineGlobals();

process.on("SIGINT", () => undefined);
process.on("uncaughtException", (error) => executor.stray(error));
process.on("unhandledRejection", (reason) => executor.stray(reason));

const lines = new LineReader((line) => take(parseJson(line) as SessionRequest));
new Socket({ fd: CHANNEL.requests, readable: true, writable: false }).on("data", (chunk) => lines.push(chunk));
const interrupter = new Worker(new URL("./interrupter.js", import.meta.url), {
  workerData: { acknowledged, prints: heldMemory } satisfies InterrupterData,
  stdout: false,
});
interrupter.unref();
setWatch(interrupter.postMessage.bind(interrupter, undefined));
process.on("exit", flushPrints);
send({ t: "ready" });
