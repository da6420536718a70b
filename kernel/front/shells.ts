import { randomUUID } from "node:crypto";
import type { Header } from "../protocol/messages.js";
import { Shell, type ShellHost } from "./shell.js";

/** The main shell and the subshells that clients have created. */
export class Shells {
  readonly #host: ShellHost;
  readonly #main: Shell;
  readonly #subshells = new Map<unknown, Shell>();

  /** @param host - who executes, for all of them. */
  constructor(host: ShellHost) {
    this.#host = host;
    this.#main = new Shell(host);
  }

  /** Ids of the subshells. */
  get ids(): unknown[] {
    return [...this.#subshells.keys()];
  }

  /** Creates a subshell and gives its id. */
  create(): string {
    const id = randomUUID();
    this.#subshells.set(id, new Shell(this.#host));
    return id;
  }

  /**
   * Forgets a subshell.
   *
   * @throws Error when there is none of this id.
   */
  delete(id: unknown): Shell {
    const shell = this.#subshells.get(id);
    if (!shell) throw this.#unknown(id);
    this.#subshells.delete(id);
    return shell;
  }

  /**
   * The shell that a request is for.
   *
   * @throws Error when there is no such subshell.
   */
  of({ subshell_id: id }: Header): Shell {
    const shell = id === undefined || id === null ? this.#main : this.#subshells.get(id);
    if (!shell) throw this.#unknown(id);
    return shell;
  }

  /** Interrupts the tasks of all shells. */
  interrupt(): void {
    for (const shell of [this.#main, ...this.#subshells.values()]) shell.interrupt();
  }

  #unknown(id: unknown): Error {
    const known = this.#subshells.size === 0 ? "there are none" : `there are ${this.ids.join(", ")}`;
    const advice = "create one with create_subshell_request, or leave subshell_id out for the main shell";
    return new Error(`there is no subshell ${JSON.stringify(id)} (${known}); ${advice}`);
  }
}
