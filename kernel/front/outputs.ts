import type { Header, MimeBundle } from "../protocol/messages.js";
import type { Extras, Server } from "../protocol/server.js";

type StreamName = "stdout" | "stderr";

/** Draws pictures beside specifications; resolves to the bundle itself when there is nothing to draw. */
export interface Illustrator {
  /** Whether a bundle has a specification without a picture. */
  wants(data: MimeBundle["data"]): boolean;
  illustrate(bundle: MimeBundle): Promise<{ bundle: MimeBundle; problem?: string }>;
}

const FLUSH_MS = 10;
const FLUSH_LENGTH = 1 << 18;

/**
 * Publishes outputs in the order they were made: prints of one cell and stream are joined for a few milliseconds, and what
 * comes after a figure waits until it is drawn.
 */
export class Outputs {
  readonly #server: Server;
  readonly #illustrator: Illustrator;
  readonly #jobs: (() => void | Promise<void>)[] = [];
  #working = false;
  #text: { parent: Header; name: StreamName; parts: string[]; length: number } | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** @param server - where outputs are published; `illustrator` draws. */
  constructor(server: Server, illustrator: Illustrator) {
    this.#server = server;
    this.#illustrator = illustrator;
  }

  /** Publishes printed text. */
  print(parent: Header, name: StreamName, text: string): void {
    const open = this.#text;
    if (open && open.parent === parent && open.name === name) {
      open.parts.push(text);
      open.length += text.length;
      if (open.length >= FLUSH_LENGTH) this.flush();
      return;
    }
    this.flush();
    this.#text = { parent, name, parts: [text], length: text.length };
    this.#timer ??= setTimeout(() => this.flush(), FLUSH_MS);
  }

  /** Publishes a message once everything before it is out. */
  publish(parent: Header | undefined, type: string, content: object, extras?: Extras): void {
    this.flush();
    this.#push(() => this.#server.publish(parent, type, content, extras));
  }

  /** Publishes representations of a value, drawn if they ask for it; `content` makes the message of them. */
  show(parent: Header, type: string, shown: MimeBundle, content: (bundle: MimeBundle) => object): void {
    this.flush();
    if (!this.#illustrator.wants(shown.data)) {
      this.#push(() => this.#server.publish(parent, type, content(shown)));
      return;
    }
    const drawn = this.#illustrator.illustrate(shown);
    this.#push(async () => {
      const { bundle, problem } = await drawn;
      this.#server.publish(parent, type, content(bundle));
      if (problem !== undefined) this.#server.publish(parent, "stream", { name: "stderr", text: `${problem}\n` });
    });
  }

  /** Sends off text that waits to be joined. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const open = this.#text;
    if (!open) return;
    this.#text = undefined;
    this.#push(() => this.#server.publish(open.parent, "stream", { name: open.name, text: open.parts.join("") }));
  }

  /** Resolves once everything handed in so far is published. */
  settled(): Promise<void> {
    this.flush();
    return new Promise((resolve) => this.#push(resolve));
  }

  #push(job: () => void | Promise<void>): void {
    this.#jobs.push(job);
    if (!this.#working) void this.#work();
  }

  async #work(): Promise<void> {
    this.#working = true;
    for (let job = this.#jobs.shift(); job; job = this.#jobs.shift()) {
      const pending = job();
      if (pending) await pending;
    }
    this.#working = false;
  }
}
