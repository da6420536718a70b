import type { ISessionContext } from "@jupyterlab/apputils";
import type { Kernel } from "@jupyterlab/services";
import { Signal, type ISignal } from "@lumino/signaling";

/** How a notebook stands with the kernel that this extension knows: it has none, one of another kind, or is in touch with it. */
export type Contact = "none" | "foreign" | "waiting" | "live";

const IMPLEMENTATION = "diffrepairer";
const ENDING = new Set<Kernel.Status>(["restarting", "autorestarting", "terminating", "dead"]);

/**
 * Hears what a notebook's kernel tells at a target, for as long as it is to listen, and opens its comm anew whenever the session
 * that held it is gone. Kernels of other kinds are sent nothing.
 */
export class SessionComm<News extends object> {
  readonly #context: ISessionContext;
  readonly #target: string;
  readonly #changed = new Signal<this, void>(this);
  readonly #answers = new Map<number, (answer: Answer) => void>();
  #comm: Kernel.IComm | undefined;
  /** The kernel that has closed the comm as it opened: it knows no such target. */
  #refusing: Kernel.IKernelConnection | undefined;
  #listens = false;
  #requests = 0;
  #turn = 0;
  #contact: Contact = "none";
  #news: News | undefined;

  constructor(context: ISessionContext, target: string) {
    this.#context = context;
    this.#target = target;
    context.kernelChanged.connect(this.#reset, this);
    context.statusChanged.connect(this.#follow, this);
    context.disposed.connect(() => Signal.clearData(this));
  }

  /** Told whenever news or contact change. */
  get changed(): ISignal<this, void> {
    return this.#changed;
  }

  /** What was told last; undefined where the session that told it is gone. */
  get news(): News | undefined {
    return this.#news;
  }

  get contact(): Contact {
    return this.#contact;
  }

  /** Begins or ceases to listen; what was told last is kept. */
  listen(listens: boolean): void {
    this.#listens = listens;
    if (listens) void this.#open();
    else this.#close();
  }

  /** Asks, and resolves to the answer. @throws {Error} when the session is not in touch, or ends meanwhile */
  ask(question: Record<string, string>): Promise<Answer> {
    const comm = this.#comm;
    if (!comm || comm.isDisposed)
      return Promise.reject(new Error("The kernel is not in touch; run a cell, then try again."));
    const request = ++this.#requests;
    return new Promise((resolve) => {
      this.#answers.set(request, resolve);
      comm.send({ ...question, request });
    });
  }

  #reset(): void {
    this.#refusing = undefined;
    this.#forget();
    if (this.#listens) void this.#open();
  }

  #follow(_: ISessionContext, status: Kernel.Status): void {
    if (ENDING.has(status)) {
      this.#refusing = undefined;
      this.#forget();
    } else if (this.#listens && (status === "idle" || status === "busy")) void this.#open();
  }

  /** The session is gone, and what it told with it. */
  #forget(): void {
    this.#close();
    this.#news = undefined;
    this.#contact = this.#context.session?.kernel ? "waiting" : "none";
    this.#changed.emit();
  }

  #close(): void {
    this.#turn += 1;
    const comm = this.#comm;
    this.#comm = undefined;
    for (const answer of this.#answers.values()) answer({ error: "The session has ended." });
    this.#answers.clear();
    if (comm && !comm.isDisposed) comm.close();
  }

  async #open(): Promise<void> {
    const kernel = this.#context.session?.kernel;
    if (!kernel) {
      this.#set("none");
      return;
    }
    if ((this.#comm && !this.#comm.isDisposed) || this.#refusing === kernel) return;
    const turn = ++this.#turn;
    const { implementation } = await kernel.info;
    if (turn !== this.#turn || kernel.isDisposed) return;
    if (implementation !== IMPLEMENTATION) {
      this.#set("foreign");
      return;
    }
    if (this.#contact !== "live") this.#set("waiting");
    const comm = kernel.createComm(this.#target);
    this.#comm = comm;
    let isKnown = false;
    comm.onMsg = ({ content }) => {
      isKnown = true;
      if (this.#comm === comm) this.#take(content.data);
    };
    comm.onClose = () => {
      if (this.#comm !== comm) return;
      if (!isKnown) this.#refusing = kernel;
      this.#comm = undefined;
      this.#forget();
    };
    comm.open({});
  }

  #take(data: Record<string, unknown>): void {
    const answer = typeof data.request === "number" ? this.#answers.get(data.request) : undefined;
    if (answer) {
      this.#answers.delete(data.request as number);
      answer(data as Answer);
      return;
    }
    this.#news = data as News;
    this.#contact = "live";
    this.#changed.emit();
  }

  #set(contact: Contact): void {
    if (this.#contact === contact) return;
    this.#contact = contact;
    this.#changed.emit();
  }
}

/** What is answered: what was asked for, or why it cannot be had. */
export interface Answer {
  readonly error?: string;
  readonly data?: Record<string, unknown>;
  readonly metadata?: Record<string, unknown>;
}

/** A comm for each notebook. */
export const commOf = <News extends object>(target: string) => {
  const comms = new WeakMap<ISessionContext, SessionComm<News>>();
  return (context: ISessionContext): SessionComm<News> => {
    const known = comms.get(context);
    if (known) return known;
    const made = new SessionComm<News>(context, target);
    comms.set(context, made);
    return made;
  };
};
