import { Socket } from "node:net";
import { Worker } from "node:worker_threads";
import { LineReader } from "../protocol/lines.js";
import { AsyncIds } from "./async-ids.js";
import { flushPrints, heldMemory, send, setWatch } from "./channel.js";
import { CommRegistry } from "./comms.js";
import { installDisplay } from "./display.js";
import { Executor } from "./executor.js";
import { installInstall } from "./install-packages.js";
import { installInput } from "./input.js";
import {
  CHANNEL,
  DEBUG_ACCESS,
  TERMINATION,
  type InterrupterData,
  type SessionRequest,
  type Termination,
} from "./messages.js";
import { atomics, defineProperty, laterImmediate, now, parseJson } from "./primordials.js";
import { createStatus } from "./status.js";
import { redirectStreams } from "./streams.js";
import { installTslab, withTslab } from "./tslab.js";
import { inOwnTurn, resumeOwnTurns } from "./own-turn.js";
import { undisturbed } from "./undisturbed.js";
import { Variables } from "./variables.js";

/*
 * The process that runs cells. It knows no protocol: requests come as JSON lines, events go the same way, and its
 * ordinary stdin, stdout and stderr belong to the cells and their child processes.
 */

const folder = process.cwd();
const shared = new SharedArrayBuffer(12);
const state = new Int32Array(shared);
const asyncIds = new AsyncIds();
const executor = new Executor(folder, () => atomics.load(state, 2) > atomics.load(state, 0));
const { runs } = executor;
const comms = new CommRegistry({ runs, failed: executor.stray });
const variables = new Variables(comms.api, executor.boxes);
const status = createStatus(comms.api);
let isNewsDue = false;

/** The debugger's requests come to the interrupter too. */
const INTERRUPTER_AFTER_MS = 300;

/** The longest that a termination is waited for. */
const TERMINATION_MS = 100;

/** Errors that nothing has caught in one turn of the event loop. */
const MAX_UNCAUGHT = 100;
let uncaught = 0;

function take(request: SessionRequest): void {
  if (request.t === "run") executor.start(request);
  else if (request.t === "comm") comms.take(request);
  else if (request.t === "abandon") executor.abandon(request.id);
  else {
    // Node checks the stack when this callback ends.
    asyncIds.restore();
    executor.interrupt();
    // A loop of ticks goes on behind this: it has ended once the event loop comes round.
    laterImmediate(() => {
      atomics.store(state, 0, request.round);
      resumeOwnTurns();
    });
  }
}

/** Tells clients how things stand after a run, unless the kernel's own targets were what ran: no cell answers for those. */
runs.onEnded = ({ cell }) => {
  if (cell === 0 || isNewsDue || !(variables.isHeard || status.isHeard)) return;
  isNewsDue = true;
  inOwnTurn(() => {
    isNewsDue = false;
    undisturbed(() => {
      variables.publish();
      status.publish();
    });
  });
};

/** Where a cell has broken what Node itself is written in, its event loop throws for ever: the session ends instead. */
function takeUncaught(error: Error): void {
  if (uncaught === 0) laterImmediate(() => (uncaught = 0));
  uncaught += 1;
  executor.stray(error);
  if (uncaught < MAX_UNCAUGHT) return;
  const text =
    "Errors come without end, so the session ends: cells have replaced something that Node.js itself calls.\n";
  send(["o", runs.current(), "stderr", text]);
  process.kill(process.pid, "SIGKILL");
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

function defineGlobals(): void {
  const globals: Record<string, unknown> = {
    require: withTslab(executor.requires.require, installTslab(display)),
    __dirname: folder,
    comms: comms.api,
  };
  for (const [name, value] of Object.entries(globals)) {
    defineProperty(globalThis, name, { value, writable: true, enumerable: false, configurable: true });
  }
  const termination: Termination = {
    suspend: () => asyncIds.suspend(),
    prepare() {
      asyncIds.suspend();
      const until = now() + TERMINATION_MS;
      while (atomics.load(state, 1) === 0 && now() < until);
    },
    conclude: () => asyncIds.restore(),
  };
  defineProperty(globalThis, Symbol.for(TERMINATION), { value: termination, enumerable: false });
  defineProperty(globalThis, DEBUG_ACCESS, { value: executor.debugAccess(), enumerable: false });
}

executor.stacks.install();
redirectStreams(runs.current);
const display = installDisplay({
  currentRun: runs.current,
  pending: executor.pending,
  failed: executor.displayFailed,
});
installInput(runs.current);
installInstall(folder, runs.current);
defineGlobals();

process.on("SIGINT", () => undefined);
process.on("uncaughtException", (error) => undisturbed(() => takeUncaught(error)));
process.on("unhandledRejection", (reason, promise) => undisturbed(() => executor.rejected(reason, promise)));

/** Starts the thread that can interrupt this one; until there is something to interrupt, that would hold up the first cell. */
const interrupter = once(() => {
  const worker = new Worker(new URL("./interrupter.js", import.meta.url), {
    workerData: { shared, prints: heldMemory } satisfies InterrupterData,
    stdout: false,
  });
  worker.unref();
  setWatch(worker.postMessage.bind(worker, undefined));
  return worker;
});
setTimeout(interrupter, INTERRUPTER_AFTER_MS).unref();
process.on("exit", flushPrints);
const lines = new LineReader((line) =>
  undisturbed(() => {
    interrupter();
    take(parseJson(line) as SessionRequest);
  }),
);
new Socket({ fd: CHANNEL.requests, readable: true, writable: false })
  .on("data", (chunk) => lines.push(chunk))
  // The kernel has ended: the interrupter clears up before it ends this process.
  .on("close", () => interrupter().ref());
send({ t: "ready" });
