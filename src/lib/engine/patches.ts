/** Replaced properties that are put back in reverse order. */
export class Patches {
  readonly #undo: (() => void)[] = [];

  /** Replaces `target[key]` with what `make` returns for the present value. */
  replace<T extends object, K extends keyof T>(target: T, key: K, make: (original: T[K]) => T[K]): void {
    const own = Object.getOwnPropertyDescriptor(target, key);
    const original = target[key];
    Object.defineProperty(target, key, { value: make(original), configurable: true, writable: true });
    this.#undo.push(() => {
      if (own) Object.defineProperty(target, key, own);
      else delete target[key];
    });
  }

  restore(): void {
    for (const undo of this.#undo.reverse()) undo();
    this.#undo.length = 0;
  }
}
