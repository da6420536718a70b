import type { Debugger as Engine, Runtime } from "node:inspector";
import type { Duplex } from "node:stream";
import { TERMINATION } from "../session/messages.js";
import type { Breakpoints, UpcomingCell } from "./breakpoints.js";
import type { CellFiles } from "./cell-files.js";
import type { Frame } from "./frames.js";
import { Inspector } from "./inspector.js";
import { DebugFailure, type Breakpoint, type WantedBreakpoint } from "./messages.js";
import { KERNEL_URL, Scripts } from "./scripts.js";
import { Step, type Motion } from "./step.js";
import { stopOf, type Stop } from "./stop.js";
import { Variables } from "./variables.js";

/** What a debugged session tells. */
export interface DebuggedSessionHost {
  stopped(stop: Stop): void;
  continued(): void;
}

/** When thrown errors stop the session. */
export type ExceptionMode = "none" | "uncaught" | "all";

/** An evaluation that takes longer is ended. */
const EVALUATION_MS = 5000;
const OBJECTS = "diffrepairer.debugger";
const NOT_OURS = ["^node:", `^${KERNEL_URL.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`];

/** One session process under the debugger: attached or not, stopped or running. */
export class DebuggedSession {
  readonly inspector: Inspector;
  readonly scripts: Scripts;
  readonly #host: DebuggedSessionHost;
  readonly #breakpoints: Breakpoints;
  #variables: Variables;
  #attaching: Promise<void> | undefined;
  #paused = false;
  #skipsPauses = false;
  #stop: Stop | undefined;
  #step: Step | undefined;
  #isPausing = false;
  #renewals = 0;
  #changes: Promise<void> = Promise.resolve();
  /** Id of the engine's breakpoint before every script. */
  #watch: string | undefined;
  #cell: string | undefined;

  /** @param pipe - to the session's inspector. */
  constructor(pipe: Duplex, files: CellFiles, breakpoints: Breakpoints, host: DebuggedSessionHost) {
    this.inspector = new Inspector(pipe, (method, params) => this.#take(method, params));
    this.scripts = new Scripts(this.inspector, files);
    this.#variables = new Variables(this.inspector);
    this.#breakpoints = breakpoints;
    this.#host = host;
  }

  /** Whether the session stops at breakpoints. */
  get isAttached(): boolean {
    return this.#attaching !== undefined;
  }

  /** Where the session has stopped; undefined while it runs. */
  get stop(): Stop | undefined {
    return this.#stop;
  }

  /** The variables that clients may look into until the session runs on. */
  get variables(): Variables {
    return this.#variables;
  }

  /** The frames of the stop, innermost first. */
  get frames(): readonly Frame[] {
    const frames = this.#stop?.frames ?? [];
    return frames.map((frame) => ({ ...frame, id: frame.id + this.#renewals * frames.length }));
  }

  /** Gives the frames new ids beside the old: JupyterLab reads a frame's variables again only when its id is new. */
  renewFrames(): void {
    this.#renewals += 1;
  }

  /** @throws DebugFailure when the session is not stopped or has no such frame. */
  frame(id: number): Frame {
    const frames = this.#stop?.frames ?? [];
    const isKnown = id >= 1 && id <= frames.length * (this.#renewals + 1);
    const frame = isKnown ? frames[(id - 1) % frames.length] : undefined;
    if (!frame) throw new DebugFailure(this.#stop ? "there is no such frame" : "the session is not stopped");
    return frame;
  }

  /** Makes the session stop at breakpoints, in the author's code alone. */
  async attach(mode: ExceptionMode): Promise<void> {
    this.#attaching ??= this.#enable(mode);
    await this.#attaching.catch((error: unknown) => {
      this.#attaching = undefined;
      throw error;
    });
  }

  /** Lets the session run as if there were no debugger. */
  async detach(): Promise<void> {
    if (!this.#attaching) return;
    this.#attaching = undefined;
    this.#watch = undefined;
    await this.pauseOnExceptions("none");
    if (this.#paused) await this.inspector.post("Debugger.resume");
    await this.inspector.post("Debugger.disable");
    this.inspector.disconnect();
  }

  /** Replaces the breakpoints of a source. @param code - the cell's text, when the source is a cell. */
  async setBreakpoints(path: string, wanted: readonly WantedBreakpoint[], code?: string): Promise<Breakpoint[]> {
    return this.#inTurn(() => this.#breakpoints.set(path, wanted, code, this));
  }

  /** Says when thrown errors stop the session. */
  async pauseOnExceptions(state: ExceptionMode): Promise<void> {
    await this.inspector.access(`leaveUnhandled(${state !== "none"})`);
    await this.inspector.post("Debugger.setPauseOnExceptions", { state });
  }

  /** Sets the breakpoints of a cell about to run. */
  async prepare(cell: UpcomingCell): Promise<void> {
    await this.#attaching;
    this.#cell = cell.file;
    if (this.#skipsPauses) await this.inspector.post("Debugger.setSkipAllPauses", { skip: false });
    this.#skipsPauses = false;
    await this.#inTurn(() => this.#breakpoints.prepare(cell, this));
  }

  /** Goes on after a stop. */
  async go(motion: Motion): Promise<void> {
    if (!this.#stop) throw new DebugFailure("the session is not stopped");
    this.#step = motion === "resume" ? undefined : new Step(motion, this.#cell, this.#stop.frames[0]);
    await this.inspector.post(`Debugger.${motion}`);
  }

  /** Stops at the next statement that runs. */
  async pause(): Promise<void> {
    this.#isPausing = true;
    await this.inspector.post("Debugger.pause");
  }

  /** Ends a stop, and with it what was stopped; the session stops no more until the next cell. */
  interrupt(): void {
    if (!this.#attaching) return;
    this.#skipsPauses = true;
    this.#quietly("Debugger.setSkipAllPauses", { skip: true });
    if (this.#paused) this.#terminate();
  }

  /** A new list of variables: what was shown before is let go. */
  forgetVariables(): void {
    this.#variables = new Variables(this.inspector);
    this.#quietly("Runtime.releaseObjectGroup", { objectGroup: OBJECTS });
  }

  /** Evaluates JavaScript in a frame, or outside of any. */
  async evaluate(expression: string, frame: Frame | undefined, options: object = {}): Promise<Runtime.RemoteObject> {
    const params = { expression, objectGroup: OBJECTS, generatePreview: true, timeout: EVALUATION_MS, ...options };
    const answer = frame
      ? this.inspector.post<Engine.EvaluateOnCallFrameReturnType>("Debugger.evaluateOnCallFrame", {
          callFrameId: frame.callFrameId,
          ...params,
        })
      : this.inspector.post<Runtime.EvaluateReturnType>("Runtime.evaluate", { ...params, disableBreaks: true });
    const { result, exceptionDetails } = await answer.catch((error: Error) => {
      if (error.message !== "Execution was terminated") throw error;
      throw new DebugFailure(`the evaluation took longer than ${EVALUATION_MS / 1000} seconds and was ended`);
    });
    if (exceptionDetails) {
      const { exception, text } = exceptionDetails;
      throw new DebugFailure((exception?.description ?? text).split("\n", 1)[0]);
    }
    return result;
  }

  async #enable(mode: ExceptionMode): Promise<void> {
    await this.inspector.post("Runtime.enable");
    await this.inspector.post("Debugger.enable");
    await this.inspector.post("Debugger.setBlackboxPatterns", { patterns: NOT_OURS });
    await this.pauseOnExceptions(mode);
    await this.#watchScripts();
  }

  /** Changes breakpoints, one change after another. */
  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const changed = this.#changes.then(async () => {
      const outcome = await change();
      await this.#watchScripts();
      return outcome;
    });
    this.#changes = changed.then(
      () => undefined,
      () => undefined,
    );
    return changed;
  }

  /** Stops before each script runs while there are breakpoints that no script has yet. */
  async #watchScripts(): Promise<void> {
    const isWatching = this.#watch !== undefined;
    if (this.#breakpoints.areWaiting === isWatching) return;
    if (this.#watch !== undefined) {
      const breakpointId = this.#watch;
      this.#watch = undefined;
      await this.inspector.post("Debugger.removeBreakpoint", { breakpointId });
    } else {
      const instrumentation = "beforeScriptExecution";
      const method = "Debugger.setInstrumentationBreakpoint";
      const { breakpointId } = await this.inspector.post<{ breakpointId: string }>(method, { instrumentation });
      this.#watch = breakpointId;
    }
  }

  /** Node 20 aborts when a termination leaves its stack of asynchronous ids unbalanced. */
  #terminate(): void {
    this.#quietly("Runtime.evaluate", { expression: `globalThis[Symbol.for("${TERMINATION}")].suspend()` });
    this.#quietly("Debugger.resume", { terminateOnResume: true });
  }

  #take(method: string, params: unknown): void {
    if (method === "Debugger.scriptParsed") {
      this.scripts.add(params as Engine.ScriptParsedEventDataType);
    } else if (method === "Debugger.paused") {
      this.#paused = true;
      this.#pausedAt(params as Engine.PausedEventDataType).catch(() => this.#quietly("Debugger.resume"));
    } else if (method === "Debugger.resumed") {
      this.#paused = false;
      if (!this.#stop) return;
      this.#stop = undefined;
      this.forgetVariables();
      this.#host.continued();
    }
  }

  async #pausedAt(params: Engine.PausedEventDataType): Promise<void> {
    if (this.#skipsPauses) {
      this.#terminate();
      return;
    }
    if (params.reason === "instrumentation") {
      const { scriptId } = params.data as { scriptId: string };
      await this.#inTurn(() => this.#breakpoints.bindIn(scriptId, this));
      this.#quietly("Debugger.resume");
      return;
    }
    const step = this.#step;
    const stop = await stopOf(params, { isPausing: this.#isPausing, breakpoints: this.#breakpoints, target: this });
    if (!this.#paused) return;
    if (stop.reason === "step" && step?.cell !== this.#cell) {
      // The step has left its cell: another one's first line is none of its business.
      this.#step = undefined;
      this.#quietly("Debugger.resume");
    } else if (!isEnd(stop, step)) {
      this.#quietly(`Debugger.${step?.motion ?? "stepOver"}`);
    } else {
      this.#step = undefined;
      this.#isPausing = false;
      this.#renewals = 0;
      this.#stop = stop;
      this.#host.stopped(stop);
    }
  }

  /** Asks without caring for the answer: the session may end meanwhile. */
  #quietly(method: string, params: object = {}): void {
    this.inspector.post(method, params).catch(() => undefined);
  }
}

/** Whether a stop is one to tell: at code that people have written and, if it ends a step, on another line. */
function isEnd({ reason, frames: [top], isAuthored }: Stop, step: Step | undefined): boolean {
  if (!top || reason === "exception") return top !== undefined;
  return isAuthored && (reason !== "step" || !step || step.endsAt(top));
}
