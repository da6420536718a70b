import { element } from "./element.js";
import { textOfMemory, textOfShape, type SortKey, type Variable } from "./variables.js";

/** What a grid does. */
export interface GridActions {
  insert(variable: Variable): void;
  view(variable: Variable): void;
  sort(key: SortKey): void;
}

const HEADS: readonly (readonly [key: SortKey | "shape" | "preview", text: string])[] = [
  ["name", "Name"],
  ["type", "Type"],
  ["shape", "Shape"],
  ["memory", "Memory"],
  ["preview", "Preview"],
];

const isSortKey = (key: string): key is SortKey => key === "name" || key === "type" || key === "memory";

/**
 * A grid of variables: a row has a button that inserts the name and one that opens a view. Only one button can be reached by Tab;
 * arrow keys, Home and End go to the others.
 */
export class VariableGrid {
  readonly node = element("div", "drl-variables", { attributes: { role: "grid", "aria-label": "Variables" } });
  readonly #actions: GridActions;
  /** Where the focus is, or would go: the variable, and which of its buttons. */
  #at = { name: "", button: 0 };

  constructor(actions: GridActions) {
    this.#actions = actions;
    this.node.addEventListener("keydown", (event) => this.#move(event));
    this.node.addEventListener("focusin", ({ target }) => this.#note(target as HTMLElement));
  }

  /** Shows variables, and keeps the focus where it is. */
  show(variables: readonly Variable[], sorted: SortKey): void {
    const { activeElement: focused } = document;
    const hadFocus = this.node.contains(focused);
    const head = hadFocus && focused instanceof HTMLElement ? focused.dataset.sort : undefined;
    this.node.replaceChildren(this.#head(sorted), ...variables.map((variable) => this.#row(variable)));
    this.node.setAttribute("aria-rowcount", String(variables.length + 1));
    this.#setStop(hadFocus && head === undefined);
    if (head !== undefined) this.node.querySelector<HTMLElement>(`[data-sort="${head}"]`)?.focus();
  }

  #head(sorted: SortKey): HTMLElement {
    const cells = HEADS.map(([key, text]) => {
      if (!isSortKey(key))
        return element("span", `drl-variable-${key}`, { text, attributes: { role: "columnheader" } });
      const isSorted = key === sorted;
      const direction = isSorted ? (key === "memory" ? "descending" : "ascending") : "none";
      const title = isSorted ? "Sort as declared" : key === "memory" ? "Sort, the largest first" : `Sort by ${key}`;
      return element(
        "span",
        `drl-variable-${key}`,
        { attributes: { role: "columnheader", "aria-sort": direction } },
        element("button", "drl-head", {
          text: isSorted ? `${text} ${key === "memory" ? "↓" : "↑"}` : text,
          onClick: () => this.#actions.sort(isSorted ? "order" : key),
          attributes: { type: "button", title, "data-sort": key },
        }),
      );
    });
    return element("div", "drl-variable drl-variable-heads", { attributes: { role: "row" } }, ...cells);
  }

  #row(variable: Variable): HTMLElement {
    const { name, type, preview } = variable;
    const cell = (what: string, text: string) =>
      element("span", `drl-variable-${what}`, { text, attributes: { role: "gridcell", title: text || undefined } });
    const insert = element("button", "drl-name", {
      text: name,
      onClick: () => this.#actions.insert(variable),
      attributes: { type: "button", tabindex: "-1", title: `${name}: insert into the cell` },
    });
    const view = element("button", "drl-button", {
      text: "View",
      onClick: () => this.#actions.view(variable),
      attributes: {
        type: "button",
        tabindex: "-1",
        title: `View ${name} beside the notebook`,
        "aria-label": `View ${name}`,
      },
    });
    return element(
      "div",
      "drl-variable",
      { attributes: { role: "row", "data-name": name } },
      element("span", "drl-variable-name", { attributes: { role: "gridcell" } }, insert),
      cell("type", type),
      cell("shape", textOfShape(variable)),
      cell("memory", textOfMemory(variable)),
      cell("preview", preview),
      element("span", "drl-variable-view", { attributes: { role: "gridcell" } }, view),
    );
  }

  get #rows(): HTMLElement[] {
    return [...this.node.querySelectorAll<HTMLElement>("[data-name]")];
  }

  #note(target: HTMLElement): void {
    const row = target.closest<HTMLElement>("[data-name]");
    if (!row) return;
    this.#at = { name: row.dataset.name ?? "", button: target.classList.contains("drl-name") ? 0 : 1 };
    this.#setStop(false);
  }

  /** Makes one button the place that Tab comes to. */
  #setStop(focuses: boolean): void {
    const rows = this.#rows;
    for (const stop of this.node.querySelectorAll<HTMLElement>('[data-name] [tabindex="0"]')) stop.tabIndex = -1;
    const row = rows.find(({ dataset }) => dataset.name === this.#at.name) ?? rows[0];
    const stop = row?.querySelectorAll("button")[this.#at.button];
    if (!stop) return;
    stop.tabIndex = 0;
    if (focuses) stop.focus();
  }

  #move(event: KeyboardEvent): void {
    const rows = this.#rows;
    const at = rows.findIndex((row) => row.contains(document.activeElement));
    if (at < 0) return;
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: rows.length - 1 }[event.key] ?? at;
    const column = { ArrowLeft: 0, ArrowRight: 1 }[event.key] ?? this.#at.button;
    if (to === at && column === this.#at.button) return;
    event.preventDefault();
    rows[to]?.querySelectorAll("button")[column]?.focus();
  }
}
