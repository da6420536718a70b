import type { CellEdits, Definition, Diagnostic, Hover, NotebookCell } from "../language/notebook-messages.js";

/** The comm target by which an editor asks of a notebook's language; `supported_features` of the kernel's info names it too. */
export const LANGUAGE_TARGET = "diffrepairer.language";

/** The notebook's code cells as they stand; what is found in an older version is not told any more. */
export interface NotebookUpdate {
  readonly type: "notebook";
  readonly version: number;
  readonly cells: readonly NotebookCell[];
}

/** A question; `version` is of the notebook that it is about, `request` names it. */
export type EditorRequest = { readonly type: "request"; readonly request: number; readonly version: number } & (
  | { readonly method: "hover" | "definition"; readonly cell: string; readonly at: number }
  | { readonly method: "rename"; readonly cell: string; readonly at: number; readonly name: string }
  | { readonly method: "format" | "organizeImports"; readonly cells: readonly string[] }
);

/** What an editor sends. */
export type FromEditor = NotebookUpdate | EditorRequest;

/** Edits, and why cells that are not among them stay as they are. */
export interface Edited {
  readonly edits: CellEdits;
  readonly problems: readonly { readonly cell: string; readonly message: string }[];
}

/** What an editor is sent: `diagnostics` holds every cell of the version, by its id. */
export type ToEditor =
  | {
      readonly type: "diagnostics";
      readonly version: number;
      readonly cells: Readonly<Record<string, readonly Diagnostic[]>>;
    }
  | { readonly type: "reply"; readonly request: number; readonly status: "ok"; readonly result: EditorResult }
  | { readonly type: "reply"; readonly request: number; readonly status: "stale" }
  | { readonly type: "reply"; readonly request: number; readonly status: "error"; readonly message: string }
  | { readonly type: "error"; readonly message: string };

/** Answers: to hover, definition, and the others. */
export type EditorResult = Hover | Definition | Edited | null;

/** The most cells, and characters in all, that a notebook may have. */
const MAX_CELLS = 5_000;
const MAX_LENGTH = 2_000_000;

/** Reads what an editor has sent; throws, saying what is wrong with it. */
export function fromEditor(data: unknown): FromEditor {
  const { type, version, ...rest } = recordOf(data, "a message");
  if (!Number.isSafeInteger(version)) throw new Error("version must be a whole number");
  if (type === "notebook") return { type, version: version as number, cells: cellsOf(rest["cells"]) };
  if (type === "request") return { type, version: version as number, ...requestOf(rest) } as EditorRequest;
  throw new Error(`type must be "notebook" or "request", not ${JSON.stringify(type)}`);
}

function cellsOf(cells: unknown): NotebookCell[] {
  if (!Array.isArray(cells)) throw new Error("cells must be an array");
  if (cells.length > MAX_CELLS) throw new Error(`a notebook may have ${MAX_CELLS} cells, not ${cells.length}`);
  const read = cells.map((cell: unknown) => {
    const { id, code } = recordOf(cell, "a cell");
    return { id: textOf(id, "id"), code: textOf(code, "code") };
  });
  if (new Set(read.map(({ id }) => id)).size < read.length) throw new Error("two cells have the same id");
  const length = read.reduce((sum, { code }) => sum + code.length, 0);
  if (length > MAX_LENGTH) throw new Error(`a notebook may have ${MAX_LENGTH} characters of code, not ${length}`);
  return read;
}

function requestOf({ request, method, cell, at, name, cells }: Record<string, unknown>) {
  if (!Number.isSafeInteger(request)) throw new Error("request must be a whole number");
  switch (method) {
    case "hover":
    case "definition":
    case "rename": {
      if (!Number.isSafeInteger(at) || (at as number) < 0) throw new Error("at must be a place in the cell");
      const place = { request, method, cell: textOf(cell, "cell"), at };
      return method === "rename" ? { ...place, name: textOf(name, "name") } : place;
    }
    case "format":
    case "organizeImports":
      if (!Array.isArray(cells)) throw new Error("cells must be an array");
      return { request, method, cells: cells.map((id) => textOf(id, "a cell's id")) };
    default:
      throw new Error(`there is no method ${JSON.stringify(method)}`);
  }
}

function recordOf(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error(`${what} must be an object`);
  return value as Record<string, unknown>;
}

function textOf(value: unknown, what: string): string {
  if (typeof value !== "string") throw new Error(`${what} must be a string`);
  return value;
}
