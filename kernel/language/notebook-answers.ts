import ts from "typescript";
import { symbolAt } from "./inspect.js";
import type {
  CellEdits,
  Definition,
  Diagnostic,
  Hover,
  HeldCell,
  HeldPlace,
  NotebookMethods,
} from "./notebook-messages.js";
import { definition } from "./notebook-names.js";
import { Notebook, type CellModule } from "./notebook.js";
import { wordsOf } from "./parsed-cell.js";
import { rangeOf } from "./places.js";
import { rename } from "./rename.js";
import type { CellService } from "./service.js";
import { strictnessOf, type Strictness } from "./strictness.js";
import { cellFaults, parseCell } from "./transform.js";

const FORMAT: ts.FormatCodeSettings = { ...ts.getDefaultFormatCodeSettings("\n"), indentSize: 2, tabSize: 2 };

/** Answers questions of editors about their notebooks. */
export class NotebookAnswers implements NotebookMethods {
  readonly #session: CellService;
  readonly #notebooks = new Map<string, Notebook>();
  readonly #strictness: Strictness;
  #opened = 0;

  /** @param session - knows the cells that have run; `strictness` is the kernel's. */
  constructor(session: CellService, strictness: Strictness) {
    this.#session = session;
    this.#strictness = strictness;
  }

  /** The session's names have changed. */
  refresh(): void {
    for (const notebook of this.#notebooks.values()) notebook.refresh();
  }

  openNotebook({ notebook: id, cells }: Parameters<NotebookMethods["openNotebook"]>[0]): void {
    const notebook = this.#notebooks.get(id) ?? new Notebook(this.#session, `notebook-${++this.#opened}`);
    this.#notebooks.set(id, notebook);
    notebook.open(cells);
  }

  closeNotebook({ notebook: id }: { readonly notebook: string }): void {
    this.#notebooks.get(id)?.open([]);
    this.#notebooks.delete(id);
  }

  notebookFaults(asked: HeldCell): readonly Diagnostic[] {
    const notebook = this.#held(asked);
    const { code } = notebook.cell(asked.cell).parsed;
    const syntax = cellFaults(parseCell(code).file);
    const strictness = strictnessOf(code, this.#strictness);
    const types = syntax.length > 0 || strictness === "off" ? [] : notebook.typeFaults(asked.cell);
    const severity = syntax.length === 0 && strictness === "warn" ? "warning" : "error";
    return [...syntax, ...types].map((fault) => ({
      ...rangeOf(code, fault),
      ...{ code: fault.code, message: fault.message, severity },
    }));
  }

  hover(place: HeldPlace): Hover | null {
    const notebook = this.#held(place);
    const cell = notebook.cell(place.cell);
    const found = symbolAt(cell, cell.file, cell.start + place.at, notebook.service);
    if (!found) return null;
    const { span, signature, documentation, tags } = found;
    const from = span.start - cell.start;
    const notes = tags.map(({ name, text }) => `@${name} ${ts.displayPartsToString(text)}`.trimEnd());
    const text = [ts.displayPartsToString([...documentation]), notes.join("\n")].filter((part) => part !== "");
    return { from, to: from + span.length, signature, documentation: text.join("\n\n") };
  }

  definition(place: HeldPlace): Definition | null {
    return definition(this.#held(place), place);
  }

  rename(place: HeldPlace & { readonly name: string }): CellEdits {
    return rename(this.#held(place), place);
  }

  organizeImports(asked: HeldCell): CellEdits {
    const notebook = this.#held(asked);
    const cell = notebook.cell(asked.cell);
    const { code, source, owned, extension } = cell.parsed;
    if (source !== code) return {};
    // To TypeScript a cell is a module of its own: what others use of it is what it exports.
    const others = wordsOf(notebook.cells.map((other) => (other === cell ? "" : other.parsed.code)).join("\n"));
    const text = `${code}\nexport { ${[...owned.keys()].filter((name) => others.has(name)).join(", ")} };\n`;
    const changes = notebook.withFile(`organize-imports${extension}`, text, (fileName, service) =>
      service.organizeImports({ type: "file", fileName }, FORMAT, {}),
    );
    const edits = changes.flatMap(({ textChanges }) => textChanges);
    return editsIn({ id: cell.id, start: 0, end: code.length }, edits);
  }

  #held({ notebook: id }: HeldCell): Notebook {
    const notebook = this.#notebooks.get(id);
    if (!notebook) throw new Error(`there is no notebook "${id}"`);
    return notebook;
  }
}

/** The changes of a cell's file that lie in the cell. */
function editsIn(
  { id, start, end }: Pick<CellModule, "id" | "start" | "end">,
  changes: readonly ts.TextChange[],
): CellEdits {
  const within = changes.filter(({ span }) => span.start >= start && span.start + span.length <= end);
  if (within.length === 0) return {};
  return {
    [id]: within.map(({ span, newText }) => {
      const from = span.start - start;
      return { from, to: from + span.length, text: newText };
    }),
  };
}
