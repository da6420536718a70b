import type { Compilation, Transformed, Types } from "./compiled-cell.js";

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
export interface LanguageMethods {
  /** Compiles a cell, its types erased and, if `checks`, checked. Its names are known once it is said to run. */
  compile(params: { code: string; fileName: string; checks: boolean }): Promise<Compilation>;
  /** Erases the types of an expression of the debugger's; names of the place it is evaluated at hide the session's. */
  erase(params: { code: string; scope: ExpressionScope }): Transformed;
  /** Ends the check of a cell that is under way. */
  stopCheck(params: Record<string, never>): void;
  /** Takes the names that a cell declares, as it runs. */
  ran(params: { code: string; fileName: string }): void;
  isComplete(params: { code: string }): Completeness;
  complete(params: Question): Promise<Completion>;
  inspect(params: Question): Promise<Inspection>;
  /** Forgets every cell: the session has started anew. Returns the names that were known. */
  reset(params: Record<string, never>): string[];
}

/** Name of a request. */
export type LanguageMethod = keyof LanguageMethods;

/** A request as it goes over the channel between the processes. */
export interface LanguageRequest {
  readonly id: number;
  readonly method: LanguageMethod;
  readonly params: unknown;
}

/** Its answer. */
export type LanguageResponse =
  { readonly id: number; readonly result: unknown } | { readonly id: number; readonly error: string };

/** What the checker found in a cell that ran before it could be checked. */
export interface LateTypes {
  readonly late: string;
  readonly types: Types;
}
