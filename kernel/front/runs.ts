import { RED, RESET } from "../display/excerpt.js";
import type { Types } from "../language/compiled-cell.js";
import type { RanCell } from "../language/service.js";
import type { Header, Message, MimeBundle } from "../protocol/messages.js";
import { Recent } from "../recent.js";
import type { CommPacket, DoneEvent, RunRequest, SessionEvent, ShowEvent } from "../session/messages.js";
import type { Comms } from "./comms.js";
import { describeTypes } from "./faults.js";
import type { Outputs } from "./outputs.js";
import { SessionProcess } from "./session-process.js";

/** The request that the outputs of a run are published under. */
export interface Origin {
  readonly request: Pick<Message, "identities" | "header">;
  readonly count: number;
  /** Why it may not ask for input, if so. */
  readonly refusesInput: string | undefined;
}

/** What came of a run. */
export type Outcome = Pick<DoneEvent, "error" | "bundle">;

/** What runs need of the kernel. */
export interface RunHost {
  readonly outputs: Outputs;
  readonly comms: Comms;
  requestInput(request: Origin["request"], content: { prompt: string; password: boolean }): void;
  /** Told of every session that starts. */
  started(session: SessionProcess): void;
  /** Told that a cell's last expression had a value. */
  shown(cell: RanCell, text: unknown): void;
  /** Told that the session has ended with all variables; gives their names. */
  reset(): Promise<readonly string[]>;
  log(text: string): void;
}

const MAX_NAMES = 40;

/** An interrupt that has done nothing by then has to do with native code. */
const NATIVE_AFTER_MS = 900;

/** A cell that runs, or has run. */
interface Cell extends Origin {
  readonly label: string;
  readonly source: string;
  /** The execution count after which its result is named. */
  readonly named: RunRequest["count"];
}

/** Cells whose late outputs still find their request; those of older ones come under the last. */
const CELLS = { entries: 1000, size: 1 << 24, sizeOf: ({ source }: Cell) => source.length };

/** Comm messages whose late outputs still find their request; a slider may send thousands. */
const HANDLINGS = { entries: 1000, size: Infinity, sizeOf: () => 1 };

/** What runs in the session, cells and handlers of comm messages, each with the request it came by. */
export class Runs {
  readonly #host: RunHost;
  readonly #cells = new Recent<number, Cell>(CELLS);
  readonly #handlings = new Recent<number, Origin>(HANDLINGS);
  readonly #running = new Map<number, (outcome: Outcome) => void>();
  #session: SessionProcess;
  #last = 0;
  #lastCell = 0;
  /** The run that waits for input; the session stands still meanwhile. */
  #prompting: number | undefined;

  /** Starts a session. */
  constructor(host: RunHost) {
    this.#host = host;
    this.#session = this.#startSession();
  }

  /** A number for the next run. */
  next(): number {
    this.#last += 1;
    return this.#last;
  }

  /** Runs a cell. */
  execute(request: Omit<RunRequest, "t">, origin: Origin): Promise<Outcome> {
    const { id, label, source, count: named } = request;
    this.#cells.set(id, { ...origin, label, source, named });
    this.#lastCell = id;
    this.#session.run({ t: "run", ...request });
    return this.#done(id);
  }

  /** Has a client's comm message handled. */
  handle(message: Omit<CommPacket, "t" | "id">, origin: Origin): Promise<Outcome> {
    const id = this.next();
    this.#handlings.set(id, origin);
    this.#session.tell({ t: "comm", id, ...message });
    return this.#done(id);
  }

  /** Ends all that runs; variables are kept. */
  interrupt(): void {
    this.#failPrompt();
    if (this.#running.size === 0) return;
    this.#session.interrupt();
    const interrupted = [...this.#running.keys()];
    setTimeout(() => this.#tellOfNativeCode(interrupted), NATIVE_AFTER_MS).unref();
  }

  /** Ends one cell once the session can hear of it; variables are kept. */
  abandon(id: number): void {
    if (this.#prompting === id) this.#failPrompt();
    if (this.#running.has(id)) this.#session.tell({ t: "abandon", id });
  }

  /** Hands a client's answer to the prompt that waits for it. */
  input(message: Message): void {
    const { value } = message.content;
    if (this.#prompting === undefined || typeof value !== "string") return;
    this.#prompting = undefined;
    this.#session.answer({ value });
  }

  /** Tells, under its cell, what the checker found after the cell had begun. */
  late(fileName: string, types: Types): void {
    const cell = this.#cells.get(Number(/\d+/.exec(fileName)?.[0]));
    const text = cell && describeTypes(types, cell.source, `${cell.label}, which ran unchecked`);
    if (cell && text !== undefined) this.#host.outputs.print(cell.request.header, "stderr", text);
  }

  /** Ends the session and every process that cells have started. */
  close(): void {
    this.#session.close();
  }

  /** Tells, under what an interrupt has not ended, why: JavaScript and child processes would have. */
  #tellOfNativeCode(interrupted: readonly number[]): void {
    const text =
      "Interrupted, but native code is running (a TensorFlow operation, say): the cell ends when it returns.\n";
    for (const id of interrupted) {
      const origin = this.#running.has(id) ? this.#originOf(id) : undefined;
      if (origin) this.#host.outputs.print(origin.request.header, "stderr", text);
    }
  }

  #done(id: number): Promise<Outcome> {
    return new Promise((resolve) => this.#running.set(id, resolve));
  }

  #startSession(): SessionProcess {
    const session = new SessionProcess({
      event: (event) => this.#take(event),
      native: (name, text) => {
        const parent = this.#headerOf([...this.#running.keys()].at(-1) ?? this.#lastCell);
        if (parent) this.#host.outputs.print(parent, name, text);
        else this.#host.log(text);
      },
      ended: (how) => void this.#restart(how),
    });
    this.#host.started(session);
    return session;
  }

  #take(event: SessionEvent): void {
    const { outputs, comms } = this.#host;
    if (!("t" in event)) {
      const parent = this.#headerOf(event[1]);
      if (parent) outputs.print(parent, event[2], event[3]);
      return;
    }
    if (event.t === "ready" || event.t === "started" || event.t === "fence") return;
    const origin = this.#originOf(event.id);
    if (!origin) return;
    const { header } = origin.request;
    if (event.t === "show") {
      this.#show(origin, event);
      if (event.as === "result") this.#noteResult(event);
    } else if (event.t === "clear") outputs.publish(header, "clear_output", { wait: event.wait });
    else if (event.t === "comm") comms.publish(header, event);
    else if (event.t === "input") void this.#ask(origin, event);
    else this.#settle(event.id, { error: event.error, bundle: event.bundle });
  }

  /** Says that a cell's last expression had a value: `_` is of its type from now on. */
  #noteResult({ id, data }: ShowEvent): void {
    const cell = this.#cells.get(id);
    if (!cell) return;
    const ran = { code: cell.source, fileName: `cell-${id}.ts`, result: { count: cell.named } };
    this.#host.shown(ran, data["text/plain"]);
  }

  #show({ request, count }: Origin, { as, data, metadata, displayId }: Extract<SessionEvent, { t: "show" }>): void {
    const transient = displayId === undefined ? {} : { display_id: displayId };
    const type = { result: "execute_result", display: "display_data", update: "update_display_data" }[as];
    const content = (bundle: MimeBundle): object =>
      as === "result" ? { ...bundle, execution_count: count, transient } : { ...bundle, transient };
    this.#host.outputs.show(request.header, type, { data, metadata }, content);
  }

  async #ask(
    { request, refusesInput }: Origin,
    { id, prompt, password }: Extract<SessionEvent, { t: "input" }>,
  ): Promise<void> {
    if (refusesInput !== undefined) {
      this.#session.answer({ failed: refusesInput, interrupted: false });
      return;
    }
    this.#prompting = id;
    await this.#host.outputs.settled();
    if (this.#prompting === id) this.#host.requestInput(request, { prompt, password });
  }

  #failPrompt(): void {
    if (this.#prompting === undefined) return;
    this.#prompting = undefined;
    this.#session.answer({ failed: "the prompt was interrupted", interrupted: true });
  }

  #settle(id: number, outcome: Outcome): void {
    if (this.#prompting === id) this.#prompting = undefined;
    const resolve = this.#running.get(id);
    this.#running.delete(id);
    resolve?.(outcome);
  }

  /** Starts a new session after one has ended by itself, and says what was lost. */
  async #restart(how: string): Promise<void> {
    const { outputs, comms, log } = this.#host;
    this.#session = this.#startSession();
    this.#prompting = undefined;
    const ended = [...this.#running.keys()];
    comms.closeAll();
    const names = await this.#host.reset().catch(() => []);
    const lost = names.length === 0 ? "no variables were lost" : `lost: ${listed(names)}`;
    const evalue = `the process that runs cells ended (${how}) and was started again; ${lost}`;
    const error = { ename: "SessionEnded", evalue, traceback: [`${RED}SessionEnded${RESET}: ${evalue}`] };
    for (const id of ended) this.#settle(id, { error });
    if (ended.some((id) => this.#cells.get(id) !== undefined)) return;
    const parent = this.#headerOf(this.#lastCell);
    if (parent) outputs.print(parent, "stderr", `${evalue}\n`);
    else log(evalue);
  }

  #originOf(run: number): Origin | undefined {
    return this.#cells.get(run) ?? this.#handlings.get(run) ?? this.#cells.get(this.#lastCell);
  }

  #headerOf(run: number): Header | undefined {
    return this.#originOf(run)?.request.header;
  }
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMES).join(", ");
  return names.length > MAX_NAMES ? `${shown} and ${names.length - MAX_NAMES} more` : shown;
}
