import { Session } from "node:inspector";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { Socket } from "node:net";
import { isMainThread, workerData } from "node:worker_threads";
import { cellFolder } from "../debugger/cell-files.js";
import { LineReader } from "../protocol/lines.js";
import { relayInspector } from "./debug-relay.js";
import { CHANNEL, CLEAR_STACK, type InterrupterData } from "./messages.js";

/*
 * A thread of the session that hears interrupts while the main thread is busy, and the end of the kernel.
 *
 * The main thread acknowledges an interrupt by storing its round in `acknowledged`. While it does not, its JavaScript is
 * terminated, and after half a second whatever it waits for: the members of its process group. The thread also relays the
 * debugger's requests.
 */

const GRACE_MS = 50;
const RETRY_MS = 250;
const CHILDREN_AFTER_MS = 500;
const GIVE_UP_MS = 10_000;

function start({ acknowledged }: InterrupterData): void {
  const state = new Int32Array(acknowledged);
  let inspector: Session | undefined;

  const terminate = (): void => {
    if (!inspector) {
      inspector = new Session();
      inspector.connectToMainThread();
    }
    // Node 20 aborts when a termination leaves its stack of asynchronous ids unbalanced; later versions have a flag for it.
    inspector.post("Runtime.evaluate", { expression: `globalThis[Symbol.for("${CLEAR_STACK}")]()` }, () => undefined);
    inspector.post("Runtime.terminateExecution", () => undefined);
  };

  /** A session left open would hold up the process's end. */
  const release = (): void => {
    inspector?.disconnect();
    inspector = undefined;
  };

  const interrupt = (round: number): void => {
    const began = Date.now();
    const insist = (): void => {
      if (Atomics.load(state, 0) >= round || Date.now() - began > GIVE_UP_MS) {
        release();
        return;
      }
      if (Date.now() - began > CHILDREN_AFTER_MS) killGroupMembers();
      terminate();
      setTimeout(insist, RETRY_MS);
    };
    setTimeout(insist, GRACE_MS);
  };

  const lines = new LineReader((line) => interrupt(Number(line)));
  const socket = new Socket({ fd: CHANNEL.interrupts, readable: true, writable: false });
  const front = process.ppid;
  const end = (): void => {
    // A front that was killed has left what it wrote for the debugger's clients.
    rmSync(cellFolder(front), { recursive: true, force: true });
    process.kill(-process.pid, "SIGKILL");
  };
  socket
    .on("data", (chunk) => lines.push(chunk))
    .on("close", end)
    .on("error", end);
  relayInspector();
}

/** Kills every process of the session's group but the session. */
function killGroupMembers(): void {
  for (const [pid, group] of processGroups()) {
    if (group !== process.pid || pid === process.pid) continue;
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // The process has ended meanwhile.
    }
  }
}

/** Id and group of every process: from /proc where there is one, else from `ps`. */
function processGroups(): (readonly [number, number])[] {
  if (!existsSync("/proc/self/stat")) {
    const { stdout } = spawnSync("ps", ["-axo", "pid=,pgid="], { encoding: "utf8" });
    return (stdout ?? "").split("\n").map((line) => line.trim().split(/\s+/).map(Number) as [number, number]);
  }
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .map((entry) => {
      try {
        const stat = readFileSync(`/proc/${entry}/stat`, "utf8");
        return [Number(entry), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[2])] as const;
      } catch {
        return [Number(entry), 0] as const;
      }
    });
}

if (!isMainThread) start(workerData as InterrupterData);
