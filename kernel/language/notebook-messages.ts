/** A code cell of a notebook that is being edited. */
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
  /** TypeScript's number, such as 2322. */
  readonly code: number;
  readonly message: string;
  /** An error keeps the cell from running; a warning is printed when it runs. */
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

/** Edits by the ids of cells; none of one cell overlap. */
export type CellEdits = Readonly<Record<string, readonly Edit[]>>;

/** A cell of a notebook that is held. */
export interface HeldCell {
  /** Names the notebook among those that are held. */
  readonly notebook: string;
  readonly cell: string;
}

/** A place in a cell, in UTF-16 units. */
export interface CellPlace {
  readonly cell: string;
  readonly at: number;
}

export type HeldPlace = HeldCell & CellPlace;

/** What the front may ask of notebooks that are held; a name that cannot be given rejects with the reason. */
export interface NotebookMethods {
  /** Holds a notebook: its code cells, in their order, in the place of those it had. */
  openNotebook(params: { readonly notebook: string; readonly cells: readonly NotebookCell[] }): void;
  closeNotebook(params: { readonly notebook: string }): void;
  /** What is wrong with a cell, in the order of its text. */
  notebookFaults(params: HeldCell): readonly Diagnostic[];
  hover(params: HeldPlace): Hover | null;
  definition(params: HeldPlace): Definition | null;
  rename(params: HeldPlace & { readonly name: string }): CellEdits;
  /** Sorts and joins the imports of a cell, and leaves out names that no cell of the notebook uses. */
  organizeImports(params: HeldCell): CellEdits;
}

/** What is asked of the process that lays cells out. */
export interface LayoutRequest {
  readonly cells: readonly NotebookCell[];
}

/** A cell's text as it is to be, or why it stays as it is. */
export type Layout = { readonly id: string; readonly text: string } | { readonly id: string; readonly problem: string };
