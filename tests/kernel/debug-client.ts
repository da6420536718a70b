import type { Answered, Executed, KernelClient } from "./kernel-client.js";

/** The answer to a request of the Debug Adapter Protocol. */
export interface DebugReply<T> {
  readonly success: boolean;
  readonly message?: string;
  readonly body: T;
}

/** A frame as a client sees it. */
export interface StackFrame {
  readonly id: number;
  readonly name: string;
  readonly line: number;
  readonly column: number;
  readonly source: { readonly name: string; readonly path: string };
}

/** A variable as a client sees it. */
export interface ShownVariable {
  readonly name: string;
  readonly value: string;
  readonly type?: string;
  readonly variablesReference: number;
  readonly indexedVariables?: number;
  readonly evaluateName?: string;
}

/** A breakpoint as a client is told of it. */
export interface ShownBreakpoint {
  readonly verified: boolean;
  readonly line: number;
  readonly message?: string;
}

interface DebugEventMessage {
  readonly event: string;
  readonly body: Record<string, unknown>;
}

/** What a debugger of Jupyter's does with a kernel: debug_request on control, debug_event on iopub. */
export class DebugClient {
  readonly #kernel: KernelClient;
  #running = "";

  constructor(kernel: KernelClient) {
    this.#kernel = kernel;
  }

  /** Sends a request whose success is open. */
  async ask<T = Record<string, unknown>>(command: string, values: object = {}): Promise<DebugReply<T>> {
    const reply = await this.#kernel.command<{ content: DebugReply<T> }>("debug", { command, arguments: values });
    return reply.content;
  }

  /** Sends a request that must succeed. @returns the reply's body. */
  async request<T = Record<string, unknown>>(command: string, values: object = {}): Promise<T> {
    const { success, message, body } = await this.ask<T>(command, values);
    if (!success) throw new Error(`${command}: ${message}`);
    return body;
  }

  /** Attaches, as clients do when a user switches the debugger on. */
  async attach(client = "test"): Promise<void> {
    await this.request("initialize", { clientID: client, supportsVariableType: true });
    await this.request("attach");
    await this.request("configurationDone");
  }

  /** Sets the breakpoints of a cell: lines, or lines with conditions. */
  async breakAt(code: string, ...wanted: (number | object)[]): Promise<ShownBreakpoint[]> {
    const { sourcePath } = await this.request<{ sourcePath: string }>("dumpCell", { code });
    return this.breakIn(sourcePath, ...wanted);
  }

  /** Sets the breakpoints of a file. */
  async breakIn(path: string, ...wanted: (number | object)[]): Promise<ShownBreakpoint[]> {
    const breakpoints = wanted.map((each) => (typeof each === "number" ? { line: each } : each));
    const told = await this.request<{ breakpoints: ShownBreakpoint[] }>("setBreakpoints", {
      source: { path },
      breakpoints,
    });
    return told.breakpoints;
  }

  /** Sends a cell that is going to stop. */
  async begin(code: string): Promise<void> {
    this.#running = await this.#kernel.command<string>("begin", { code });
  }

  /** Waits for the end of that cell. */
  finish(): Promise<Executed & Answered> {
    return this.#kernel.command("finish", { id: this.#running });
  }

  /** Waits for an event; undefined when none comes. */
  async event(event: string, timeout = 20): Promise<DebugEventMessage["body"] | undefined> {
    const message = await this.#kernel.command<DebugEventMessage | null>("debug_event", { event, timeout });
    return message?.body;
  }

  /** Waits until the session stops. @returns why, and its frames. */
  async stopped(): Promise<{ reason: unknown; text: unknown; frames: StackFrame[]; places: string[] }> {
    const body = await this.event("stopped");
    if (!body) throw new Error("the session did not stop");
    const { stackFrames: frames } = await this.request<{ stackFrames: StackFrame[] }>("stackTrace", { threadId: 1 });
    const places = frames.map(({ name, line }) => `${name.replace(/\d+/, "n")}:${line}`);
    return { reason: body["reason"], text: body["text"], frames, places };
  }

  /** Goes on, and waits until the session stops again. */
  async step(command: "next" | "stepIn" | "stepOut" | "continue") {
    await this.request(command, { threadId: 1 });
    return this.stopped();
  }

  /** Goes on to the end of the cell. */
  async run(): Promise<Executed & Answered> {
    await this.request("continue", { threadId: 1 });
    return this.finish();
  }

  /** The variables of a frame, by scope, as `name: value`. */
  async variables(frameId = 1): Promise<Record<string, string[]>> {
    const shown: Record<string, string[]> = {};
    for (const [name, variables] of Object.entries(await this.scopes(frameId))) {
      shown[name] = variables.map((each) => `${each.name}: ${each.value}`);
    }
    return shown;
  }

  /** The variables of a frame, by scope. */
  async scopes(frameId = 1): Promise<Record<string, ShownVariable[]>> {
    const { scopes } = await this.request<{ scopes: { name: string; variablesReference: number }[] }>("scopes", {
      frameId,
    });
    const shown: Record<string, ShownVariable[]> = {};
    for (const { name, variablesReference } of scopes) shown[name] = await this.open(variablesReference);
    return shown;
  }

  /** What is in a variable. */
  async open(variablesReference: number, paging: object = {}): Promise<ShownVariable[]> {
    const values = { variablesReference, ...paging };
    return (await this.request<{ variables: ShownVariable[] }>("variables", values)).variables;
  }

  /** The value of an expression. */
  async evaluate(expression: string, frameId?: number): Promise<string> {
    return (await this.request<{ result: string }>("evaluate", { expression, frameId })).result;
  }
}
