import { createHook } from "node:async_hooks";

interface AsyncWrap {
  clearAsyncIdStack(): void;
  setPromiseHooks(...hooks: undefined[]): void;
}

/**
 * Node's stack of the asynchronous work that runs, which a termination leaves unbalanced: Node 20 aborts when it finds it so,
 * later versions have a flag instead.
 */
export class AsyncIds {
  readonly #wrap = asyncWrap();

  /** Empties the stack, and lets promises put nothing there: for the time until a termination comes. */
  suspend(): void {
    this.#wrap?.clearAsyncIdStack();
    this.#wrap?.setPromiseHooks(undefined, undefined, undefined, undefined);
  }

  /** Empties the stack of what ticks have left there, and lets promises be followed again. */
  restore(): void {
    this.#wrap?.clearAsyncIdStack();
    // Any change of hooks makes Node set up those of promises.
    if (this.#wrap)
      createHook({ init: () => undefined })
        .enable()
        .disable();
  }
}

/** Node's own binding; not there from Node 23 on. */
function asyncWrap(): AsyncWrap | undefined {
  try {
    return (process as unknown as { binding(name: string): AsyncWrap }).binding("async_wrap");
  } catch {
    return undefined;
  }
}
