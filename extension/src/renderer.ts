import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import { Widget } from "@lumino/widgets";
import { noteChart } from "./charts.js";
import type { Drawing } from "./draw.js";
import { safeEmbedOptions } from "./embed-options.js";
import type { ViewState } from "./view-state.js";

/** Vega and the guards around it: fetched at the first chart of a trusted notebook, not at JupyterLab's start. */
const loadVega = (): Promise<typeof import("./draw.js")> => import("./draw.js");

const isDark = (): boolean => document.body.dataset.jpThemeLight === "false";

/** Draws one output. */
export class ChartRenderer extends Widget implements IRenderMime.IRenderer {
  readonly #mimeType: string;
  readonly #chart = document.createElement("div");
  readonly #message = document.createElement("pre");
  readonly #theme = new MutationObserver(() => void this.#drawAgain());
  readonly #size = new ResizeObserver(() => void this.#drawing?.fit(this.#chart.clientWidth));
  #model: IRenderMime.IMimeModel | undefined;
  #drawing: Drawing | undefined;
  #drawnDark = false;
  /** Counts the drawings begun; one that ends after a newer began is thrown away. */
  #begun = 0;

  constructor({ mimeType }: IRenderMime.IRendererOptions) {
    super();
    this.#mimeType = mimeType;
    this.addClass("drl-chart");
    this.#message.className = "drl-message";
    this.#message.setAttribute("role", "status");
    this.#message.hidden = true;
    this.node.append(this.#chart, this.#message);
    // JupyterLab tells a renderer nothing of its theme.
    this.#theme.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
    this.#size.observe(this.#chart);
  }

  renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    return this.#draw(model);
  }

  async #draw(model: IRenderMime.IMimeModel, state?: ViewState): Promise<void> {
    this.#model = model;
    const spec = model.data[this.#mimeType];
    const turn = ++this.#begun;
    const isStale = () => this.isDisposed || turn !== this.#begun;
    this.#say("");
    try {
      if (typeof spec !== "object" || spec === null)
        throw new Error("The output holds no chart: it must be an object.");
      const { draw } = await loadVega();
      if (isStale()) return;
      const dark = isDark();
      // A new element: a drawing that is still under way goes on writing into its own.
      const element = document.createElement("div");
      this.#release();
      this.#chart.replaceChildren(element);
      const drawing = await draw(element, {
        mimeType: this.#mimeType,
        spec,
        options: safeEmbedOptions(model.metadata[this.#mimeType] ?? model.metadata),
        dark,
        state,
        onError: (message) => this.#say(message),
      });
      if (isStale()) return drawing.finalize();
      this.#drawing = drawing;
      noteChart(this.node, drawing);
      this.#drawnDark = dark;
      await drawing.fit(this.#chart.clientWidth);
      if (isStale()) return;
      if (model.data["image/png"] === undefined) await this.#savePicture(model, drawing);
    } catch (error) {
      if (isStale()) return;
      this.#release();
      this.#chart.replaceChildren();
      this.#say(error instanceof Error ? error.message : String(error));
    }
  }

  override dispose(): void {
    if (this.isDisposed) return;
    this.#theme.disconnect();
    this.#size.disconnect();
    this.#release();
    super.dispose();
  }

  /** Puts a picture beside the spec, for everything that shows the notebook and draws no charts. */
  async #savePicture(model: IRenderMime.IMimeModel, drawing: Drawing): Promise<void> {
    const picture = await drawing.png().catch(() => undefined);
    if (picture && !this.isDisposed && this.#drawing === drawing) {
      model.setData({ data: { ...model.data, "image/png": picture } });
    }
  }

  async #drawAgain(): Promise<void> {
    if (!this.#model || !this.#drawing?.followsPage || this.#drawnDark === isDark()) return;
    await this.#draw(this.#model, this.#drawing.state());
  }

  #release(): void {
    noteChart(this.node, undefined);
    this.#drawing?.finalize();
    this.#drawing = undefined;
  }

  #say(message: string): void {
    this.#message.textContent = message;
    this.#message.hidden = message === "";
  }
}
