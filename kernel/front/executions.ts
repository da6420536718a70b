import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Debugger } from "../debugger/debugger.js";
import type { Question } from "../language/messages.js";
import type { RanCell } from "../language/service.js";
import { RED, RESET } from "../display/excerpt.js";
import { reportInterrupt } from "../display/interrupted.js";
import type { Channel, ErrorReport, Message } from "../protocol/messages.js";
import type { Server } from "../protocol/server.js";
import { Comms } from "./comms.js";
import { describeTypes, reportFaults } from "./faults.js";
import { helpQuestion } from "./help.js";
import type { History } from "./history.js";
import type { Language } from "./language.js";
import { Outputs, type Illustrator } from "./outputs.js";
import { Runs, type Outcome } from "./runs.js";
import type { Shell, Task } from "./shell.js";
import { Shells } from "./shells.js";
import { Turns } from "./turns.js";

/** What executions need of the kernel. */
export interface ExecutionHost {
  readonly server: Server;
  readonly language: Language;
  readonly illustrator: Illustrator;
  readonly history: History;
  readonly debugger: Debugger;
  log(text: string): void;
}

/** The longest that messages are under way which were sent at once. */
const IN_FLIGHT_MS = 10;

type Reply = { readonly status: "ok" | "error" } & Record<string, unknown>;

/** Has the session run cells and handle comm messages, and publishes what comes of them. */
export class Executions {
  readonly comms: Comms;
  readonly shells: Shells;
  readonly #host: ExecutionHost;
  readonly #outputs: Outputs;
  readonly #runs: Runs;
  /** What goes to the session goes in the order it came, though compiling takes time. */
  readonly #turns = new Turns();
  #count = 0;

  /** Starts a session. */
  constructor(host: ExecutionHost) {
    const { server, language, illustrator } = host;
    const log = (text: string): void => host.log(text);
    this.#host = host;
    this.#outputs = new Outputs(server, illustrator);
    this.comms = new Comms(this.#outputs, log);
    this.#runs = new Runs({
      outputs: this.#outputs,
      comms: this.comms,
      requestInput: (request, content) => server.requestInput(request, content),
      started: (session) => host.debugger.take(session.inspector),
      shown: (cell, text) => this.#noteResult(cell, text),
      reset: () => language.reset(),
      log,
    });
    language.onLate = (fileName, types) => this.#runs.late(fileName, types);
    this.shells = new Shells({ execute: (task) => this.#execute(task), abort: (task) => this.#abort(task) });
  }

  /** Takes an execute_request; it runs after those before it of the same shell. */
  enqueue(channel: Channel, message: Message): void {
    let shell: Shell;
    try {
      shell = this.shells.of(message.header);
    } catch (error) {
      this.#refuse(channel, message, kernelError(error));
      return;
    }
    shell.enqueue(channel, message);
  }

  /** Has a comm message handled, after the cells that came before it have begun. */
  async handle(message: Message): Promise<void> {
    const { header, identities } = message;
    const { outcome } = await this.#turns.take(() => {
      const received = this.comms.receive(message);
      const origin = { request: { header, identities }, count: this.#count, refusesInput: NO_INPUT_IN_HANDLERS };
      return { outcome: received && this.#runs.handle(received, origin) };
    });
    const error = (await outcome)?.error;
    if (error) this.#outputs.print(header, "stderr", `${error.traceback.join("\n")}\n`);
    await this.#outputs.settled();
  }

  /** Ends all cells that run, keeps the session's variables, and aborts what is queued. */
  interrupt(): void {
    this.#host.debugger.interrupted();
    this.shells.interrupt();
    this.#runs.interrupt();
  }

  /** Deletes a subshell: its cell ends, what is queued is aborted. */
  deleteSubshell(id: unknown): void {
    const run = this.shells.delete(id).close();
    if (run !== undefined) this.#runs.abandon(run);
  }

  /** Hands a client's answer to the prompt that waits for it. */
  input(message: Message): void {
    this.#runs.input(message);
  }

  /** Ends the session and every process that cells have started. */
  close(): void {
    this.#runs.close();
  }

  async #execute(task: Task): Promise<boolean> {
    const { server, history } = this.#host;
    const { message, request } = task;
    const { header } = message;
    if (request.storeHistory) this.#count += 1;
    task.count = this.#count;
    const replying = this.#replyOf(task).catch((error: unknown) => this.#failure(message, kernelError(error)));
    // The compiler, which is another process, is asked by then: it works while these are written.
    await undefined;
    server.publish(header, "status", { execution_state: "busy" });
    if (!request.silent) {
      server.publish(header, "execute_input", { code: request.code, execution_count: Math.max(1, task.count) });
      if (request.storeHistory) history.add(task.count, request.code);
    }
    const reply = await replying;
    // What the client sent along with a cell that failed at once is to be aborted with it; what it sends upon the reply runs.
    if (reply.status === "error" && request.stopOnError) await setTimeout(IN_FLIGHT_MS);
    server.reply(task.channel, message, "execute_reply", { payload: [], ...reply, execution_count: task.count });
    server.publish(header, "status", { execution_state: "idle" });
    return reply.status === "ok";
  }

  async #replyOf(task: Task): Promise<Reply> {
    const { code, silent, userExpressions } = task.request;
    const question = helpQuestion(code);
    if (question) return this.#help(question);
    const outcome = await this.#compileAndRun(task, code, !silent);
    await this.#outputs.settled();
    if (outcome.error) return this.#failure(task.message, outcome.error);
    // What the interrupt ended, such as a child process, need not have failed the cell.
    if (task.interrupted) return this.#failure(task.message, reportInterrupt());
    const expressions: Record<string, unknown> = {};
    for (const [name, expression] of Object.entries(userExpressions)) {
      const { error, bundle } = await this.#compileAndRun(task, expression, false);
      expressions[name] = error
        ? { status: "error", ...error }
        : { status: "ok", ...(bundle ?? { data: {}, metadata: {} }) };
    }
    await this.#outputs.settled();
    return { status: "ok", user_expressions: expressions };
  }

  /** Answers a cell that asks for help with a page, which clients show beside the cell or below it. */
  async #help(question: Question): Promise<Reply> {
    const { found, data } = await this.#host.language.request("inspect", question);
    const page = found ? data : { "text/plain": `nothing is known of ${question.code}` };
    return { status: "ok", user_expressions: {}, payload: [{ source: "page", data: page, start: 0 }] };
  }

  async #failure({ header }: Message, error: ErrorReport): Promise<Reply> {
    this.#outputs.publish(header, "error", error);
    await this.#outputs.settled();
    return { status: "error", ...error, user_expressions: {} };
  }

  async #compileAndRun(task: Task, code: string, show: boolean): Promise<Outcome> {
    if (code.trim() === "") return {};
    const { outcome } = await this.#turns.take(() => this.#begin(task, code, show));
    return outcome;
  }

  /** Compiles a cell and hands it to the session; gives what will come of it. */
  async #begin(task: Task, code: string, show: boolean): Promise<{ outcome: Outcome | Promise<Outcome> }> {
    const id = this.#runs.next();
    const { message, request, count } = task;
    const { header, identities } = message;
    const label = request.storeHistory ? `cell [${count}]` : `cell (run ${id})`;
    const fileName = `cell-${id}.ts`;
    const compilation = task.interrupted ? undefined : await this.#compile(task, { code, fileName, checks: show });
    if (!compilation || task.interrupted) return { outcome: { error: reportInterrupt(EARLY) } };
    if (!compilation.ok) return { outcome: { error: reportFaults(compilation.faults, code, label) } };
    const { program, types } = compilation;
    if (types.state === "checked" && types.strictness === "error" && types.faults.length > 0) {
      return { outcome: { error: reportFaults(types.faults, code, label) } };
    }
    const warning = describeTypes(types, code, label);
    if (warning !== undefined) this.#outputs.print(header, "stderr", warning);
    const prepared = this.#host.debugger.prepare({ file: join(process.cwd(), fileName), label, source: code, program });
    if (prepared) await prepared;
    if (task.interrupted) return { outcome: { error: reportInterrupt(EARLY) } };
    task.run = id;
    const refusesInput = request.allowStdin ? undefined : NO_INPUT;
    const origin = { request: { header, identities }, count, refusesInput };
    const named = request.storeHistory ? count : undefined;
    const outcome = this.#runs.execute({ id, label, source: code, program, count: named, show }, origin);
    // No cell waits for the compiler to hear of it: the next one's text comes behind.
    this.#host.language.ran({ code, fileName });
    return { outcome };
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
    language.interrupt();
    return undefined;
  }

  /** The next cells know the type of a result, and the history its text. */
  #noteResult(cell: RanCell, text: unknown): void {
    this.#host.language.ran(cell);
    const count = cell.result?.count;
    if (count !== undefined) this.#host.history.addOutput(count, text);
  }

  #refuse(channel: Channel, message: Message, error: ErrorReport): void {
    const { server } = this.#host;
    server.publish(message.header, "status", { execution_state: "busy" });
    server.publish(message.header, "error", error);
    const reply = { status: "error", ...error, execution_count: this.#count, user_expressions: {}, payload: [] };
    server.reply(channel, message, "execute_reply", reply);
    server.publish(message.header, "status", { execution_state: "idle" });
  }

  #abort({ channel, message }: Task): void {
    const { server } = this.#host;
    server.publish(message.header, "status", { execution_state: "busy" });
    server.reply(channel, message, "execute_reply", { status: "aborted", execution_count: this.#count });
    server.publish(message.header, "status", { execution_state: "idle" });
  }
}

const EARLY = "the cell was interrupted before it began";
const NO_INPUT = "this client takes no input (allow_stdin is false); give the value in the code instead";
const NO_INPUT_IN_HANDLERS = "a handler of comm messages cannot ask for input; ask in a cell instead";

function kernelError(error: unknown): ErrorReport {
  const evalue = error instanceof Error ? error.message : String(error);
  return { ename: "KernelError", evalue, traceback: [`${RED}KernelError${RESET}: ${evalue}`] };
}
