import childProcess, { ChildProcess } from "node:child_process";
import { Console } from "node:console";
import { syncBuiltinESMExports } from "node:module";
import { StringDecoder } from "node:string_decoder";
import { fence, print as publish } from "./channel.js";
import { apply, defineProperty } from "./primordials.js";

type StreamName = "stdout" | "stderr";
type Callback = (error?: Error | null) => void;

/**
 * Sends what cells print to the front, under the cell that printed it.
 *
 * @param currentRun - the run to which output belongs at this moment.
 */
export function redirectStreams(currentRun: () => number): void {
  const print = { stdout: printer("stdout", currentRun), stderr: printer("stderr", currentRun) };
  for (const name of ["stdout", "stderr"] as const) {
    defineProperty(process[name], "write", {
      value: (chunk: string | Uint8Array, encoding?: BufferEncoding | Callback, callback?: Callback): boolean => {
        print[name](chunk, typeof encoding === "string" ? encoding : undefined);
        const done = typeof encoding === "function" ? encoding : callback;
        if (done) process.nextTick(done);
        return true;
      },
      writable: true,
      configurable: true,
    });
  }
  const sink = (name: StreamName) =>
    ({ write: (text: string) => print[name](text) }) as unknown as NodeJS.WritableStream;
  const console = new Console({
    stdout: sink("stdout"),
    stderr: sink("stderr"),
    ignoreErrors: false,
    colorMode: false,
  });
  defineProperty(globalThis, "console", { value: console, writable: true, enumerable: false, configurable: true });
  fenceSynchronousChildren();
}

function printer(
  name: StreamName,
  currentRun: () => number,
): (chunk: string | Uint8Array, encoding?: BufferEncoding) => void {
  const decoder = new StringDecoder("utf8");
  return (chunk, encoding) => {
    let text: string;
    if (typeof chunk !== "string") text = decoder.write(chunk as Buffer);
    else if (encoding === undefined || encoding === "utf8" || encoding === "utf-8") text = chunk;
    else text = decoder.write(Buffer.from(chunk, encoding));
    if (text !== "") publish(currentRun(), name, text);
  };
}

/** Child processes that inherit stdio write past the channel: a fence on both sides keeps their place in the order. */
function fenceSynchronousChildren(): void {
  for (const name of ["execSync", "execFileSync", "spawnSync"] as const) {
    const original = childProcess[name] as (...values: unknown[]) => unknown;
    const fenced = (...values: unknown[]): unknown => {
      fence();
      try {
        return original(...values);
      } finally {
        fence();
      }
    };
    defineProperty(fenced, "name", { value: name, configurable: true });
    defineProperty(childProcess, name, { value: fenced, writable: true, enumerable: true, configurable: true });
  }
  const prototype = ChildProcess.prototype as unknown as { spawn(options: unknown): unknown };
  const { spawn } = prototype;
  defineProperty(prototype, "spawn", {
    value(this: ChildProcess, options: unknown): unknown {
      fence();
      return apply(spawn, this, [options]);
    },
    writable: true,
    configurable: true,
  });
  syncBuiltinESMExports();
}
