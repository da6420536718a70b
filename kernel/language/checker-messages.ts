import type { Fault } from "./compiled-cell.js";
import type { Completion, Inspection, Question } from "./messages.js";
import type { RanCell } from "./service.js";

/** What the checker's thread is asked, one at a time, and what it answers. */
export interface CheckerMethods {
  /** Loads TypeScript's libraries and looks at a sample. */
  warm(params: Record<string, never>): void;
  /** Takes cells that run. */
  add(params: readonly RanCell[]): void;
  /** Forgets every cell. */
  clear(params: Record<string, never>): void;
  check(params: { readonly code: string }): readonly Fault[];
  complete(params: Question): Completion;
  inspect(params: Question): Inspection;
}

/** Name of a request. */
export type CheckerMethod = keyof CheckerMethods;

/** A request as it goes to the thread. */
export interface CheckerRequest {
  readonly method: CheckerMethod;
  readonly params: unknown;
}

/** Its answer. */
export type CheckerResponse = { readonly result: unknown } | { readonly error: string };
