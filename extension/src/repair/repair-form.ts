import type { Dialog } from "@jupyterlab/apputils";
import { Widget } from "@lumino/widgets";
import { element } from "../panels/element.js";
import { BUDGETS, SEVERITIES, type ModelChoice, type RepairChoice } from "./choice.js";
import { rowsOf, type SampleFacts } from "./facts.js";

/** What there is to choose from. */
export interface RepairFormOptions {
  readonly samples: readonly string[];
  readonly folders: readonly string[];
  /** The sample that is chosen first. */
  readonly sample: string;
  readonly inspect: (sample: string, model?: string) => Promise<SampleFacts>;
}

const MODELS = {
  blood: "of blood, trained on PBMC3k",
  file: "trained on a file of clean cells",
  saved: "saved in a folder",
} as const satisfies Record<ModelChoice["kind"], string>;

const BUDGET_TEXTS = {
  quick: "quick, some minutes",
  full: "full, until it gets no better",
  trial: "trial, to see that it runs",
} as const satisfies Record<(typeof BUDGETS)[number], string>;

const SEVERITY_TEXTS = {
  estimate: "estimated from each cell",
  mild: "mild",
  moderate: "moderate",
  severe: "severe",
} as const satisfies Record<(typeof SEVERITIES)[number], string>;

const FOLDERS = "diffrepairer-model-folders";

/** The body of the dialog: which sample is repaired, what it holds, and how. */
export class RepairForm extends Widget implements Dialog.IBodyWidget<RepairChoice> {
  readonly #inspect: RepairFormOptions["inspect"];
  readonly #sample: HTMLSelectElement;
  readonly #kind = select(MODELS);
  readonly #file: HTMLSelectElement;
  readonly #budget = select(BUDGET_TEXTS);
  readonly #folder = element("input", "drl-field-value", { attributes: { list: FOLDERS, required: "" } });
  readonly #severity = select(SEVERITY_TEXTS);
  readonly #force = element("input", "", { attributes: { type: "checkbox" } });
  readonly #facts = element("div", "drl-facts", {
    attributes: { role: "status", "aria-label": "What the sample holds" },
  });
  #asked = 0;

  constructor({ samples, folders, sample, inspect }: RepairFormOptions) {
    super();
    this.#inspect = inspect;
    const files = Object.fromEntries(samples.map((name) => [name, name]));
    this.#sample = select(files);
    this.#sample.value = sample;
    this.#file = select(files);
    this.addClass("drl-repair");
    this.node.append(
      field("Sample", this.#sample),
      this.#facts,
      field("Model", this.#kind),
      field("Trained on", this.#file),
      field("Training", this.#budget),
      field("Folder", this.#folder),
      element("datalist", "", { attributes: { id: FOLDERS } }, ...folders.map((name) => new Option(name))),
      field("Severity", this.#severity),
      element("label", "drl-field-check", {}, this.#force, "Repair it even if it is unlike the training cells"),
    );
    this.#sample.addEventListener("change", () => void this.#look());
    this.#folder.addEventListener("change", () => void this.#look());
    this.#kind.addEventListener("change", () => {
      this.#showFields();
      void this.#look();
    });
    this.#showFields();
  }

  getValue(): RepairChoice {
    return {
      sample: this.#sample.value,
      model: this.#model(),
      severity: this.#severity.value as RepairChoice["severity"],
      force: this.#force.checked,
    };
  }

  protected override onAfterAttach(): void {
    void this.#look();
  }

  #model(): ModelChoice {
    const budget = this.#budget.value as (typeof BUDGETS)[number];
    const kind = this.#kind.value as ModelChoice["kind"];
    if (kind === "saved") return { kind, folder: this.#folder.value.trim() };
    return kind === "file" ? { kind, file: this.#file.value, budget } : { kind, budget };
  }

  #showFields(): void {
    const { kind } = this.#model();
    show(this.#file, kind === "file");
    show(this.#budget, kind !== "saved");
    show(this.#folder, kind === "saved");
    // The dialog looks anew for what is missing.
    this.#folder.dispatchEvent(new Event("input", { bubbles: true }));
  }

  async #look(): Promise<void> {
    const turn = ++this.#asked;
    const model = this.#model();
    this.#say(`Looking into ${this.#sample.value} …`);
    const folder = model.kind === "saved" && model.folder !== "" ? model.folder : undefined;
    const found = await this.#inspect(this.#sample.value, folder).catch((error: Error) => error);
    if (turn !== this.#asked || this.isDisposed) return;
    if (found instanceof Error) this.#say(found.message);
    else {
      const rows = rowsOf(found).flatMap(([name, text]) => [
        element("dt", "", { text: name }),
        element("dd", "", { text }),
      ]);
      this.#facts.replaceChildren(element("dl", "", {}, ...rows));
    }
  }

  #say(message: string): void {
    this.#facts.replaceChildren(element("p", "", { text: message }));
  }
}

const select = (options: Readonly<Record<string, string>>): HTMLSelectElement =>
  element("select", "drl-field-value", {}, ...Object.entries(options).map(([value, text]) => new Option(text, value)));

const field = (name: string, control: HTMLElement): HTMLElement => {
  control.id = `diffrepairer-${name.toLowerCase().replaceAll(" ", "-")}`;
  return element(
    "div",
    "drl-field",
    {},
    element("label", "", { text: name, attributes: { for: control.id } }),
    control,
  );
};

/** Shows a field, or takes it out of the form. */
const show = (control: HTMLInputElement | HTMLSelectElement, isShown: boolean): void => {
  control.disabled = !isShown;
  // JupyterLab puts an element of its own around a select.
  control.closest<HTMLElement>(".drl-field")!.hidden = !isShown;
};
