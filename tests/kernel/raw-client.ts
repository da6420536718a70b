import { spawn, type ChildProcess } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Dealer, Request, Subscriber } from "zeromq";
import { vi } from "vitest";
import { KERNEL_MAIN } from "./python.js";

/** A socket of the kernel that messages come by. */
export type RawChannel = "shell" | "control" | "stdin" | "iopub";

/** A message as it came over the wire. */
export interface RawMessage {
  readonly channel: RawChannel;
  /** What stands before the delimiter. */
  readonly identities: readonly Buffer[];
  readonly signature: string;
  /** Header, parent header, metadata and content, as bytes. */
  readonly body: readonly Buffer[];
  readonly header: Record<string, unknown>;
  readonly parent: Record<string, unknown>;
  readonly metadata: Record<string, unknown>;
  readonly content: Record<string, unknown>;
  readonly buffers: readonly Buffer[];
}

/** How a kernel is started. */
export interface RawOptions {
  readonly ip?: string;
  readonly key?: string;
  /** A variable that is undefined is not there. */
  readonly environment?: Record<string, string | undefined>;
  /** Where its own folder, in which it runs, is made. Default: the one for temporary files. */
  readonly folder?: string;
  /** What the shell does before it becomes the kernel, such as a limit that it sets. */
  readonly before?: string;
}

/** A client that speaks ZeroMQ by itself: it sees every byte, and can send what no library would. */
export class RawClient {
  readonly key: string;
  readonly ports: Readonly<Record<string, number>>;
  readonly received: RawMessage[] = [];
  readonly child: ChildProcess;
  /** What the kernel wrote to its log. */
  log = "";
  /** What the kernel wrote to its own stdout. */
  stdout = "";
  readonly #folder: string;
  readonly #ip: string;
  readonly #session = randomUUID();
  readonly #sockets: { readonly shell: Dealer; readonly control: Dealer; readonly stdin: Dealer };
  readonly #iopub = new Subscriber({ ipv6: true });

  private constructor(ports: Record<string, number>, options: RawOptions) {
    const { ip = "127.0.0.1", key = "secret", environment, folder = tmpdir(), before } = options;
    this.key = key;
    this.ports = ports;
    this.#ip = ip;
    this.#folder = mkdtempSync(join(folder, "raw-client-"));
    const file = join(this.#folder, "connection.json");
    writeFileSync(file, JSON.stringify({ transport: "tcp", ip, key, signature_scheme: "hmac-sha256", ...ports }));
    const [program, args] = [process.execPath, [KERNEL_MAIN, file]];
    const shell = ["-c", `${before}; exec "$0" "$@"`, program, ...args];
    this.child = spawn(before ? "bash" : program, before ? shell : args, {
      cwd: this.#folder,
      // Its parent: a kernel whose test was killed is to end too.
      env: { ...process.env, JPY_PARENT_PID: String(process.pid), ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.child.stdout?.on("data", (text) => (this.stdout += text));
    this.child.stderr?.on("data", (text) => (this.log += text));
    // The three share an identity, so that input requests find the client that executes.
    const dealer = { routingId: this.#session, linger: 0, ipv6: true };
    this.#sockets = { shell: new Dealer(dealer), control: new Dealer(dealer), stdin: new Dealer(dealer) };
  }

  /** Starts a kernel and waits until it answers. */
  static async start(options: RawOptions = {}): Promise<RawClient> {
    const names = ["shell_port", "control_port", "stdin_port", "iopub_port", "hb_port"];
    const ports = await freePorts(names.length);
    const client = new RawClient(Object.fromEntries(names.map((name, i) => [name, ports[i] ?? 0])), options);
    client.#connect();
    await client.until(({ header }) => header["msg_type"] === "iopub_welcome");
    await client.request("kernel_info_request");
    return client;
  }

  /** Sends frames as they are. */
  sendFrames(channel: "shell" | "control" | "stdin", frames: readonly (string | Buffer)[]): Promise<void> {
    return this.#sockets[channel].send([...frames]);
  }

  /** The frames of a message, well formed and signed. */
  frames(type: string, content: unknown, header: object = {}): (string | Buffer)[] {
    const full = {
      msg_id: randomUUID(),
      msg_type: type,
      username: "test",
      session: this.#session,
      date: new Date().toISOString(),
      version: "5.5",
      ...header,
    };
    return this.signed([full, {}, {}, content].map((part) => JSON.stringify(part)));
  }

  /** Puts the delimiter and the right signature before the parts of a message. */
  signed(parts: readonly string[]): string[] {
    return ["<IDS|MSG>", this.sign(parts), ...parts];
  }

  /** The signature that the protocol asks for. */
  sign(parts: readonly (string | Buffer)[]): string {
    const hmac = createHmac("sha256", this.key);
    for (const part of parts) hmac.update(part);
    return this.key === "" ? "" : hmac.digest("hex");
  }

  /** Sends a request; resolves to its reply and what was published under it, up to its idle. */
  async request(
    type: string,
    content: object = {},
    channel: "shell" | "control" = "shell",
  ): Promise<{ id: string; reply: RawMessage; published: RawMessage[] }> {
    const id = randomUUID();
    await this.sendFrames(channel, this.frames(type, content, { msg_id: id }));
    const isOurs = (message: RawMessage): boolean => message.parent["msg_id"] === id;
    await this.until((message) => isOurs(message) && message.content["execution_state"] === "idle");
    const reply = await this.until((message) => isOurs(message) && message.channel === channel);
    return { id, reply, published: this.received.filter((m) => isOurs(m) && m.channel === "iopub") };
  }

  /** Resolves to the first message that satisfies, once it is there. */
  async until(satisfies: (message: RawMessage) => boolean, timeout = 40_000): Promise<RawMessage> {
    const look = (): RawMessage => {
      const found = this.received.find(satisfies);
      if (!found) throw new Error(`no such message came; the kernel's log ends: ${this.log.slice(-300)}`);
      return found;
    };
    return vi.waitFor(look, { timeout, interval: 10 });
  }

  /** Sends on the heartbeat socket; resolves to what comes back. */
  async beat(text: string): Promise<string> {
    const socket = new Request({ linger: 0 });
    socket.connect(this.#address("hb_port"));
    await socket.send(text);
    const [echo] = await socket.receive();
    socket.close();
    return String(echo);
  }

  /** Ends the kernel. */
  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once("exit", resolve));
    if (this.child.exitCode === null && this.child.kill("SIGTERM")) await ended;
    for (const socket of [...Object.values(this.#sockets), this.#iopub]) socket.close();
    rmSync(this.#folder, { recursive: true });
  }

  #connect(): void {
    for (const channel of ["shell", "control", "stdin"] as const) {
      this.#sockets[channel].connect(this.#address(`${channel}_port`));
      void this.#collect(channel, this.#sockets[channel]);
    }
    this.#iopub.connect(this.#address("iopub_port"));
    this.#iopub.subscribe();
    void this.#collect("iopub", this.#iopub);
  }

  #address(port: string): string {
    return `tcp://${this.#ip.includes(":") ? `[${this.#ip}]` : this.#ip}:${this.ports[port]}`;
  }

  async #collect(channel: RawChannel, socket: AsyncIterable<Buffer[]>): Promise<void> {
    for await (const frames of socket) {
      const at = frames.findIndex((frame) => String(frame) === "<IDS|MSG>");
      const body = frames.slice(at + 2, at + 6);
      const [header, parent, metadata, content] = body.map((part) => JSON.parse(String(part)));
      this.received.push({
        channel,
        identities: frames.slice(0, at),
        signature: String(frames[at + 1]),
        body,
        header,
        parent,
        metadata,
        content,
        buffers: frames.slice(at + 6),
      });
    }
  }
}

/** Ports that nothing listens on at this moment. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => new Promise((listening) => server.once("listening", listening))));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
  return ports;
}
