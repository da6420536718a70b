import { Notification } from "@jupyterlab/apputils";
import type { Cell, ICellModel } from "@jupyterlab/cells";
import type { CodeMirrorEditor } from "@jupyterlab/codemirror";
import type { NotebookPanel } from "@jupyterlab/notebook";
import type { Kernel } from "@jupyterlab/services";
import { linter, setDiagnostics, type Diagnostic as Squiggle } from "@codemirror/lint";
import { StateEffect } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import { LanguageClient } from "./client.js";
import { inOrder } from "./edits.js";
import { nextProblem } from "./problems.js";
import { LANGUAGE_TARGET, type Diagnostic, type Edited, type FromKernel, type Range } from "./protocol.js";
import { noteOf, showNote, typeNotes, type Note } from "./tooltip.js";
import type { EditorViews } from "./views.js";

/** Marks a notebook whose kernel can be asked: keyboard shortcuts and menus are of such notebooks alone. */
const LIVE_CLASS = "drl-typescript";

/** A notebook whose kernel knows TypeScript: shows what is wrong with it, and answers commands. */
export class NotebookLanguage {
  readonly #panel: NotebookPanel;
  readonly #kernel: Kernel.IKernelConnection;
  readonly #views: EditorViews;
  readonly #comm: Kernel.IComm;
  readonly #client: LanguageClient;
  readonly #announcer = document.createElement("div");
  readonly #equipped = new WeakSet<EditorView>();
  readonly #stopListening: () => void;
  #found: Readonly<Record<string, readonly Diagnostic[]>> = {};
  #isClosed = false;

  /** @param kernel - has the comm target. */
  constructor(panel: NotebookPanel, kernel: Kernel.IKernelConnection, views: EditorViews) {
    this.#panel = panel;
    this.#kernel = kernel;
    this.#views = views;
    this.#comm = kernel.createComm(LANGUAGE_TARGET);
    // The kernel answers whatever its shells do: subshells would be made for nothing.
    this.#comm.commsOverSubshells = "disabled" as Kernel.IComm["commsOverSubshells"];
    this.#comm.open();
    this.#client = new LanguageClient({
      send: (data) => void this.#comm.send(data as Parameters<Kernel.IComm["send"]>[0]),
      cells: () => this.#cells().map(({ id, sharedModel }) => ({ id, code: sharedModel.source })),
      found: (cells) => this.#show(cells),
    });
    this.#comm.onMsg = ({ content }) => this.#client.receive(content.data as unknown as FromKernel);
    this.#comm.onClose = () => this.#end();
    panel.model?.contentChanged.connect(this.#changed, this);
    this.#stopListening = views.onView((model, view) => {
      const cell = this.#cells().find((one) => one === model);
      if (cell && this.#viewsOf(cell).includes(view)) this.#equip(cell, view);
    });
    for (const cell of this.#cells()) for (const view of this.#viewsOf(cell)) this.#equip(cell, view);
    this.#announcer.className = "drl-announcer";
    this.#announcer.setAttribute("aria-live", "polite");
    panel.node.append(this.#announcer);
    panel.content.node.addEventListener("contextmenu", this.#pointedAt, true);
    panel.content.addClass(LIVE_CLASS);
  }

  /** Ends it, and tells the kernel, if that is still there. */
  close(): void {
    this.#end();
    if (this.#comm.isDisposed) return;
    if (["idle", "busy"].includes(this.#kernel.status)) this.#comm.close();
    else this.#comm.dispose();
  }

  /** Whether it has ended, because the kernel has, or has refused. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Shows the type of what the cursor is on, and what is wrong there. */
  async showType(): Promise<void> {
    const place = this.#place();
    if (!place) return;
    const wrong = (this.#found[place.cell] ?? []).filter(({ from, to }) => from <= place.at && place.at <= to);
    const hover = await this.#client.ask("hover", place);
    const note = hover ? noteOf(hover) : { code: "", text: wrong.length > 0 ? "" : "No type is known here." };
    this.#note({ ...note, text: [...wrong.map(wordsOf), note.text].filter(Boolean).join("\n\n") });
  }

  /** Goes to where the name at the cursor is declared. */
  async goToDefinition(): Promise<void> {
    const place = this.#place();
    const found = place && (await this.#client.ask("definition", place));
    if (found && "cell" in found) return this.#goTo(found.cell, found);
    if (found !== undefined) Notification.info(found ? `Declared in ${found.elsewhere}.` : "Nothing is declared here.");
  }

  /** The name at the cursor, if there is one. */
  nameAtCursor(): string {
    const { cell, at } = this.#place() ?? { cell: "", at: 0 };
    const text = this.#cell(cell)?.sharedModel.source ?? "";
    const before = /[\p{ID_Continue}$]*$/u.exec(text.slice(0, at))?.[0] ?? "";
    return before + (/^[\p{ID_Continue}$]*/u.exec(text.slice(at))?.[0] ?? "");
  }

  /** Gives what is named at the cursor another name, in all cells. */
  async rename(name: string): Promise<void> {
    const place = this.#place();
    if (place) this.#edit(await this.#client.ask("rename", { ...place, name }), "renamed");
  }

  /** Goes on with the text of the active cell. */
  focus(): void {
    this.#panel.content.mode = "edit";
    this.#panel.content.activeCell?.editor?.focus();
  }

  /** Lays out the active cell, or all. */
  async format(whole: boolean): Promise<void> {
    this.#edit(await this.#client.ask("format", { cells: this.#ids(whole) }), "formatted");
  }

  /** Sorts the imports of all cells, and leaves out those that no cell uses. */
  async organizeImports(): Promise<void> {
    this.#edit(await this.#client.ask("organizeImports", { cells: this.#ids(true) }), "with organised imports");
  }

  /** Goes to the next problem, or to the one before, and says what it is. */
  async goToProblem(step: 1 | -1): Promise<void> {
    const { widgets, activeCellIndex, activeCell } = this.#panel.content;
    const problems = widgets.flatMap(({ model }, index) =>
      (this.#found[model.id] ?? []).map((diagnostic) => ({ index, diagnostic })),
    );
    const cursor = activeCell?.editor?.getCursorPosition();
    const at = (cursor && activeCell?.editor?.getOffsetAt(cursor)) ?? 0;
    const problem = nextProblem(problems, { index: activeCellIndex, at }, step);
    const cell = problem && widgets[problem.index];
    if (!cell) return this.#announce("There are no problems.");
    const { from } = problem.diagnostic;
    await this.#goTo(cell.model.id, { from, to: from });
    this.#note({ code: "", text: wordsOf(problem.diagnostic) });
  }

  /** Nothing of it is shown any more. */
  #end(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stopListening();
    this.#panel.model?.contentChanged.disconnect(this.#changed, this);
    this.#panel.content.node.removeEventListener("contextmenu", this.#pointedAt, true);
    this.#panel.content.removeClass(LIVE_CLASS);
    this.#client.close();
    this.#show({});
    this.#announcer.remove();
  }

  #changed(): void {
    this.#client.changed();
  }

  /** What a menu is opened on is what its commands are about: the cursor goes there, unless it is selected. */
  readonly #pointedAt = ({ button, clientX: x, clientY: y, target }: MouseEvent): void => {
    const { content } = this.#panel;
    const index = content.widgets.findIndex(({ node }) => node.contains(target as Node));
    const cell = content.widgets[index];
    if (button !== 2 || cell?.model.type !== "code") return;
    for (const view of this.#viewsOf(cell.model)) {
      const at = view.contentDOM.contains(target as Node) ? view.posAtCoords({ x, y }) : null;
      if (at === null) continue;
      content.activeCellIndex = index;
      const { from, to } = view.state.selection.main;
      if (at < from || to < at) view.dispatch({ selection: { anchor: at } });
    }
  };

  #cells(): ICellModel[] {
    return [...(this.#panel.model?.cells ?? [])].filter(({ type }) => type === "code");
  }

  #cell(id: string): ICellModel | undefined {
    return this.#cells().find((cell) => cell.id === id);
  }

  /** The views of a cell in this panel: another may show the same notebook. */
  #viewsOf(cell: ICellModel): EditorView[] {
    const own = this.#panel.content.widgets.map(({ editor }) => (editor as Partial<CodeMirrorEditor> | null)?.editor);
    return [...this.#views.of(cell)].filter((view) => own.includes(view));
  }

  #ids(whole: boolean): string[] {
    const active = this.#panel.content.activeCell?.model;
    return this.#cells()
      .filter((cell) => whole || cell === active)
      .map(({ id }) => id);
  }

  /** The cell and the offset of the cursor. */
  #place(): { readonly cell: string; readonly at: number } | undefined {
    const { activeCell } = this.#panel.content;
    const cursor = activeCell?.editor?.getCursorPosition();
    if (!cursor || activeCell?.model.type !== "code") return undefined;
    return { cell: activeCell.model.id, at: activeCell.editor?.getOffsetAt(cursor) ?? 0 };
  }

  #equip(cell: ICellModel, view: EditorView): void {
    if (!this.#equipped.has(view)) {
      this.#equipped.add(view);
      const ask = async (at: number) => (this.isClosed ? null : this.#client.ask("hover", { cell: cell.id, at }));
      view.dispatch({ effects: StateEffect.appendConfig.of([linter(null), typeNotes(ask)]) });
    }
    this.#draw(cell, view);
  }

  #show(found: Readonly<Record<string, readonly Diagnostic[]>>): void {
    const before = this.#found;
    this.#found = found;
    for (const cell of this.#cells()) {
      if (JSON.stringify(before[cell.id] ?? []) === JSON.stringify(found[cell.id] ?? [])) continue;
      for (const view of this.#viewsOf(cell)) this.#draw(cell, view);
    }
  }

  #draw(cell: ICellModel, view: EditorView): void {
    const squiggles = (this.#found[cell.id] ?? [])
      .filter(({ to }) => to <= view.state.doc.length)
      .map(({ from, to, code, message, severity }): Squiggle => ({ from, to, severity, message, source: `TS${code}` }));
    view.dispatch(setDiagnostics(view.state, squiggles));
  }

  async #goTo(id: string, { from, to }: Range): Promise<void> {
    const { content } = this.#panel;
    const index = content.widgets.findIndex(({ model }) => model.id === id);
    const cell: Cell | undefined = content.widgets[index];
    if (!cell) return;
    cell.inputHidden = false;
    await content.scrollToItem(index);
    await cell.ready;
    const editor = cell.editor;
    if (!editor) return;
    const [start, end] = [from, to].map((offset) => editor.getPositionAt(offset) ?? { line: 0, column: 0 });
    content.activeCellIndex = index;
    content.mode = "edit";
    editor.focus();
    if (start && end) editor.setSelection({ start, end });
    if (start) editor.revealPosition(start);
  }

  #edit(edited: Edited | undefined, done: string): void {
    if (!edited) return void Notification.warning("The notebook has changed meanwhile: try again.");
    for (const { cell, message } of edited.problems) {
      const number = this.#panel.content.widgets.findIndex(({ model }) => model.id === cell) + 1;
      Notification.error(`Cell ${number} stays as it is: ${message}`);
    }
    const changed = this.#cells().filter(({ id }) => (edited.edits[id]?.length ?? 0) > 0);
    this.#panel.model?.sharedModel.transact(() => {
      for (const { id, sharedModel } of changed) {
        for (const { from, to, text } of inOrder(sharedModel.source, edited.edits[id] ?? []))
          sharedModel.updateSource(from, to, text);
      }
    });
    this.#announce(`${changed.length} ${changed.length === 1 ? "cell" : "cells"} ${done}.`);
  }

  /** Shows a note at the cursor, and has it read. */
  #note(note: Note): void {
    const { activeCell } = this.#panel.content;
    const active = activeCell && this.#viewsOf(activeCell.model).find((view) => view.hasFocus);
    if (active) showNote(active, note);
    this.#announce([note.code, note.text].filter(Boolean).join(". "));
  }

  #announce(text: string): void {
    this.#announcer.textContent = text;
  }
}

const wordsOf = ({ code, message }: Diagnostic): string => `TS${code}: ${message}`;
