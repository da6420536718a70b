import { readFileSync } from "node:fs";
import { Debugger } from "../debugger/debugger.js";
import type { DebugRequest } from "../debugger/messages.js";
import type { Question } from "../language/messages.js";
import { packageVersion } from "../package-root.js";
import { PROTOCOL_VERSION, type Channel, type ConnectionInfo, type Message } from "../protocol/messages.js";
import { Server } from "../protocol/server.js";
import { isCommType } from "./comms.js";
import { LANGUAGE_TARGET } from "./editor-messages.js";
import { Editors } from "./editors.js";
import { Executions } from "./executions.js";
import { helpQuestion } from "./help.js";
import { HistoryFiles, historyFolder } from "./history-files.js";
import { History } from "./history.js";
import type { Language } from "./language.js";
import { RendererProcess } from "./renderer-process.js";
import { buildStartupSnapshot } from "./startup-snapshot.js";

/** What the kernel needs of the process it lives in. */
export interface KernelHost {
  /** Writes to the kernel's log. */
  log(text: string): void;
  /** Told once, when everything has ended. */
  exit(): void;
}

const version = packageVersion();

/** Once the first cells have run. */
const SNAPSHOT_AFTER_MS = 20_000;

/** The front of the kernel: gives every request its busy, its answer and its idle. It never runs user code. */
export class Kernel {
  readonly #host: KernelHost;
  readonly #server: Server;
  readonly #language: Language;
  readonly #renderer: RendererProcess;
  readonly #executions: Executions;
  readonly #history: History;
  readonly #debugger: Debugger;
  readonly #editors: Editors;
  #ending = false;

  /**
   * @param connection - where clients connect.
   * @param language - what compiles cells, started already.
   */
  constructor(connection: ConnectionInfo, host: KernelHost, language: Language) {
    this.#host = host;
    const log = (text: string): void => host.log(text);
    this.#server = new Server(connection, {
      request: (channel, message) => this.#take(channel, message),
      input: (message) => this.#executions.input(message),
      log,
    });
    this.#history = new History(new HistoryFiles(historyFolder(process.env), log));
    this.#renderer = new RendererProcess(log);
    this.#language = language;
    this.#editors = new Editors({
      publish: (parent, type, content) => this.#server.publish(parent, type, content),
      language,
      log,
    });
    this.#debugger = new Debugger({
      erase: (code, scope) => language.request("erase", { code, scope }),
      event: (event) => this.#server.publish(undefined, "debug_event", event),
      interrupt: () => this.#executions.interrupt(),
      illustrate: async (bundle) =>
        this.#renderer.wants(bundle.data) ? (await this.#renderer.illustrate(bundle)).bundle : bundle,
      log,
    });
    this.#executions = new Executions({
      server: this.#server,
      language: this.#language,
      illustrator: this.#renderer,
      history: this.#history,
      debugger: this.#debugger,
      log,
    });
  }

  /** Listens. */
  async start(): Promise<void> {
    await this.#server.start();
    this.#server.publish(undefined, "status", { execution_state: "starting" });
    if (!this.#language.startsFromSnapshot) setTimeout(() => this.#buildSnapshot(), SNAPSHOT_AFTER_MS).unref();
  }

  /** Interrupts the running cell; harmless when none runs. */
  interrupt(): void {
    this.#executions.interrupt();
  }

  /** Ends every process of the kernel, then tells the host. */
  async shutDown(): Promise<void> {
    if (this.#ending) return;
    this.#ending = true;
    this.#executions.close();
    this.#language.close();
    this.#renderer.close();
    this.#debugger.close();
    await this.#server.close();
    this.#host.exit();
  }

  /** Makes kernels start faster from now on: the first with this Node, or one installed in another way, has no snapshot. */
  #buildSnapshot(): void {
    buildStartupSnapshot().catch(({ message }: Error) =>
      this.#host.log(`no startup snapshot could be made, so kernels start slowly: ${message}`),
    );
  }

  #take(channel: Channel, message: Message): void {
    const { header } = message;
    if (header.msg_type === "execute_request") {
      this.#executions.enqueue(channel, message);
      return;
    }
    this.#server.publish(header, "status", { execution_state: "busy" });
    void this.#answer(channel, message)
      .catch((error: unknown) => {
        const evalue = error instanceof Error ? error.message : String(error);
        const content = { status: "error", ename: "KernelError", evalue, traceback: [evalue] };
        this.#server.reply(channel, message, header.msg_type.replace(/_request$/, "_reply"), content);
      })
      .then(() => {
        this.#server.publish(header, "status", { execution_state: "idle" });
        if (header.msg_type === "shutdown_request") void this.shutDown();
      });
  }

  async #answer(channel: Channel, message: Message): Promise<void> {
    const { content, header } = message;
    const reply = (type: string, fields: object): void =>
      this.#server.reply(channel, message, type, { status: "ok", ...fields });
    if (isCommType(header.msg_type)) return this.#editors.takes(message) ? undefined : this.#executions.handle(message);
    // What the kernel is, is no matter of a shell: a client that comes back may still name one that is gone.
    if (channel === "shell" && header.msg_type !== "kernel_info_request") this.#executions.shells.of(header);
    switch (header.msg_type) {
      case "kernel_info_request":
        return reply("kernel_info_reply", kernelInfo());
      case "is_complete_request": {
        const code = String(content["code"] ?? "");
        const isHelp = helpQuestion(code) !== undefined;
        const completeness = isHelp ? { status: "complete" } : await this.#language.request("isComplete", { code });
        return this.#server.reply(channel, message, "is_complete_reply", { indent: "", ...completeness });
      }
      case "complete_request":
        return reply("complete_reply", await this.#language.request("complete", questionOf(content)));
      case "inspect_request":
        return reply("inspect_reply", await this.#language.request("inspect", questionOf(content)));
      case "history_request":
        return reply("history_reply", { history: this.#history.query(content) });
      case "comm_info_request": {
        const target = content["target_name"];
        const comms = { ...this.#executions.comms.info(target), ...this.#editors.info(target) };
        return reply("comm_info_reply", { comms });
      }
      case "create_subshell_request":
        return reply("create_subshell_reply", { subshell_id: this.#executions.shells.create() });
      case "delete_subshell_request":
        this.#executions.deleteSubshell(content["subshell_id"]);
        return reply("delete_subshell_reply", {});
      case "list_subshell_request":
        return reply("list_subshell_reply", { subshell_id: this.#executions.shells.ids });
      case "debug_request": {
        const answer = await this.#debugger.request(debugRequestOf(content));
        return this.#server.reply(channel, message, "debug_reply", answer);
      }
      case "interrupt_request":
        this.#executions.interrupt();
        return reply("interrupt_reply", {});
      case "shutdown_request": {
        const restart = content["restart"] === true;
        reply("shutdown_reply", { restart });
        return this.#server.publish(header, "shutdown_reply", { status: "ok", restart });
      }
      default:
        this.#host.log(`a message of unknown type "${header.msg_type}" was ignored`);
    }
  }
}

function debugRequestOf({ seq, command, arguments: values }: Message["content"]): DebugRequest {
  const given = typeof values === "object" && values !== null ? (values as Record<string, unknown>) : {};
  return { seq: typeof seq === "number" ? seq : 0, command: String(command), arguments: given };
}

function questionOf({ code, cursor_pos: cursor, detail_level: detail }: Message["content"]): Question {
  const text = String(code ?? "");
  return { code: text, cursor: typeof cursor === "number" ? cursor : text.length, detail: detail === 1 ? 1 : 0 };
}

function kernelInfo(): object {
  return {
    protocol_version: PROTOCOL_VERSION,
    implementation: "diffrepairer",
    implementation_version: version,
    language_info: {
      name: "typescript",
      version: typescriptVersion(),
      mimetype: "application/typescript",
      file_extension: ".ts",
      pygments_lexer: "typescript",
      codemirror_mode: "typescript",
      nbconvert_exporter: "script",
    },
    banner: `diffrepairer ${version}: TypeScript ${typescriptVersion()} on Node.js ${process.versions.node}`,
    help_links: [
      { text: "TypeScript", url: "https://www.typescriptlang.org/docs/" },
      { text: "Node.js", url: "https://nodejs.org/docs/latest/api/" },
    ],
    debugger: true,
    supported_features: ["debugger", "kernel subshells", LANGUAGE_TARGET],
  };
}

/** The compiler's version, read without loading the compiler. */
function typescriptVersion(): string {
  const url = import.meta.resolve("typescript/package.json");
  return (JSON.parse(readFileSync(new URL(url), "utf8")) as { version: string }).version;
}
