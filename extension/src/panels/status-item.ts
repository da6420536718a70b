import type { ISessionContext } from "@jupyterlab/apputils";
import type { INotebookTracker } from "@jupyterlab/notebook";
import { Signal, type ISignal } from "@lumino/signaling";
import { Widget } from "@lumino/widgets";
import type { SessionComm } from "./session-comm.js";
import { statusDetail, statusText, type StatusNews } from "./status-text.js";

/** The status bar's item about the kernel of the notebook that is active; hidden where that is of another kind. */
export class StatusItem extends Widget {
  readonly #tracker: INotebookTracker;
  readonly #comm: (context: ISessionContext) => SessionComm<StatusNews>;
  readonly #activeChanged = new Signal<this, void>(this);
  #followed: SessionComm<StatusNews> | undefined;
  #language = "";

  constructor(tracker: INotebookTracker, comm: (context: ISessionContext) => SessionComm<StatusNews>) {
    super();
    this.#tracker = tracker;
    this.#comm = comm;
    this.addClass("drl-status");
    tracker.currentChanged.connect(this.#follow, this);
    this.#follow();
  }

  /** Whether there is something to show. */
  get isActive(): boolean {
    return this.#followed?.news !== undefined;
  }

  get activeStateChanged(): ISignal<this, void> {
    return this.#activeChanged;
  }

  #follow(): void {
    this.#followed?.changed.disconnect(this.#show, this);
    const context = this.#tracker.currentWidget?.sessionContext;
    this.#followed = context && this.#comm(context);
    this.#followed?.changed.connect(this.#show, this);
    this.#followed?.listen(true);
    void this.#show();
  }

  async #show(): Promise<void> {
    const followed = this.#followed;
    const info = await this.#tracker.currentWidget?.sessionContext.session?.kernel?.info;
    if (followed !== this.#followed) return;
    if (info)
      this.#language = `${info.language_info.name === "typescript" ? "TypeScript" : info.language_info.name} ${info.language_info.version}`;
    const news = followed?.news;
    this.node.textContent = news ? statusText(news, this.#language) : "";
    this.node.title = news ? statusDetail(news, this.#language) : "";
    this.#activeChanged.emit();
  }
}
