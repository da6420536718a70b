import type { Compilation, Transformed, Types } from "./compiled-cell.js";
import type { NotebookMethods } from "./notebook-messages.js";
import type { RanCell } from "./service.js";

/** Whether a text can be run as it stands; `indent` is what the next line should begin with. */
export interface Completeness {
  readonly status: "complete" | "incomplete" | "invalid";
  readonly indent?: string;
}

/** A place in a cell that an editor asks about. */
export interface Question {
  readonly code: string;
  /** Unicode code points before the cursor. */
  readonly cursor: number;
  /** How much an inspection tells: 1 for the source too. Default 0. */
  readonly detail?: number;
}

/** What a complete_reply holds; `cursor_start` and `cursor_end` count Unicode code points. */
export interface Completion {
  readonly matches: readonly string[];
  readonly cursor_start: number;
  readonly cursor_end: number;
  readonly metadata: {
    readonly _jupyter_types_experimental: readonly {
      readonly text: string;
      readonly type: string;
      readonly start: number;
      readonly end: number;
    }[];
  };
}

/** What an inspect_reply holds. */
export interface Inspection {
  readonly found: boolean;
  readonly data: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, never>>;
}

/** What hides the session's names from an expression: local names, or those at a place (one-based) in a cell. */
export type ExpressionScope =
  { readonly locals: readonly string[] } | { readonly cell: string; readonly line: number; readonly column: number };

/** What the front may ask of the language process, and what it gets. */
export interface LanguageMethods extends NotebookMethods {
  /**
   * Compiles a cell, its types erased and, if `checks`, checked: at once, or later where types are not loaded yet. Its names
   * are known once it is said to run.
   */
  compile(params: { readonly code: string; readonly fileName: string; readonly checks: boolean }): Compilation;
  /** Erases the types of an expression of the debugger's; names of the place it is evaluated at hide the session's. */
  erase(params: { readonly code: string; readonly scope: ExpressionScope }): Transformed;
  /** Looks at the types of a cell that was compiled without. */
  check(params: { readonly code: string }): Types;
  /** Takes the names that cells declare, as they run; a cell once more when it has a result. */
  ran(params: readonly RanCell[]): void;
  isComplete(params: { readonly code: string }): Completeness;
  complete(params: Question): Completion;
  inspect(params: Question): Inspection;
  /** Checks a sample: TypeScript's code is compiled well once it has run some times. */
  exercise(params: Record<string, never>): void;
  /** Gives memory back, if there is much. */
  rest(params: Record<string, never>): void;
  /** Forgets every cell: the session has started anew. Returns the names that were known. */
  reset(params: Record<string, never>): readonly string[];
}

/** Name of a request. */
export type LanguageMethod = keyof LanguageMethods;

/** A request, one JSON line; the next is sent once this one is answered. */
export interface LanguageRequest {
  readonly method: LanguageMethod;
  readonly params: unknown;
}

/** The answer, one JSON line; the first of all says that the process is ready. */
export type LanguageResponse = { readonly result: unknown } | { readonly error: string };

/** The process's file descriptors beyond the three standard ones. */
export const CHANNEL = { requests: 3, responses: 4 } as const;
