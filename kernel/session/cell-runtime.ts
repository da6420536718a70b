import type { Boxes } from "./boxes.js";

/** What a compiled cell is given. */
export interface CellRuntime {
  result: unknown;
  readonly meta: object;
  box(name: string): unknown;
  bind: Boxes["bind"];
  imported<T>(loading: Promise<T>): Promise<T>;
  /** What a cell goes on with after an `await`. */
  resumed<T>(value: T): T;
  /** Puts what the engine threw into the cell's words, before the cell's own `catch` reads it. */
  caught(error: unknown): void;
}
