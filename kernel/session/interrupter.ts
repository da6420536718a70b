import { Session } from "node:inspector";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { Socket } from "node:net";
import { isMainThread, parentPort, workerData } from "node:worker_threads";
import { cellFolder } from "../debugger/cell-files.js";
import { LineReader } from "../protocol/lines.js";
import { relayInspector } from "./debug-relay.js";
import { CHANNEL, TERMINATION, type InterrupterData, type Termination } from "./messages.js";
import { watchPrints } from "./print-watch.js";

/*
 * A thread of the session that hears interrupts while the main thread is busy, and the end of the kernel; and that sends off
 * what cells have printed meanwhile.
 *
 * The main thread acknowledges an interrupt by storing its round in `shared`. While it does not, its JavaScript is
 * terminated, and after half a second whatever it waits for: the members of its process group. The thread also relays the
 * debugger's requests.
 */

const GRACE_MS = 50;
const UNWOUND_MS = 5;
const RETRY_MS = 250;
const CHILDREN_AFTER_MS = 500;
const PATIENT_AFTER_MS = 10_000;
const PATIENT_RETRY_MS = 2_000;

function start({ shared, prints }: InterrupterData): void {
  if (parentPort) watchPrints(prints, parentPort);
  const state = new Int32Array(shared);
  const relay = relayInspector();
  let inspector: Session | undefined;
  /** Whether the main thread has yet to answer: what is asked behind a termination would be what is terminated. */
  let isAsked = false;

  const connected = (): Session => {
    if (inspector) return inspector;
    const session = new Session();
    session.connectToMainThread();
    inspector = session;
    return session;
  };

  const call = (session: Session, method: keyof Termination): void =>
    session.post(
      "Runtime.evaluate",
      { expression: `globalThis[Symbol.for("${TERMINATION}")].${method}()` },
      () => undefined,
    );

  const concluding = (session: Session, round: number) => (): void => {
    isAsked = false;
    setTimeout(() => {
      if (session === inspector && Atomics.load(state, 0) < round) call(session, "conclude");
    }, UNWOUND_MS);
  };

  /** Terminates JavaScript from a stop, as a debugger does: none of it runs while Node is made ready. */
  const terminateStopped = (round: number): void => {
    const session = connected();
    session.post("Debugger.enable");
    session.once("Debugger.paused", () => {
      call(session, "suspend");
      session.post("Debugger.resume", { terminateOnResume: true }, concluding(session, round));
    });
    session.post("Debugger.pause", () => (isAsked = false));
  };

  /** Terminates JavaScript wherever it is, in a wait of `Atomics` too, and in the sight of a debugger. */
  const terminateRunning = (round: number): void => {
    const session = connected();
    session.removeAllListeners("Debugger.paused");
    session.post("Debugger.disable");
    Atomics.store(state, 1, 0);
    call(session, "prepare");
    session.post("Runtime.terminateExecution", concluding(session, round));
    Atomics.store(state, 1, 1);
  };

  /** A session left open would hold up the process's end. */
  const release = (): void => {
    inspector?.disconnect();
    inspector = undefined;
    isAsked = false;
  };

  const interrupt = (round: number): void => {
    const began = performance.now();
    Atomics.store(state, 2, round);
    let attempts = 0;
    const insist = (): void => {
      if (Atomics.load(state, 0) >= round) {
        release();
        return;
      }
      if (performance.now() - began > CHILDREN_AFTER_MS) killGroupMembers();
      if (!isAsked) {
        isAsked = true;
        if (attempts % 2 === 0 && !relay.isConnected) terminateStopped(round);
        else terminateRunning(round);
        attempts += 1;
      }
      // Native code can take minutes.
      setTimeout(insist, performance.now() - began > PATIENT_AFTER_MS ? PATIENT_RETRY_MS : RETRY_MS);
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
