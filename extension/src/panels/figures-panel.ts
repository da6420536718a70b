import type { Contents } from "@jupyterlab/services";
import { NotebookActions, type INotebookTracker, type NotebookPanel } from "@jupyterlab/notebook";
import { Signal } from "@lumino/signaling";
import { Widget } from "@lumino/widgets";
import { chartWithin } from "../charts.js";
import { copyPng, copySvg } from "./clipboard.js";
import { button, element } from "./element.js";
import { exportFigures } from "./figure-export.js";
import { figuresOf, outputsOf, isSame, isSelectable, pictureAddress, type Figure } from "./figures.js";
import { hasSvg } from "./pictures.js";
import { selectionCell } from "./selection-cell.js";

/** A running cell changes its outputs many times a second. */
const LOOK_MS = 400;

/** The side panel with all figures of the notebook that is active. */
export class FiguresPanel extends Widget {
  readonly #tracker: INotebookTracker;
  readonly #contents: Contents.IManager;
  readonly #list = element("ul", "drl-figures", { attributes: { "aria-label": "Figures" } });
  readonly #none = element("p", "drl-empty");
  readonly #message = element("p", "drl-empty", { attributes: { role: "status" } });
  readonly #export = button("Export all", "Write all figures into a folder beside the notebook", () =>
    this.#do(() => this.#exportAll()),
  );
  #notebook: NotebookPanel | null = null;
  #figures: readonly Figure[] = [];
  #timer: number | undefined;

  constructor(tracker: INotebookTracker, contents: Contents.IManager) {
    super();
    this.#tracker = tracker;
    this.#contents = contents;
    this.addClass("drl-panel");
    this.node.setAttribute("role", "region");
    this.node.setAttribute("aria-label", "Figures");
    this.node.append(
      element("div", "drl-panel-head", {}, element("h2", "", { text: "Figures" }), this.#export),
      this.#message,
      this.#none,
      this.#list,
    );
    tracker.currentChanged.connect(this.#soon, this);
  }

  protected override onAfterShow(): void {
    this.#look();
  }

  protected override onAfterHide(): void {
    this.#leave();
  }

  protected override onAfterAttach(): void {
    if (this.isVisible) this.#look();
  }

  protected override onActivateRequest(): void {
    (this.#list.querySelector("button") ?? this.#export).focus();
  }

  readonly #soon = (): void => {
    if (this.isVisible) this.#timer ??= window.setTimeout(() => this.#look(), LOOK_MS);
  };

  #leave(): void {
    window.clearTimeout(this.#timer);
    this.#timer = undefined;
    Signal.disconnectReceiver(this.#soon);
  }

  /** Finds the figures anew, and watches where others may come from. */
  #look(): void {
    this.#leave();
    if (this.#notebook !== this.#tracker.currentWidget) this.#say("");
    this.#notebook = this.#tracker.currentWidget;
    const notebook = this.#notebook?.content;
    notebook?.model?.cells.changed.connect(this.#soon);
    for (const { model } of notebook?.widgets ?? []) outputsOf(model)?.changed.connect(this.#soon);
    const figures = notebook ? figuresOf(notebook) : [];
    const isNews = figures.length !== this.#figures.length || figures.some((one, i) => !isSame(one, this.#figures[i]));
    this.#figures = figures;
    if (isNews || figures.length === 0) this.#show();
  }

  #show(): void {
    const focused = document.activeElement as HTMLElement | null;
    const at = this.node.contains(focused) ? focused?.closest<HTMLElement>("[data-key]")?.dataset.key : undefined;
    this.#list.replaceChildren(...this.#figures.map((figure) => this.#item(figure)));
    this.#export.hidden = this.#figures.length === 0;
    const none = this.#notebook ? "This notebook has no figures yet." : "Open a notebook to see its figures.";
    this.#none.textContent = this.#figures.length > 0 ? "" : none;
    if (at !== undefined) this.#list.querySelector<HTMLElement>(`[data-key="${CSS.escape(at)}"] button`)?.focus();
  }

  #item(figure: Figure): HTMLElement {
    const { title } = figure;
    const address = pictureAddress(figure);
    const picture = address
      ? element("img", "", { attributes: { src: address, alt: title, loading: "lazy" } })
      : element("span", "drl-no-picture", { text: "drawn when it is seen" });
    const act = (text: string, does: string, work: () => Promise<string>) =>
      button(text, does, () => this.#do(work), { "aria-label": `${text}: ${title}` });
    const actions = element("div", "drl-figure-actions", { attributes: { role: "group", "aria-label": title } });
    actions.append(act("Copy PNG", "Copy as a picture of pixels", () => copyPng(figure)));
    if (hasSvg(figure)) actions.append(act("Copy SVG", "Copy as a drawing", () => copySvg(figure)));
    if (isSelectable(figure)) {
      const does = "Write what is brushed or clicked in the chart into a new cell";
      actions.append(act("Selection to cell", does, () => this.#selectionToCell(figure)));
    }
    return element(
      "li",
      "drl-figure",
      { attributes: { "data-key": figure.key } },
      element(
        "button",
        "drl-figure-picture",
        { onClick: () => void this.#goTo(figure), attributes: { type: "button", title: "Go to its cell" } },
        picture,
      ),
      element("p", "drl-figure-title", { text: title }),
      actions,
    );
  }

  async #goTo({ cell }: Figure): Promise<void> {
    const notebook = this.#notebook?.content;
    const index = notebook?.widgets.indexOf(cell) ?? -1;
    if (!notebook || index < 0) return;
    notebook.activeCellIndex = index;
    await notebook.scrollToCell(cell);
  }

  async #exportAll(): Promise<string> {
    const path = this.#notebook?.context.path;
    if (path === undefined) return "Open a notebook to export its figures.";
    this.#say("Writing …");
    const { folder, files, problems } = await exportFigures(this.#contents, path, this.#figures);
    return [`${files} files are in ${folder}.`, ...problems].join("\n");
  }

  async #selectionToCell(figure: Figure): Promise<string> {
    const panel = this.#notebook;
    const place = figure.cell.outputArea.widgets[figure.output]?.node;
    const chart = place && chartWithin(place);
    if (!panel || !chart) return "The chart is not drawn; go to its cell, brush in it, then try again.";
    const selected = chart.selected();
    if (selected.rows.length === 0) return "Nothing is selected: drag over the chart, or click in it, first.";
    const info = await panel.sessionContext.session?.kernel?.info;
    const notebook = panel.content;
    notebook.activeCellIndex = notebook.widgets.indexOf(figure.cell);
    NotebookActions.insertBelow(notebook);
    const source = selectionCell(selected, figure.title, info?.language_info.name ?? "typescript");
    notebook.activeCell?.model.sharedModel.setSource(source);
    if (notebook.activeCell) void notebook.scrollToCell(notebook.activeCell);
    return `A new cell holds ${selected.rows.length.toLocaleString("en")} selected.`;
  }

  #do(work: () => Promise<string>): void {
    work().then(
      (done) => this.#say(done),
      (error: unknown) => this.#say(error instanceof Error ? error.message : String(error)),
    );
  }

  #say(text: string): void {
    this.#message.textContent = text;
  }
}
