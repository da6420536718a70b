import type { ISessionContext } from "@jupyterlab/apputils";
import type { INotebookTracker } from "@jupyterlab/notebook";
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import type { Kernel } from "@jupyterlab/services";
import { Widget } from "@lumino/widgets";
import { button, element } from "./element.js";
import { PROGRESS_MIME, progressOf } from "./progress-content.js";

/** A progress bar with a button that interrupts the kernel, for as long as there is something to stop. */
export class ProgressBar extends Widget implements IRenderMime.IRenderer {
  readonly #tracker: INotebookTracker;
  readonly #label = element("span", "drl-progress-label");
  readonly #bar = element("progress", "");
  readonly #detail = element("span", "drl-progress-detail");
  readonly #stop = button("Stop", "Interrupt the kernel", () => this.#interrupt());
  #context: ISessionContext | undefined;
  #isRendered = false;
  #isRunning = false;

  constructor(tracker: INotebookTracker) {
    super();
    this.#tracker = tracker;
    this.addClass("drl-progress");
    this.node.setAttribute("role", "group");
    this.#stop.hidden = true;
    this.node.append(this.#label, this.#bar, this.#detail, this.#stop);
  }

  renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const { label, detail, fraction, phase } = progressOf(model.data[PROGRESS_MIME]);
    const name = label === "" ? "Progress" : label;
    this.#label.textContent = label;
    this.#detail.textContent = detail;
    if (fraction === null) this.#bar.removeAttribute("value");
    else this.#bar.value = fraction;
    this.#bar.setAttribute("aria-label", name);
    this.#bar.setAttribute("aria-valuetext", detail);
    this.#stop.setAttribute("aria-label", `Stop: ${name}`);
    this.node.setAttribute("aria-label", name);
    this.node.dataset.phase = phase;
    this.#isRunning = phase === "running";
    // A bar of a saved notebook says "running" though nothing does; one that is updated does run.
    this.#offer(this.#isRendered || this.#context?.session?.kernel?.status === "busy");
    this.#isRendered = true;
    return Promise.resolve();
  }

  override dispose(): void {
    this.#context?.statusChanged.disconnect(this.#follow, this);
    super.dispose();
  }

  protected override onAfterAttach(): void {
    if (this.#context) return;
    this.#context = this.#tracker.find((panel) => panel.node.contains(this.node))?.sessionContext;
    this.#context?.statusChanged.connect(this.#follow, this);
    this.#offer(this.#context?.session?.kernel?.status === "busy");
  }

  #follow(_: unknown, status: Kernel.Status): void {
    if (status !== "busy") this.#offer(false);
  }

  #offer(isOffered: boolean): void {
    const hadFocus = document.activeElement === this.#stop;
    this.#stop.hidden = !(isOffered && this.#isRunning && this.#context);
    this.#stop.disabled = false;
    // The reader goes on from where the button was.
    if (hadFocus && this.#stop.hidden) this.node.closest<HTMLElement>(".jp-Cell")?.focus();
  }

  #interrupt(): void {
    this.#stop.disabled = true;
    void this.#context?.session?.kernel?.interrupt();
  }
}
