import type { Channel, Message } from "../protocol/messages.js";
import { parseRequest, type ExecuteRequest } from "./execute-request.js";

/** An execute_request in the queue of its shell. */
export interface Task {
  readonly channel: Channel;
  readonly message: Message;
  readonly request: ExecuteRequest;
  /** Execution count, from when it begins. */
  count: number;
  interrupted: boolean;
  /** Ends the wait for the compiler. */
  stopCompiling?: () => void;
  /** The run of its cell, or of the user expression at hand. */
  run?: number;
}

/** What a shell has its tasks done by. */
export interface ShellHost {
  /** Executes and replies; tells whether all went well. */
  execute(task: Task): Promise<boolean>;
  /** Replies that the task was given up. */
  abort(task: Task): void;
}

/** The main shell or a subshell: its execute requests run one after another, beside those of other shells. */
export class Shell {
  readonly #host: ShellHost;
  readonly #queue: Task[] = [];
  #task: Task | undefined;

  /** @param host - who executes. */
  constructor(host: ShellHost) {
    this.#host = host;
  }

  /** Takes an execute_request; it runs after those before it. */
  enqueue(channel: Channel, message: Message): void {
    this.#queue.push({ channel, message, request: parseRequest(message.content), count: 0, interrupted: false });
    if (!this.#task) void this.#work();
  }

  /** Ends the task's wait for the compiler; once the task has ended, aborts what is queued behind it. */
  interrupt(): void {
    if (!this.#task) return;
    this.#task.interrupted = true;
    this.#task.stopCompiling?.();
  }

  /** Aborts what is queued and interrupts the task; gives its run, which the session is to end. */
  close(): number | undefined {
    this.interrupt();
    this.#abortQueue();
    return this.#task?.run;
  }

  async #work(): Promise<void> {
    for (let task = this.#queue.shift(); task; task = this.#queue.shift()) {
      this.#task = task;
      const isOk = await this.#host.execute(task);
      if (task.interrupted || (!isOk && task.request.stopOnError)) this.#abortQueue();
      this.#task = undefined;
    }
  }

  #abortQueue(): void {
    for (const task of this.#queue.splice(0)) this.#host.abort(task);
  }
}
