import { join } from "node:path";
import type { Types } from "../language/compiled-cell.js";
import type { Debugger } from "../debugger/debugger.js";
import { RED, RESET } from "../display/excerpt.js";
import type { Channel, ErrorReport, Header, Message, MimeBundle } from "../protocol/messages.js";
import type { Server } from "../protocol/server.js";
import type { DoneEvent, SessionEvent } from "../session/messages.js";
import { parseRequest, type ExecuteRequest } from "./execute-request.js";
import { describeTypes, reportFaults } from "./faults.js";
import type { History } from "./history.js";
import type { LanguageProcess } from "./language-process.js";
import { Outputs, type Illustrator } from "./outputs.js";
import { SessionProcess } from "./session-process.js";

interface Task {
  readonly channel: Channel;
  readonly message: Message;
  readonly request: ExecuteRequest;
  interrupted: boolean;
  /** Ends the wait for the compiler. */
  stopCompiling?: () => void;
}

type Outcome = Pick<DoneEvent, "error" | "bundle">;

/** What executions need of the kernel. */
export interface ExecutionHost {
  readonly server: Server;
  readonly language: LanguageProcess;
  readonly illustrator: Illustrator;
  readonly history: History;
  readonly debugger: Debugger;
  log(text: string): void;
}

const MAX_NAMES = 40;

/** Runs execute requests one after another, in the session process, and publishes what comes of them. */
export class Executions {
  readonly #host: ExecutionHost;
  readonly #outputs: Outputs;
  readonly #queue: Task[] = [];
  /** Headers of the requests that outputs are published under, by run. */
  readonly #parents = new Map<number, { message: Message; request: ExecuteRequest; label: string; code: string }>();
  #session: SessionProcess;
  #running: { readonly id: number; readonly resolve: (outcome: Outcome) => void } | undefined;
  #task: Task | undefined;
  #awaitsInput = false;
  #runs = 0;
  #count = 0;

  /** Starts a session. */
  constructor(host: ExecutionHost) {
    this.#host = host;
    this.#outputs = new Outputs(host.server, host.illustrator);
    this.#session = this.#startSession();
  }

  /** Takes an execute_request; it runs after those before it. */
  enqueue(channel: Channel, message: Message): void {
    this.#queue.push({ channel, message, request: parseRequest(message.content), interrupted: false });
    if (!this.#task) void this.#work();
  }

  /** Ends the running cell, keeps the session's variables, and aborts what is queued. */
  interrupt(): void {
    this.#host.debugger.interrupted();
    if (!this.#task) return;
    this.#task.interrupted = true;
    this.#task.stopCompiling?.();
    if (this.#awaitsInput) this.#session.answer({ failed: "the prompt was interrupted", interrupted: true });
    this.#awaitsInput = false;
    if (this.#running) this.#session.interrupt();
  }

  /** Hands a client's answer to the prompt that waits for it. */
  input(message: Message): void {
    if (!this.#awaitsInput) return;
    this.#awaitsInput = false;
    this.#session.answer({ value: String(message.content["value"] ?? "") });
  }

  /** Tells, under its cell, what the checker found after the cell had begun. */
  late(fileName: string, types: Types): void {
    const parent = this.#parents.get(Number(/\d+/.exec(fileName)?.[0]));
    if (parent) this.#warn(parent.message.header, types, parent.code, `${parent.label}, which ran unchecked`);
  }

  /** Ends the session and every process that cells have started. */
  close(): void {
    this.#session.close();
  }

  async #work(): Promise<void> {
    for (let task = this.#queue.shift(); task; task = this.#queue.shift()) {
      this.#task = task;
      const { server } = this.#host;
      const { header } = task.message;
      server.publish(header, "status", { execution_state: "busy" });
      let reply: Record<string, unknown>;
      try {
        reply = await this.#execute(task);
      } catch (error) {
        const evalue = error instanceof Error ? error.message : String(error);
        reply = await this.#failure(task, {
          ename: "KernelError",
          evalue,
          traceback: [`${RED}KernelError${RESET}: ${evalue}`],
        });
      }
      server.reply(task.channel, task.message, "execute_reply", {
        ...reply,
        execution_count: this.#count,
        payload: [],
      });
      server.publish(header, "status", { execution_state: "idle" });
      if (task.interrupted || (reply["status"] === "error" && task.request.stopOnError)) this.#abortQueue();
      this.#task = undefined;
    }
  }

  async #execute(task: Task): Promise<Record<string, unknown>> {
    const { code, silent, storeHistory } = task.request;
    const { header } = task.message;
    const { server, history } = this.#host;
    if (storeHistory) this.#count += 1;
    if (!silent) {
      server.publish(header, "execute_input", { code, execution_count: Math.max(1, this.#count) });
      if (storeHistory) history.add(this.#count, code);
    }
    const outcome = await this.#compileAndRun(task, code, !silent);
    await this.#outputs.settled();
    if (outcome.error) return this.#failure(task, outcome.error);
    const expressions: Record<string, unknown> = {};
    for (const [name, expression] of Object.entries(task.request.userExpressions)) {
      const { error, bundle } = await this.#compileAndRun(task, expression, false);
      expressions[name] = error
        ? { status: "error", ...error }
        : { status: "ok", ...(bundle ?? { data: {}, metadata: {} }) };
    }
    await this.#outputs.settled();
    return { status: "ok", user_expressions: expressions };
  }

  async #failure(task: Task, error: ErrorReport): Promise<Record<string, unknown>> {
    this.#outputs.publish(task.message.header, "error", error);
    await this.#outputs.settled();
    return { status: "error", ...error, user_expressions: {} };
  }

  async #compileAndRun(task: Task, code: string, show: boolean): Promise<Outcome> {
    if (code.trim() === "") return {};
    const id = ++this.#runs;
    const label = task.request.storeHistory ? `cell [${this.#count}]` : `cell (run ${id})`;
    const fileName = `cell-${id}.ts`;
    const compilation = await this.#compile(task, { code, fileName, checks: show });
    if (!compilation || task.interrupted) return { error: interruptedEarly() };
    if (!compilation.ok) return { error: reportFaults(compilation.faults, code, label) };
    const { program, types } = compilation;
    if (types.state === "checked" && types.strictness === "error" && types.faults.length > 0) {
      return { error: reportFaults(types.faults, code, label) };
    }
    this.#warn(task.message.header, types, code, label);
    const prepared = this.#host.debugger.prepare({ file: join(process.cwd(), fileName), label, source: code, program });
    if (prepared) await prepared;
    if (task.interrupted) return { error: interruptedEarly() };
    this.#parents.set(id, { message: task.message, request: task.request, label, code });
    this.#host.language.ran({ code, fileName });
    return new Promise<Outcome>((resolve) => {
      this.#running = { id, resolve };
      this.#session.run({ t: "run", id, label, source: code, program, show });
    });
  }

  /** Compiles a cell; resolves to undefined when it is interrupted meanwhile. */
  async #compile(task: Task, cell: { code: string; fileName: string; checks: boolean }) {
    const stopped = new Promise<undefined>((resolve) => (task.stopCompiling = () => resolve(undefined)));
    const { language } = this.#host;
    const compilation = language.compile(cell);
    const first = await Promise.race([compilation, stopped]);
    task.stopCompiling = undefined;
    if (first) return first;
    compilation.catch(() => undefined);
    language.stopCheck();
    return undefined;
  }

  #warn(parent: Header, types: Types, code: string, label: string): void {
    const text = describeTypes(types, code, label);
    if (text !== undefined) this.#outputs.print(parent, "stderr", text);
  }

  #startSession(): SessionProcess {
    const session = new SessionProcess({
      event: (event) => this.#take(event),
      native: (name, text) => {
        const parent = this.#parents.get(this.#running?.id ?? this.#runs);
        if (parent) this.#outputs.print(parent.message.header, name, text);
        else this.#host.log(text);
      },
      ended: (how) => void this.#restart(how),
    });
    this.#host.debugger.take(session.inspector);
    return session;
  }

  #take(event: SessionEvent): void {
    if (!("t" in event)) {
      const parent = this.#headerOf(event[1]);
      if (parent) this.#outputs.print(parent, event[2], event[3]);
      return;
    }
    if (event.t === "ready" || event.t === "started" || event.t === "fence") return;
    const parent = this.#headerOf(event.id);
    if (!parent) return;
    if (event.t === "show") this.#show(parent, event);
    else if (event.t === "clear") this.#outputs.publish(parent, "clear_output", { wait: event.wait });
    else if (event.t === "input") void this.#ask(event.id, event.prompt, event.password);
    else if (event.id === this.#running?.id) this.#settle({ error: event.error, bundle: event.bundle });
  }

  #show(parent: Header, { as, data, metadata, displayId }: Extract<SessionEvent, { t: "show" }>): void {
    const transient = displayId === undefined ? {} : { display_id: displayId };
    const count = this.#count;
    const type = { result: "execute_result", display: "display_data", update: "update_display_data" }[as];
    const content = (bundle: MimeBundle): object =>
      as === "result" ? { ...bundle, execution_count: count, transient } : { ...bundle, transient };
    this.#outputs.show(parent, type, { data, metadata }, content);
  }

  async #ask(id: number, prompt: string, password: boolean): Promise<void> {
    const run = this.#parents.get(id);
    if (!run) return;
    if (!run.request.allowStdin) {
      const failed = "this client takes no input (allow_stdin is false); give the value in the code instead";
      this.#session.answer({ failed, interrupted: false });
      return;
    }
    this.#awaitsInput = true;
    await this.#outputs.settled();
    if (this.#awaitsInput) this.#host.server.requestInput(run.message, { prompt, password });
  }

  #settle(outcome: Outcome): void {
    const running = this.#running;
    this.#running = undefined;
    this.#awaitsInput = false;
    running?.resolve(outcome);
  }

  /** Starts a new session after one has ended by itself, and says what was lost. */
  async #restart(how: string): Promise<void> {
    this.#session = this.#startSession();
    this.#awaitsInput = false;
    const running = this.#running;
    this.#running = undefined;
    const names = await this.#host.language.reset().catch(() => []);
    const lost = names.length === 0 ? "no variables were lost" : `lost: ${listed(names)}`;
    const evalue = `the process that runs cells ended (${how}) and was started again; ${lost}`;
    if (running) {
      running.resolve({
        error: { ename: "SessionEnded", evalue, traceback: [`${RED}SessionEnded${RESET}: ${evalue}`] },
      });
      return;
    }
    const parent = this.#headerOf(this.#runs);
    if (parent) this.#outputs.print(parent, "stderr", `${evalue}\n`);
    else this.#host.log(evalue);
  }

  #abortQueue(): void {
    const { server } = this.#host;
    for (const { channel, message } of this.#queue.splice(0)) {
      server.publish(message.header, "status", { execution_state: "busy" });
      server.reply(channel, message, "execute_reply", { status: "aborted", execution_count: this.#count });
      server.publish(message.header, "status", { execution_state: "idle" });
    }
  }

  #headerOf(run: number): Header | undefined {
    return this.#parents.get(run)?.message.header;
  }
}

function interruptedEarly(): ErrorReport {
  const evalue = "the cell was interrupted before it began";
  return { ename: "Interrupted", evalue, traceback: [`${RED}Interrupted${RESET}: ${evalue}`] };
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMES).join(", ");
  return names.length > MAX_NAMES ? `${shown} and ${names.length - MAX_NAMES} more` : shown;
}
