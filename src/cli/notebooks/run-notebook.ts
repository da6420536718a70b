import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { PACKAGE_ROOT } from "../package-root.js";

/** What ended a notebook early; `cell` counts code cells from 1 and is 0 before the first. */
export interface NotebookFailure {
  cell: number;
  ename: string;
  evalue: string;
  traceback: string;
}

/** What a running notebook tells. */
export type NotebookEvent =
  | { event: "start"; cells: number }
  | { event: "cell"; cell: number; source: string }
  | { event: "output"; cell: number; name: string; text: string }
  | { event: "finished"; cell: number; seconds: number };

/** One notebook to run. */
export interface NotebookJob {
  /** The .ipynb file; its folder is the working folder of the kernel. */
  source: string;
  /** Where the executed notebook is written, complete or not. */
  target: string;
  python: string;
  kernel: string;
  environment: NodeJS.ProcessEnv;
  signal: AbortSignal;
  onEvent: (event: NotebookEvent) => void;
}

/** How a notebook ended. */
export type NotebookEnd =
  { status: "complete"; peakBytes: number | null } | { status: "failed"; failure: NotebookFailure };

/** Runs one notebook; tests put their own in its place. */
export type RunNotebook = (job: NotebookJob) => Promise<NotebookEnd>;

type LastEvent = { event: "done"; peak_bytes: number | null } | ({ event: "failed" } & NotebookFailure);

const GRACE_MS = 15_000;

/**
 * Runs a notebook by nbclient (`scripts/run_notebook.py`). Closing the script's standard input ends it and its kernel:
 * that happens when the signal aborts and also when this process is killed.
 */
export const runNotebook: RunNotebook = async ({ source, target, python, kernel, environment, signal, onEvent }) => {
  const script = join(PACKAGE_ROOT, "scripts", "run_notebook.py");
  const child = spawn(python, [script, source, target, "--kernel", kernel], {
    env: environment,
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
  });
  let timer: NodeJS.Timeout | undefined;
  const end = () => {
    child.stdin.end();
    timer = setTimeout(() => child.pid && killGroup(child.pid), GRACE_MS);
  };
  if (signal.aborted) end();
  else signal.addEventListener("abort", end, { once: true });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (part: string) => (errors = (errors + part).slice(-4000)));
  const closed = once(child, "close").then(
    ([code, killed]: (number | string | null)[]) => `ended with ${killed ?? `code ${code}`}: ${lastLine(errors)}`,
    (error: Error) => `does not start: ${error.message}`,
  );
  let last: LastEvent | undefined;
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const event = JSON.parse(line) as NotebookEvent | LastEvent;
      if (event.event === "done" || event.event === "failed") last = event;
      else onEvent(event);
    }
    const outcome = await closed;
    if (last?.event === "done") return { status: "complete", peakBytes: last.peak_bytes };
    if (last) {
      const { cell, ename, evalue, traceback } = last;
      return { status: "failed", failure: { cell, ename, evalue, traceback } };
    }
    return {
      status: "failed",
      failure: {
        cell: 0,
        ename: "RunnerFailed",
        evalue: `${python} ${script} ${outcome}`,
        traceback: errors,
      },
    };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", end);
  }
};

const lastLine = (output: string): string => output.trim().split("\n").at(-1) ?? "";

const killGroup = (pid: number): void => {
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
};
