import type { Header, Message } from "../protocol/messages.js";
import type { CommPacket } from "../session/messages.js";
import type { Outputs } from "./outputs.js";

const TYPES = { comm_open: "open", comm_msg: "msg", comm_close: "close" } as const;

type CommType = keyof typeof TYPES;

/** Whether a message is one of comms, which have no reply. */
export const isCommType = (type: string): type is CommType => type in TYPES;

interface OpenComm {
  readonly target: string;
  /** Id of the comm_open, or undefined when a cell opened it. */
  readonly openedBy: string | undefined;
}

/** The comms that are open between clients and the session, which alone knows what handles their messages. */
export class Comms {
  readonly #outputs: Outputs;
  readonly #log: (text: string) => void;
  readonly #open = new Map<string, OpenComm>();

  /** @param outputs - by which the session's messages are published, in order with what it prints. */
  constructor(outputs: Outputs, log: (text: string) => void) {
    this.#outputs = outputs;
    this.#log = log;
  }

  /** What a comm_info_reply holds; `target` leaves out comms of others. */
  info(target: unknown): Record<string, { target_name: string }> {
    const asked = [...this.#open].filter(([, comm]) => typeof target !== "string" || target === comm.target);
    return Object.fromEntries(asked.map(([id, comm]) => [id, { target_name: comm.target }]));
  }

  /** Notes a client's message; gives what the session is to be told, unless the message is of no comm that is open. */
  receive({ header, content, metadata, buffers }: Message): Omit<CommPacket, "t" | "id"> | undefined {
    const { comm_id: comm, target_name: target, data = {} } = content;
    const as = TYPES[header.msg_type as CommType];
    const problem = this.#problem(as, comm, target);
    if (problem !== undefined) {
      this.#log(`a ${header.msg_type} was ignored: ${problem}`);
      return undefined;
    }
    const id = String(comm);
    const packet = { as, comm: id, data, metadata, buffers: buffers.map((buffer) => buffer.toString("base64")) };
    if (as === "close") this.#open.delete(id);
    if (as !== "open") return packet;
    this.#open.set(id, { target: String(target), openedBy: header.msg_id });
    return { ...packet, target: String(target) };
  }

  /** Publishes the session's message. */
  publish(parent: Header, { as, comm, target, data, metadata, buffers }: CommPacket): void {
    if (as === "open") this.#open.set(comm, { target: target ?? "", openedBy: undefined });
    if (as === "close") this.#forget(comm, parent);
    const content = { comm_id: comm, ...(as === "open" ? { target_name: target } : {}), data };
    this.#outputs.publish(parent, `comm_${as}`, content, {
      metadata: metadata as Record<string, unknown>,
      buffers: buffers.map((text) => Buffer.from(text, "base64")),
    });
  }

  /** Tells clients that all comms are closed: the session that held them has ended. */
  closeAll(): void {
    for (const id of this.#open.keys()) this.#outputs.publish(undefined, "comm_close", { comm_id: id, data: {} });
    this.#open.clear();
  }

  #forget(id: string, parent: Header): void {
    const comm = this.#open.get(id);
    this.#open.delete(id);
    if (comm?.openedBy !== parent.msg_id) return;
    const reason = "no cell has registered the target, or its handler threw, or closed it";
    this.#log(`comm "${id}" of target "${comm.target}" was closed as it opened: ${reason}`);
  }

  #problem(as: CommPacket["as"], comm: unknown, target: unknown): string | undefined {
    if (typeof comm !== "string" || comm === "") return "it has no comm_id";
    const isOpen = this.#open.has(comm);
    if (as !== "open") return isOpen ? undefined : `there is no comm "${comm}"`;
    if (typeof target !== "string") return "it has no target_name";
    return isOpen ? `the comm "${comm}" is open already` : undefined;
  }
}
