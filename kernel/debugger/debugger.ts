import { readFileSync } from "node:fs";
import type { Duplex } from "node:stream";
import type { MimeBundle } from "../protocol/messages.js";
import { Breakpoints, type UpcomingCell } from "./breakpoints.js";
import { CAPABILITIES } from "./capabilities.js";
import { CellFiles } from "./cell-files.js";
import type { Eraser } from "./conditions.js";
import { DebuggedSession, type ExceptionMode } from "./debugged-session.js";
import { Evaluator } from "./evaluator.js";
import { scopesOf, type Frame } from "./frames.js";
import { ACCESS } from "./inspector.js";
import { DebugFailure, type DebugEvent, type DebugRequest, type Variable, type WantedBreakpoint } from "./messages.js";
import { describe, typeOf } from "./remote-value.js";
import type { Motion } from "./step.js";
import type { Stop } from "./stop.js";
import type { Container, Paging } from "./variables.js";

/** What the debugger needs of the kernel. */
export interface DebuggerHost {
  readonly erase: Eraser;
  /** Publishes an event. */
  event(event: DebugEvent): void;
  /** Interrupts the running cell. */
  interrupt(): void;
  /** Draws pictures into a bundle, where it asks for them. */
  illustrate(bundle: MimeBundle): Promise<MimeBundle>;
  log(text: string): void;
}

/** The session has one thread that stops. */
const THREAD = { id: 1, name: "cells" };

type Handler = (values: Readonly<Record<string, unknown>>) => object | Promise<object>;

/** Answers the requests of the Debug Adapter Protocol. Breakpoints and attachment outlive a session that ends. */
export class Debugger {
  readonly #host: DebuggerHost;
  readonly #files = new CellFiles();
  readonly #breakpoints: Breakpoints;
  #session: DebuggedSession | undefined;
  #messages = 0;
  #isStarted = false;
  #tellsTypes = false;
  #exceptions: ExceptionMode = "none";

  /** @param host - the kernel. */
  constructor(host: DebuggerHost) {
    this.#host = host;
    this.#breakpoints = new Breakpoints(host.erase, (breakpoint) =>
      this.#tell("breakpoint", { reason: "changed", breakpoint }),
    );
  }

  /** Takes the inspector's pipe of a new session; attaches to it if the last one was attached to. */
  take(pipe: Duplex): void {
    const before = this.#session;
    this.#breakpoints.unbind();
    this.#session = new DebuggedSession(pipe, this.#files, this.#breakpoints, {
      stopped: (stop) => this.#tellStop(stop),
      continued: () => this.#tell("continued", { threadId: THREAD.id, allThreadsContinued: true }),
    });
    if (before?.stop) this.#tell("continued", { threadId: THREAD.id, allThreadsContinued: true });
    if (before?.isAttached) {
      this.#tell("thread", { reason: "exited", threadId: THREAD.id });
      this.#attach().catch((error: unknown) => this.#host.log(`the debugger could not attach again: ${String(error)}`));
    }
  }

  /** Sets the breakpoints of a cell about to run; undefined when no debugger is attached. */
  prepare(cell: UpcomingCell): Promise<void> | undefined {
    if (!this.#session?.isAttached) return undefined;
    return this.#session.prepare(cell).catch((error: unknown) => {
      this.#host.log(`the breakpoints of ${cell.label} could not be set: ${String(error)}`);
    });
  }

  /** Ends a stop, as part of an interrupt. */
  interrupted(): void {
    this.#session?.interrupt();
  }

  /** Removes what was written for clients. */
  close(): void {
    this.#files.remove();
  }

  /** Answers a request: with a body, or with what went wrong. */
  async request({ seq, command, arguments: values }: DebugRequest): Promise<object> {
    const response = { type: "response", seq: ++this.#messages, request_seq: seq, command };
    const handler = Object.hasOwn(this.#handlers, command) ? this.#handlers[command] : undefined;
    try {
      if (!handler) throw new DebugFailure(`the debugger has no request "${command}"`);
      return { ...response, success: true, body: await handler(values) };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { ...response, success: false, message, body: { error: { id: 1, format: message } } };
    }
  }

  readonly #handlers: Readonly<Record<string, Handler>> = {
    initialize: ({ clientID, supportsVariableType }) => {
      this.#isStarted = true;
      // JupyterLab shows a type instead of the value, but for the types of Python.
      this.#tellsTypes = supportsVariableType === true && clientID !== "jupyterlab";
      return CAPABILITIES;
    },
    attach: async () => {
      if (!this.#isStarted) throw new DebugFailure("send initialize before attach");
      await this.#attach();
      return {};
    },
    configurationDone: () => ({}),
    disconnect: async () => {
      await this.#detach();
      return {};
    },
    terminate: async () => {
      this.#host.interrupt();
      await this.#detach();
      this.#tell("terminated", {});
      return {};
    },
    debugInfo: () => ({
      isStarted: this.#isStarted,
      ...this.#files.naming,
      breakpoints: this.#breakpoints.list,
      stoppedThreads: this.#session?.stop ? [THREAD.id] : [],
      richRendering: true,
      exceptionPaths: [],
      copyToGlobals: false,
    }),
    dumpCell: ({ code }) => {
      if (typeof code !== "string") throw new DebugFailure("dumpCell needs the code of a cell");
      return { sourcePath: this.#files.dump(code) };
    },
    setBreakpoints: async ({ source, breakpoints }) => {
      const { path } = (source ?? {}) as { path?: string };
      if (typeof path !== "string") throw new DebugFailure("setBreakpoints needs the path of a source");
      const wanted = Array.isArray(breakpoints) ? breakpoints.filter(isWanted) : [];
      const code = this.#files.codeOf(path);
      return { breakpoints: await this.#attached().setBreakpoints(path, wanted, code) };
    },
    setExceptionBreakpoints: async ({ filters }) => {
      const wanted: unknown[] = Array.isArray(filters) ? filters : [];
      this.#exceptions = wanted.includes("all") ? "all" : wanted.includes("uncaught") ? "uncaught" : "none";
      await this.#attached().pauseOnExceptions(this.#exceptions);
      return { breakpoints: wanted.map((filter) => ({ verified: filter === "all" || filter === "uncaught" })) };
    },
    exceptionInfo: () => {
      const { exception } = this.#session?.stop ?? {};
      if (!exception) throw new DebugFailure("the session is not stopped at an exception");
      const { description = "" } = exception;
      return {
        exceptionId: typeOf(exception),
        description: describe(exception),
        breakMode: this.#exceptions === "all" ? "always" : "unhandled",
        details: { message: describe(exception), typeName: typeOf(exception), stackTrace: description },
      };
    },
    threads: () => ({ threads: [THREAD] }),
    stackTrace: ({ startFrame = 0, levels }) => {
      const frames = this.#session?.frames ?? [];
      const start = Number(startFrame);
      const end = typeof levels === "number" && levels > 0 ? start + levels : frames.length;
      return { stackFrames: frames.slice(start, end).map(frameBody), totalFrames: frames.length };
    },
    scopes: async ({ frameId }) => {
      const session = this.#attached();
      const scopes = await scopesOf(session.frame(Number(frameId)), session.inspector, session.variables);
      const variablesReference = session.variables.add(this.#sessionScope(session, Number(frameId)));
      return { scopes: [...scopes, { name: "Session", variablesReference, expensive: false }] };
    },
    variables: async ({ variablesReference, ...paging }) => {
      const container = this.#connected().variables.container(Number(variablesReference));
      return this.#tellVariables(await container.read(paging as Paging));
    },
    setVariable: async ({ variablesReference, name, value }) => {
      const { frameId, expressionOf } = this.#connected().variables.container(Number(variablesReference));
      const place = expressionOf?.(String(name));
      if (place === undefined) throw new DebugFailure(`"${String(name)}" cannot be set`);
      return this.#evaluator().evaluate({ code: `${place} = (${String(value)})`, frameId });
    },
    evaluate: async ({ expression, frameId, context }) => {
      const mayChange = context !== "hover";
      const value = await this.#evaluator().evaluate({ code: String(expression), frameId: idOf(frameId) }, mayChange);
      if (mayChange) this.#session?.renewFrames();
      return value;
    },
    inspectVariables: async () => {
      const session = this.#connected();
      if (!session.stop) session.forgetVariables();
      return this.#tellVariables(await this.#sessionScope(session).read({}));
    },
    richInspectVariables: async ({ variableName, frameId }) => {
      const code = String(variableName);
      if (!/^[\p{ID_Start}$_]/u.test(code)) throw new DebugFailure(`"${code}" is no variable: it is part of one`);
      const bundle = await this.#evaluator().bundle({ code, frameId: idOf(frameId) });
      return this.#host.illustrate(bundle);
    },
    next: () => this.#go("stepOver"),
    stepIn: () => this.#go("stepInto"),
    stepOut: () => this.#go("stepOut"),
    continue: () => this.#go("resume"),
    pause: async () => {
      await this.#attached().pause();
      return {};
    },
    source: async ({ source }) => {
      const { path = "" } = (source ?? {}) as { path?: string };
      const content = this.#files.isCell(path) ? await this.#codeOf(path) : read(path);
      if (content === undefined) throw new DebugFailure(`there is no source ${path}`);
      return { content, mimeType: "application/typescript" };
    },
    modules: () => {
      const modules = this.#session?.scripts.files ?? [];
      return { modules, totalModules: modules.length };
    },
  };

  #connected(): DebuggedSession {
    if (!this.#session) throw new DebugFailure("the kernel has no session");
    return this.#session;
  }

  #attached(): DebuggedSession {
    const session = this.#connected();
    if (!session.isAttached) throw new DebugFailure("the debugger is not attached; send initialize and attach first");
    return session;
  }

  async #attach(): Promise<void> {
    const session = this.#connected();
    if (!session.isAttached) await session.attach(this.#exceptions);
    this.#tell("initialized", {});
    this.#tell("thread", { reason: "started", threadId: THREAD.id });
  }

  async #detach(): Promise<void> {
    this.#isStarted = false;
    this.#exceptions = "none";
    this.#breakpoints.clear();
    await this.#session?.detach();
  }

  async #go(motion: Motion): Promise<object> {
    await this.#attached().go(motion);
    return { allThreadsContinued: true };
  }

  #evaluator(session = this.#connected()): Evaluator {
    return new Evaluator(session, this.#host.erase);
  }

  /** The session's variables, whose names any expression may use. */
  #sessionScope(session: DebuggedSession, frameId?: number): Container {
    const container: Container = {
      frameId,
      expressionOf: (name) => name,
      async read() {
        const { objectId } = await session.evaluate(`${ACCESS}.variables()`, undefined);
        return objectId === undefined ? [] : session.variables.properties(objectId, container);
      },
    };
    return container;
  }

  #tellVariables(variables: readonly Variable[]): object {
    return { variables: this.#tellsTypes ? variables : variables.map((each) => ({ ...each, type: undefined })) };
  }

  async #codeOf(path: string): Promise<string | undefined> {
    const dumped = this.#files.codeOf(path);
    if (dumped !== undefined) return dumped;
    const [script] = (await this.#session?.scripts.madeFrom(path)) ?? [];
    return script === undefined ? undefined : (await this.#session?.scripts.origin(script))?.code;
  }

  #tellStop({ reason, description, hitBreakpointIds, exception }: Stop): void {
    this.#tell("stopped", {
      reason,
      description,
      ...(exception && { text: describe(exception) }),
      threadId: THREAD.id,
      allThreadsStopped: true,
      hitBreakpointIds,
    });
  }

  #tell(event: string, body: object): void {
    this.#host.event({ type: "event", seq: ++this.#messages, event, body });
  }
}

const isWanted = (value: unknown): value is WantedBreakpoint =>
  typeof value === "object" && value !== null && "line" in value && typeof value.line === "number";

const idOf = (value: unknown): number | undefined => (typeof value === "number" ? value : undefined);

const frameBody = ({ id, name, origin, position }: Frame): object => ({ id, name, source: origin.source, ...position });

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
