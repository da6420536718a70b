import type { NotebookPanel } from "@jupyterlab/notebook";
import type { Kernel } from "@jupyterlab/services";
import type { NotebookLanguage } from "./notebook-language.js";
import { LANGUAGE_TARGET } from "./protocol.js";
import type { EditorViews } from "./views.js";

/** What shows and asks: fetched at the first notebook whose kernel can be asked. */
const loadLanguage = (): Promise<typeof import("./notebook-language.js")> => import("./notebook-language.js");

/** Watches the kernel of a notebook: while it is one that can be asked, the notebook has a language. */
export class KernelWatch {
  readonly #panel: NotebookPanel;
  readonly #views: EditorViews;
  readonly #changed: () => void;
  #language: NotebookLanguage | undefined;
  #kernel: Kernel.IKernelConnection | undefined;

  /** @param changed - told when the notebook gains or loses its language. */
  constructor(panel: NotebookPanel, views: EditorViews, changed: () => void) {
    this.#panel = panel;
    this.#views = views;
    this.#changed = changed;
    const { sessionContext } = panel;
    sessionContext.kernelChanged.connect(() => void this.#look());
    sessionContext.statusChanged.connect((_, status) => {
      // A kernel that starts anew has no comm.
      if (["restarting", "autorestarting", "starting", "dead", "terminating"].includes(status)) this.#leave();
      else void this.#look();
    });
    panel.disposed.connect(() => this.#leave());
    void this.#look();
  }

  /** The notebook's language, if its kernel has one. */
  get language(): NotebookLanguage | undefined {
    return this.#language?.isClosed ? undefined : this.#language;
  }

  async #look(): Promise<void> {
    const kernel = this.#panel.sessionContext.session?.kernel ?? undefined;
    if (kernel === this.#kernel) return;
    this.#leave();
    this.#kernel = kernel;
    if (!kernel || !(await hasTarget(kernel))) return;
    const { NotebookLanguage } = await loadLanguage();
    await this.#panel.revealed;
    if (this.#kernel !== kernel || this.#panel.isDisposed) return;
    this.#language = new NotebookLanguage(this.#panel, kernel, this.#views);
    this.#changed();
  }

  #leave(): void {
    this.#kernel = undefined;
    this.#language?.close();
    this.#language = undefined;
    this.#changed();
  }
}

async function hasTarget(kernel: Kernel.IKernelConnection): Promise<boolean> {
  // A kernel that is gone before it has said what it is, is none to ask.
  const info = await kernel.info.catch(() => undefined);
  return info?.language_info.name === "typescript" && info.supported_features?.includes(LANGUAGE_TARGET) === true;
}
