import type { Diagnostic, NotebookCell, NotebookMethods } from "../language/notebook-messages.js";
import type { Header } from "../protocol/messages.js";
import {
  fromEditor,
  type Edited,
  type EditorRequest,
  type EditorResult,
  type NotebookUpdate,
  type ToEditor,
} from "./editor-messages.js";
import { helpQuestion } from "./help.js";
import type { Language } from "./language.js";
import { layOut } from "./layout-process.js";

/** What an editor shares with the others. */
export interface EditorHost {
  readonly language: Language;
  send(parent: Header, data: ToEditor): void;
}

/** More questions than that at once are refused. */
const MAX_WAITING = 32;

/** How long nothing must have run before the notebook is looked at anew. */
const SETTLED_MS = 500;

/** One notebook in one editor: told what is wrong with it, version by version, and answered about places in it. */
export class Editor {
  readonly #id: string;
  readonly #host: EditorHost;
  #version = -1;
  /** The version that the language process holds. */
  #heldVersion: number | undefined;
  #cells: readonly NotebookCell[] = [];
  /** The message that the version came by. */
  #header: Header;
  /** Cells whose types could not be found in reasonable time: they are not looked at again as they stand. */
  readonly #hopeless = new Set<string>();
  #isChecking = false;
  #isChecked = true;
  #isClosed = false;
  #waiting = 0;
  #settling: NodeJS.Timeout | undefined;

  /** @param id - of the comm; `header` is of the message that opened it. */
  constructor(id: string, header: Header, host: EditorHost) {
    this.#id = id;
    this.#header = header;
    this.#host = host;
  }

  /** Takes a message. */
  take(header: Header, data: unknown): void {
    try {
      const message = fromEditor(data);
      if (message.type === "notebook") this.#update(header, message);
      else void this.#answer(header, message);
    } catch (error) {
      this.#host.send(header, { type: "error", message: messageOf(error) });
    }
  }

  /** The session knows other names than before: cells may have run. */
  sessionChanged(): void {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => {
      this.#isChecked = this.#version < 0;
      void this.#check();
    }, SETTLED_MS).unref();
  }

  /** The language process has been replaced: it holds nothing. */
  languageRestarted(): void {
    this.#heldVersion = undefined;
  }

  /** Sends nothing more. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#settling);
    this.#host.language.request("closeNotebook", { notebook: this.#id }).catch(() => undefined);
  }

  #update(header: Header, { version, cells }: NotebookUpdate): void {
    if (version <= this.#version) return;
    this.#version = version;
    // Help that a cell asks for is no code.
    this.#cells = cells.map(({ id, code }) => ({ id, code: helpQuestion(code) ? "" : code }));
    this.#header = header;
    this.#isChecked = false;
    const codes = new Set(this.#cells.map(({ code }) => code));
    for (const code of this.#hopeless) if (!codes.has(code)) this.#hopeless.delete(code);
    void this.#check();
  }

  /** Looks at the newest version, one at a time. */
  async #check(): Promise<void> {
    if (this.#isChecking) return;
    this.#isChecking = true;
    while (!this.#isChecked && !this.#isClosed) {
      this.#isChecked = true;
      const [header, version] = [this.#header, this.#version];
      const cells = await this.#diagnostics(header);
      if (cells) this.#send(header, { type: "diagnostics", version, cells });
    }
    this.#isChecking = false;
  }

  /** What is wrong with the cells, or undefined if there is more to look at before that is known. */
  async #diagnostics(header: Header): Promise<Record<string, readonly Diagnostic[]> | undefined> {
    const found: Record<string, readonly Diagnostic[]> = {};
    const version = this.#version;
    const failed = (code: string) => (error: unknown) => {
      if (version !== this.#version) return [];
      this.#hopeless.add(code);
      const message = `the types of a cell could not be checked: ${messageOf(error)}`;
      this.#send(header, { type: "error", message });
      return [];
    };
    for (const { id, code } of this.#cells) {
      found[id] = this.#hopeless.has(code) ? [] : await this.#ask("notebookFaults", { cell: id }).catch(failed(code));
      if (!this.#isChecked || this.#isClosed) return undefined;
    }
    return found;
  }

  async #answer(header: Header, request: EditorRequest): Promise<void> {
    const reply = { type: "reply", request: request.request } as const;
    if (request.version !== this.#version) return this.#send(header, { ...reply, status: "stale" });
    if (this.#waiting >= MAX_WAITING) {
      return this.#send(header, { ...reply, status: "error", message: "too many questions at once" });
    }
    this.#waiting += 1;
    try {
      const result = await this.#result(request);
      const isStale = request.version !== this.#version;
      this.#send(header, isStale ? { ...reply, status: "stale" } : { ...reply, status: "ok", result });
    } catch (error) {
      this.#send(header, { ...reply, status: "error", message: messageOf(error) });
    } finally {
      this.#waiting -= 1;
    }
  }

  async #result(request: EditorRequest): Promise<EditorResult> {
    switch (request.method) {
      case "hover":
      case "definition":
        return this.#ask(request.method, request);
      case "rename":
        return { edits: await this.#ask("rename", request), problems: [] };
      case "format":
        return this.#format(request.cells);
      case "organizeImports":
        return this.#organizeImports(request.cells);
    }
  }

  async #format(ids: readonly string[]): Promise<Edited> {
    const cells = this.#cells.filter(({ id, code }) => ids.includes(id) && code.trim() !== "");
    const laidOut = await layOut(cells);
    const codes = new Map(cells.map(({ id, code }) => [id, code]));
    const edits: Record<string, Edited["edits"][string]> = {};
    const problems: { cell: string; message: string }[] = [];
    for (const layout of laidOut) {
      const code = codes.get(layout.id) ?? "";
      if ("problem" in layout) problems.push({ cell: layout.id, message: layout.problem });
      else if (layout.text !== code) edits[layout.id] = [{ from: 0, to: code.length, text: layout.text }];
    }
    return { edits, problems };
  }

  async #organizeImports(ids: readonly string[]): Promise<Edited> {
    let edits: Edited["edits"] = {};
    for (const cell of ids) {
      edits = { ...edits, ...(await this.#ask("organizeImports", { cell })) };
    }
    return { edits, problems: [] };
  }

  /** Asks about the notebook, once it is held as it stands now. */
  #ask<M extends keyof NotebookMethods>(method: M, params: Omit<Parameters<NotebookMethods[M]>[0], "notebook">) {
    const { language } = this.#host;
    if (this.#heldVersion !== this.#version) {
      this.#heldVersion = this.#version;
      language
        .request("openNotebook", { notebook: this.#id, cells: this.#cells })
        .catch(() => this.languageRestarted());
    }
    return language.request(method, { ...params, notebook: this.#id } as Parameters<NotebookMethods[M]>[0]);
  }

  #send(header: Header, data: ToEditor): void {
    if (!this.#isClosed) this.#host.send(header, data);
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
