import { fence, send } from "./channel.js";
import { CHANNEL, type InputReply } from "./messages.js";
import { defineProperty, parseJson, readSync } from "./primordials.js";

/**
 * Puts `prompt`, `confirm` and `alert` among the globals. They wait for the client's answer and hold the session meanwhile,
 * as in a browser.
 */
export function installInput(currentRun: () => number): void {
  const ask = (prompt: string, password: boolean): string => {
    const id = currentRun();
    fence();
    send({ t: "input", id, prompt, password });
    const reply = readReply();
    if ("value" in reply) return reply.value;
    throw Object.assign(new Error(reply.failed), { name: reply.interrupted ? "Interrupted" : "InputError" });
  };
  const functions = {
    prompt: (message = "", fallback = "", options: { readonly password?: boolean } = {}): string => {
      const answer = ask(String(message), options.password ?? false);
      return answer === "" ? fallback : answer;
    },
    confirm: (message = ""): boolean => /^\s*y(es)?\s*$/i.test(ask(`${message} [y/n] `, false)),
    alert: (message = ""): void => void ask(`${message} [Enter]`, false),
  };
  for (const [name, value] of Object.entries(functions)) {
    defineProperty(globalThis, name, { value, writable: true, enumerable: false, configurable: true });
  }
}

function readReply(): InputReply {
  const chunks: Buffer[] = [];
  const chunk = Buffer.alloc(65536);
  for (;;) {
    const length = readSync(CHANNEL.input, chunk);
    if (length === 0) throw new Error("the kernel has ended while a cell waited for input");
    const end = chunk.subarray(0, length).indexOf(10);
    chunks.push(Buffer.from(chunk.subarray(0, end < 0 ? length : end)));
    if (end >= 0) return parseJson(Buffer.concat(chunks).toString("utf8")) as InputReply;
  }
}
