/** The kernel's comm target; a kernel that has it names it among the features that it supports. */
export const LANGUAGE_TARGET = "diffrepairer.language";

/** A code cell of a notebook. */
export interface NotebookCell {
  readonly id: string;
  readonly code: string;
}

/** A stretch of a cell's text, in UTF-16 units. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** What is wrong with a stretch of a cell. */
export interface Diagnostic extends Range {
  /** TypeScript's number. */
  readonly code: number;
  readonly message: string;
  readonly severity: "error" | "warning";
}

/** The type of what stands at a place, and what its author says of it. */
export interface Hover extends Range {
  readonly signature: string;
  readonly documentation: string;
}

/** Where a name is declared: in a cell, or elsewhere, which is said in words. */
export type Definition = ({ readonly cell: string } & Range) | { readonly elsewhere: string };

/** Text that takes the place of a stretch. */
export interface Edit extends Range {
  readonly text: string;
}

/** Edits by the ids of cells, and why other cells stay as they are. */
export interface Edited {
  readonly edits: Readonly<Record<string, readonly Edit[]>>;
  readonly problems: readonly { readonly cell: string; readonly message: string }[];
}

/** What the kernel can be asked, and what it answers. */
export interface Questions {
  hover(params: { readonly cell: string; readonly at: number }): Hover | null;
  definition(params: { readonly cell: string; readonly at: number }): Definition | null;
  rename(params: { readonly cell: string; readonly at: number; readonly name: string }): Edited;
  format(params: { readonly cells: readonly string[] }): Edited;
  organizeImports(params: { readonly cells: readonly string[] }): Edited;
}

/** What the kernel sends: `diagnostics` holds every cell of the version, by its id. */
export type FromKernel =
  | {
      readonly type: "diagnostics";
      readonly version: number;
      readonly cells: Readonly<Record<string, readonly Diagnostic[]>>;
    }
  | { readonly type: "reply"; readonly request: number; readonly status: "ok"; readonly result: unknown }
  | { readonly type: "reply"; readonly request: number; readonly status: "stale" }
  | { readonly type: "reply"; readonly request: number; readonly status: "error"; readonly message: string }
  | { readonly type: "error"; readonly message: string };
