import { StateEffect, StateField, type Extension } from "@codemirror/state";
import { EditorView, hoverTooltip, showTooltip, type Tooltip } from "@codemirror/view";
import type { Hover } from "./protocol.js";

/** What is shown at a place: lines of code, and words below them. */
export interface Note {
  readonly code: string;
  readonly text: string;
}

/** What a type and its documentation are shown as. */
export const noteOf = ({ signature, documentation }: Hover): Note => ({ code: signature, text: documentation });

const setNote = StateEffect.define<Tooltip | null>();

/** The note that a command has asked for: it stays until something is typed, the cursor moves, or the cell is left. */
const noteField = StateField.define<Tooltip | null>({
  create: () => null,
  update: (shown, { docChanged, selection, effects }) => {
    const effect = effects.find((one) => one.is(setNote));
    return effect ? effect.value : docChanged || selection ? null : shown;
  },
  provide: (field) => showTooltip.from(field),
});

/** Shows a note at the cursor. */
export const showNote = (view: EditorView, note: Note): void =>
  view.dispatch({ effects: setNote.of({ pos: view.state.selection.main.head, ...tooltipOf(note) }) });

/** Notes of types: where the pointer rests, and where a command asks for them. */
export const typeNotes = (ask: (at: number) => Promise<Hover | null | undefined>): Extension => [
  noteField,
  EditorView.domEventHandlers({
    blur: (_, view) => {
      if (view.state.field(noteField)) view.dispatch({ effects: setNote.of(null) });
    },
  }),
  hoverTooltip(async (_, at) => {
    const hover = await ask(at).catch(() => undefined);
    return hover ? { pos: hover.from, end: hover.to, ...tooltipOf(noteOf(hover)) } : null;
  }),
];

function tooltipOf({ code, text }: Note): Pick<Tooltip, "above" | "create"> {
  return {
    above: true,
    create: () => {
      const dom = document.createElement("div");
      dom.className = "drl-note";
      dom.setAttribute("role", "tooltip");
      for (const [tag, content] of [["code", code] as const, ["div", text] as const]) {
        if (content !== "") dom.append(Object.assign(document.createElement(tag), { textContent: content }));
      }
      return { dom };
    },
  };
}
