import type { ISessionContext } from "@jupyterlab/apputils";
import type { INotebookTracker } from "@jupyterlab/notebook";
import { Signal, type ISignal } from "@lumino/signaling";
import { Widget } from "@lumino/widgets";
import { readableBytes } from "./bytes.js";
import type { SessionComm } from "./session-comm.js";

/** The kernel's comm target of how the session is. */
export const STATUS_TARGET = "diffrepairer.status";

/** What the kernel tells. */
export interface StatusNews {
  readonly backend?: { readonly name: string; readonly device?: string };
  readonly memory: { readonly rss: number; readonly heap: number; readonly external: number };
  readonly tensors?: { readonly count: number; readonly bytes: number };
}

/** The item's text: language and version, backend, memory. */
export const statusText = ({ backend, memory }: StatusNews, language: string): string =>
  [language, backend && [backend.name, backend.device].filter(Boolean).join(" "), readableBytes(memory.rss)]
    .filter(Boolean)
    .join(" · ");

/** The same in full. */
export const statusDetail = ({ backend, memory, tensors }: StatusNews, language: string): string =>
  [
    `Kernel's language: ${language}`,
    backend
      ? `Computes with ${backend.name}${backend.device ? ` on the ${backend.device}` : ""}`
      : "No backend is loaded yet",
    `Memory of the session: ${readableBytes(memory.rss)}, of it JavaScript ${readableBytes(memory.heap)}, buffers ${readableBytes(memory.external)}`,
    ...(tensors ? [`Tensors: ${tensors.count}, ${readableBytes(tensors.bytes)}`] : []),
  ].join("\n");

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
