import { Console } from "node:console";
import { StringDecoder } from "node:string_decoder";
import { print as publish } from "./channel.js";
import { fenceNativeOutput } from "./native-output.js";
import { bufferFrom, defineProperty, nextTick } from "./primordials.js";

type StreamName = "stdout" | "stderr";
type Callback = (error?: Error | null) => void;
type Print = (chunk: string | Uint8Array, encoding?: BufferEncoding) => void;

/**
 * Sends what cells print to the front, under the cell that printed it.
 *
 * @param currentRun - the run to which output belongs at this moment.
 */
export function redirectStreams(currentRun: () => number): void {
  const print = { stdout: printer("stdout", currentRun), stderr: printer("stderr", currentRun) };
  const sink = (name: StreamName) =>
    ({ write: (text: string) => print[name](text) }) as unknown as NodeJS.WritableStream;
  for (const name of ["stdout", "stderr"] as const) redirect(process[name], print[name]);
  const console = new Console({
    stdout: sink("stdout"),
    stderr: sink("stderr"),
    ignoreErrors: false,
    colorMode: wantsColors(process.env["FORCE_COLOR"]),
  });
  defineProperty(globalThis, "console", { value: console, writable: true, enumerable: false, configurable: true });
  fenceNativeOutput();
}

/** Lets a stream print under its cell; ending it ends nothing, since the descriptor is that of every later cell too. */
function redirect(stream: NodeJS.WriteStream, print: Print): void {
  const write = (chunk: string | Uint8Array, encoding?: BufferEncoding | Callback, callback?: Callback): boolean => {
    print(chunk, typeof encoding === "string" ? encoding : undefined);
    const done = typeof encoding === "function" ? encoding : callback;
    if (done) nextTick(done);
    return true;
  };
  const end = (
    chunk?: string | Uint8Array | Callback | null,
    encoding?: BufferEncoding | Callback,
    callback?: Callback,
  ): NodeJS.WriteStream => {
    if (typeof chunk === "function") nextTick(chunk);
    else write(chunk ?? "", encoding, callback);
    // A pipeline waits for both.
    nextTick(() => stream.emit("finish") && stream.emit("close"));
    return stream;
  };
  for (const [name, value] of Object.entries({ write, end })) {
    defineProperty(stream, name, { value, writable: true, configurable: true });
  }
}

function printer(name: StreamName, currentRun: () => number): Print {
  const decoder = new StringDecoder("utf8");
  return (chunk, encoding) => {
    let text: string;
    if (typeof chunk !== "string") text = decoder.write(chunk as Buffer);
    else if (encoding === undefined || encoding === "utf8" || encoding === "utf-8") text = chunk;
    else text = decoder.write(bufferFrom(chunk, encoding));
    if (text !== "") publish(currentRun(), name, text);
  };
}

/** Whether values are printed in colours: the variable that Node's own terminals and many packages heed. */
const wantsColors = (forced: string | undefined): boolean => forced !== undefined && !["0", "false"].includes(forced);
