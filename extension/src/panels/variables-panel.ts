import type { ISessionContext } from "@jupyterlab/apputils";
import type { INotebookTracker, NotebookPanel } from "@jupyterlab/notebook";
import { Widget } from "@lumino/widgets";
import { element } from "./element.js";
import type { Contact, SessionComm } from "./session-comm.js";
import { VariableGrid } from "./variable-grid.js";
import { chosen, type SortKey, type Variable, type VariableNews } from "./variables.js";

/** What the panel needs. */
export interface VariablesHost {
  readonly tracker: INotebookTracker;
  comm(context: ISessionContext): SessionComm<VariableNews>;
  insert(panel: NotebookPanel, text: string): void;
  view(panel: NotebookPanel, name: string): void;
}

const EMPTY: Readonly<Record<Contact, string>> = {
  none: "This notebook has no kernel. Choose one to see its variables.",
  foreign: "This notebook's kernel does not tell its variables; the TypeScript kernel of diffrepairer does.",
  waiting: "Waiting for the kernel: variables are told between cells.",
  live: "No variables yet. Those that cells declare appear here.",
};

/** The side panel with the variables of the notebook that is active. */
export class VariablesPanel extends Widget {
  readonly #host: VariablesHost;
  readonly #filter = element("input", "drl-filter", {
    attributes: {
      type: "search",
      placeholder: "Filter",
      "aria-label": "Filter variables by name or type",
    },
  });
  readonly #message = element("p", "drl-empty", { attributes: { role: "status" } });
  readonly #grid: VariableGrid;
  #notebook: NotebookPanel | null = null;
  #comm: SessionComm<VariableNews> | undefined;
  #sort: SortKey = "order";

  constructor(host: VariablesHost) {
    super();
    this.#host = host;
    this.addClass("drl-panel");
    this.node.setAttribute("role", "region");
    this.node.setAttribute("aria-label", "Variables");
    this.#grid = new VariableGrid({
      insert: ({ name }) => this.#notebook && host.insert(this.#notebook, name),
      view: ({ name }) => this.#notebook && host.view(this.#notebook, name),
      sort: (key) => {
        this.#sort = key;
        this.#show();
      },
    });
    this.#filter.addEventListener("input", () => this.#show());
    this.node.append(
      element("div", "drl-panel-head", {}, element("h2", "", { text: "Variables" }), this.#filter),
      this.#message,
      this.#grid.node,
    );
    host.tracker.currentChanged.connect(this.#follow, this);
  }

  protected override onAfterShow(): void {
    this.#follow();
    this.#comm?.listen(true);
  }

  protected override onAfterHide(): void {
    this.#comm?.listen(false);
  }

  protected override onAfterAttach(): void {
    if (this.isVisible) this.onAfterShow();
  }

  protected override onActivateRequest(): void {
    this.#filter.focus();
  }

  #follow(): void {
    const notebook = this.#host.tracker.currentWidget;
    if (notebook !== this.#notebook) {
      this.#comm?.changed.disconnect(this.#show, this);
      this.#comm?.listen(false);
      this.#notebook = notebook;
      this.#comm = notebook ? this.#host.comm(notebook.sessionContext) : undefined;
      this.#comm?.changed.connect(this.#show, this);
      if (this.isVisible) this.#comm?.listen(true);
    }
    this.#show();
  }

  #show(): void {
    const { variables = [], more = 0 } = this.#comm?.news ?? {};
    const shown = chosen(variables, this.#filter.value, this.#sort);
    this.#grid.show(shown, this.#sort);
    this.#grid.node.hidden = shown.length === 0;
    this.#filter.hidden = variables.length === 0;
    this.#say(this.#messageFor(variables, shown, more));
  }

  #messageFor(variables: readonly Variable[], shown: readonly Variable[], more: number): string {
    if (!this.#comm) return "Open a notebook to see its variables.";
    if (variables.length === 0) return EMPTY[this.#comm.contact];
    if (shown.length === 0) return `No variable's name or type has “${this.#filter.value.trim()}” in it.`;
    return more > 0 ? `${more.toLocaleString("en")} more are not listed.` : "";
  }

  #say(text: string): void {
    if (this.#message.textContent !== text) this.#message.textContent = text;
  }
}
