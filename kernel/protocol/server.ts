import { randomUUID } from "node:crypto";
import { Reply, Router, XPublisher, type Socket, type Writable } from "zeromq";
import { PROTOCOL_VERSION, type Channel, type ConnectionInfo, type Header, type Message } from "./messages.js";
import { createSigner, decode, encode, type Signer } from "./wire.js";

/** What the server hands on to the kernel. */
export interface ServerHandlers {
  /** A request on shell or control, its signature checked. */
  request(channel: Channel, message: Message): void;
  /** An answer of the client to `input_request`. */
  input(message: Message): void;
  /** Something to be written to the kernel's log: a refused message, a failed socket. */
  log(text: string): void;
}

/** Parts of a message beside type and content. */
export interface Extras {
  metadata?: Readonly<Record<string, unknown>>;
  buffers?: readonly Buffer[];
}

/** A client that sends a larger frame is disconnected before it is read; buffers of widgets may be as large. */
const MAX_FRAME_BYTES = 2 ** 30;

/** Sends in order on one socket, which takes one message at a time. */
class Sender {
  #queue: Buffer[][] = [];
  #running = false;

  constructor(
    private readonly socket: Writable,
    private readonly log: (text: string) => void,
  ) {}

  send(frames: Buffer[]): void {
    this.#queue.push(frames);
    if (!this.#running) void this.#run();
  }

  get idle(): boolean {
    return !this.#running;
  }

  async #run(): Promise<void> {
    this.#running = true;
    for (let frames = this.#queue.shift(); frames !== undefined; frames = this.#queue.shift()) {
      try {
        await this.socket.send(frames);
      } catch (error) {
        this.log(`a message could not be sent: ${String(error)}`);
      }
    }
    this.#running = false;
  }
}

/** The five sockets of a kernel: framing, signatures, heartbeat and the welcome message; knows no message's meaning. */
export class Server {
  /** Id of this kernel's own session, in the header of what it sends. */
  readonly session = randomUUID();
  readonly #connection: ConnectionInfo;
  readonly #handlers: ServerHandlers;
  readonly #signer: Signer;
  readonly #shell = new Router({ sendHighWaterMark: 0, linger: 500, maxMessageSize: MAX_FRAME_BYTES });
  readonly #control = new Router({ sendHighWaterMark: 0, linger: 500, maxMessageSize: MAX_FRAME_BYTES });
  readonly #stdin = new Router({ sendHighWaterMark: 0, linger: 0, maxMessageSize: MAX_FRAME_BYTES });
  readonly #iopub = new XPublisher({ sendHighWaterMark: 0, linger: 500, verbosity: "allSubs" });
  readonly #heartbeat = new Reply({ linger: 0 });
  readonly #senders: Record<Channel | "stdin" | "iopub", Sender>;
  #closed = false;

  /** @param connection - where to listen, and the key; `handlers` take what comes in. */
  constructor(connection: ConnectionInfo, handlers: ServerHandlers) {
    this.#connection = connection;
    this.#handlers = handlers;
    this.#signer = createSigner(connection.key, connection.signature_scheme);
    this.#senders = {
      shell: new Sender(this.#shell, handlers.log),
      control: new Sender(this.#control, handlers.log),
      stdin: new Sender(this.#stdin, handlers.log),
      iopub: new Sender(this.#iopub, handlers.log),
    };
  }

  /** Binds the sockets and starts to listen. */
  async start(): Promise<void> {
    const { ip, shell_port, control_port, stdin_port, iopub_port, hb_port } = this.#connection;
    const host = ip.includes(":") ? `[${ip}]` : ip;
    const bind = async (socket: Socket & { bind(address: string): Promise<void> }, port: number): Promise<void> => {
      socket.ipv6 = host !== ip;
      try {
        await socket.bind(`tcp://${host}:${port}`);
      } catch (error) {
        throw new Error(`${host}:${port}: ${String(error)}`, { cause: error });
      }
    };
    await Promise.all([
      bind(this.#heartbeat, hb_port),
      bind(this.#iopub, iopub_port),
      bind(this.#stdin, stdin_port),
      bind(this.#control, control_port),
      bind(this.#shell, shell_port),
    ]);
    void this.#beat();
    void this.#welcome();
    void this.#listen(this.#shell, (message) => this.#handlers.request("shell", message));
    void this.#listen(this.#control, (message) => this.#handlers.request("control", message));
    void this.#listen(this.#stdin, (message) => this.#handlers.input(message));
  }

  /** Answers a request on the socket it came by. */
  reply(channel: Channel, request: Message, type: string, content: object, extras: Extras = {}): void {
    this.#send(channel, request.identities, request.header, type, content, extras);
  }

  /** Publishes to every client. @param parent - header of the request that caused it. */
  publish(parent: Header | undefined, type: string, content: object, extras: Extras = {}): void {
    this.#send("iopub", [Buffer.from(type)], parent, type, content, extras);
  }

  /** Asks the client that sent `request` for a line of input. */
  requestInput(request: Pick<Message, "identities" | "header">, content: { prompt: string; password: boolean }): void {
    this.#send("stdin", request.identities, request.header, "input_request", content, {});
  }

  /** Waits until everything sent has left, for at most half a second, and closes the sockets. */
  async close(): Promise<void> {
    const deadline = performance.now() + 500;
    while (performance.now() < deadline && Object.values(this.#senders).some((sender) => !sender.idle)) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    this.#closed = true;
    for (const socket of [this.#heartbeat, this.#iopub, this.#stdin, this.#control, this.#shell]) socket.close();
  }

  #send(
    to: Channel | "stdin" | "iopub",
    identities: readonly Buffer[],
    parent: Header | undefined,
    type: string,
    content: object,
    extras: Extras,
  ): void {
    if (this.#closed) return;
    const message: Message = {
      identities,
      header: {
        msg_id: randomUUID(),
        msg_type: type,
        username: "kernel",
        session: this.session,
        date: new Date().toISOString(),
        version: PROTOCOL_VERSION,
      },
      parent: parent ?? {},
      metadata: extras.metadata ?? {},
      content: content as Record<string, unknown>,
      buffers: extras.buffers ?? [],
    };
    this.#senders[to].send(encode(message, this.#signer));
  }

  async #listen(socket: Router, take: (message: Message) => void): Promise<void> {
    for await (const frames of socket) {
      try {
        take(decode(frames, this.#signer));
      } catch (error) {
        this.#handlers.log(`a message was ignored: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }

  async #beat(): Promise<void> {
    for await (const frames of this.#heartbeat) await this.#heartbeat.send(frames);
  }

  async #welcome(): Promise<void> {
    for await (const frames of this.#iopub) {
      const frame = frames[0];
      if (frame?.[0] !== 1) continue;
      const topic = frame.subarray(1);
      this.#send("iopub", [topic], undefined, "iopub_welcome", { subscription: topic.toString("utf8") }, {});
    }
  }
}
