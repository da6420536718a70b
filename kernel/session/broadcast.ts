import type { Comm, CommHandler, Comms } from "./comm-api.js";
import { undisturbed } from "./undisturbed.js";

/** A client that went without closing its comm, as a page that is loaded again does, is let go once others have come. */
const MAX_LISTENERS = 8;

/** Tells everyone who has opened a comm to a target the same: as they come, and whenever it is published. */
export class Broadcast {
  readonly #listeners: Comm[] = [];
  readonly #news: () => object;

  /**
   * @param news - makes what is told; not called while nobody listens.
   * @param answer - takes what listeners ask.
   */
  constructor(comms: Comms, target: string, news: () => object, answer?: (comm: Comm) => CommHandler<unknown>) {
    this.#news = news;
    comms.registerTarget(target, (comm) =>
      undisturbed(() => {
        this.#add(comm);
        if (answer) comm.onMessage(answer(comm));
        comm.send(news());
      }),
    );
  }

  /** Whether anybody listens. */
  get isHeard(): boolean {
    return this.#listeners.length > 0;
  }

  /** Tells the news. */
  publish(): void {
    if (!this.isHeard) return;
    const news = this.#news();
    for (const comm of [...this.#listeners]) comm.send(news);
  }

  #add(comm: Comm): void {
    comm.onClose(() => undisturbed(() => this.#remove(comm)));
    this.#listeners.push(comm);
    const [oldest] = this.#listeners;
    if (this.#listeners.length <= MAX_LISTENERS || !oldest) return;
    this.#remove(oldest);
    oldest.close();
  }

  #remove(comm: Comm): void {
    const at = this.#listeners.indexOf(comm);
    if (at >= 0) this.#listeners.splice(at, 1);
  }
}
