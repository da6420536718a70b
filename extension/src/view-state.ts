import type { View } from "vega";
import { isStore } from "./selected-rows.js";

/** Signals and changed data of a chart, and of the charts within it. */
export interface ViewState {
  readonly signals?: Readonly<Record<string, unknown>>;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly subcontext?: readonly ViewState[];
}

/** What another drawing of the same spec is given to go on from here. */
export const stateOf = (view: View): ViewState =>
  view.getState({
    signals: (name, operator: { value: unknown }) => name !== "parent" && textOf(operator.value) !== undefined,
    // Vega's own condition leaves out selections that this drawing was given and the reader has not changed since.
    data: (name, set: DataSet) => Array.isArray(set.input.value) && (set.modified === true || isStore(name ?? "")),
    recurse: true,
  });

/** Brings a chart into a state. Signals that have their values are not touched: what depends on them would be computed for a move that never was. */
export const restore = (view: View, state: ViewState): void => {
  view.setState(changes(state, stateOf(view)));
};

interface DataSet {
  readonly modified?: boolean;
  readonly input: { readonly value: unknown };
}

const changes = (wanted: ViewState, now: ViewState | undefined): ViewState => ({
  ...wanted,
  signals: Object.fromEntries(
    Object.entries(wanted.signals ?? {}).filter(([name, value]) => textOf(value) !== textOf(now?.signals?.[name])),
  ),
  ...(wanted.subcontext && {
    subcontext: wanted.subcontext.map((inner, i) => changes(inner, now?.subcontext?.[i])),
  }),
});

/** A value as a text; undefined for marks of the page, which signals may hold, and which are in circles. */
const textOf = (value: unknown): string | undefined => {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
};
