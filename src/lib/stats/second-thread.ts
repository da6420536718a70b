import { Worker } from "node:worker_threads";

/** States of the control word. */
const [STARTING, IDLE, BUSY, CLOSED] = [0, 1, 2, 3];
const MOST_ARGUMENTS = 8;

/** A thread that runs one function of a WebAssembly module over a shared memory. */
export interface SecondThread {
  /** Begins a call, unless the thread has not started yet or cannot: then returns false. */
  begin(args: number[]): boolean;
  /** Waits for the end of the call and returns its result. */
  finish(): number;
  /** Ends the thread. */
  close(): void;
}

/**
 * Starts a second thread. Its caller goes on meanwhile and does all work alone until the thread is there; it must give the same results
 * either way.
 *
 * @param module - a `WebAssembly.Module` that imports `env.memory`.
 * @param memory - a shared `WebAssembly.Memory`.
 * @param name - of the function.
 */
export function startSecondThread(module: object, memory: object, name: string): SecondThread {
  const control = new Int32Array(new SharedArrayBuffer(4));
  const numbers = new Float64Array(new SharedArrayBuffer(8 * (MOST_ARGUMENTS + 1)));
  const worker = new Worker(PROGRAM, { eval: true, workerData: { module, memory, name, control, numbers } });
  // A thread that fails leaves the work to its caller.
  worker.on("error", () => undefined);
  worker.unref();
  return {
    begin(args) {
      if (Atomics.load(control, 0) !== IDLE) return false;
      numbers.fill(0);
      numbers.set(args);
      Atomics.store(control, 0, BUSY);
      Atomics.notify(control, 0);
      return true;
    },
    finish() {
      while (Atomics.load(control, 0) === BUSY) Atomics.wait(control, 0, BUSY);
      return numbers[MOST_ARGUMENTS]!;
    },
    close() {
      Atomics.store(control, 0, CLOSED);
      Atomics.notify(control, 0);
    },
  };
}

/** A text, so that no file has to be found beside the program, whether it was compiled, bundled or is run from TypeScript. */
const PROGRAM = `
const { module, memory, name, control, numbers } = require("node:worker_threads").workerData;
const run = new WebAssembly.Instance(module, { env: { memory } }).exports[name];
Atomics.compareExchange(control, 0, ${STARTING}, ${IDLE});
for (;;) {
  Atomics.wait(control, 0, ${IDLE});
  const state = Atomics.load(control, 0);
  if (state === ${CLOSED}) break;
  if (state !== ${BUSY}) continue;
  numbers[${MOST_ARGUMENTS}] = run(...numbers.subarray(0, ${MOST_ARGUMENTS}));
  if (Atomics.compareExchange(control, 0, ${BUSY}, ${IDLE}) === ${CLOSED}) break;
  Atomics.notify(control, 0);
}
`;
