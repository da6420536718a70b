import type { Spec } from "vega";

type Json = Record<string, unknown>;

const isRecord = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Events of the window that a drag needs when it leaves the chart; keys are not among them. */
const WINDOW_EVENTS = [
  "pointermove",
  "pointerup",
  "pointercancel",
  "mousemove",
  "mouseup",
  "touchmove",
  "touchend",
  "touchcancel",
  "resize",
];

/** Kinds of input that a parameter may be bound to. */
const INPUTS = new Set([
  ...["checkbox", "radio", "select", "range", "text", "number", "color", "search"],
  ...["date", "datetime-local", "month", "time", "week"],
]);

/** Attributes that reach the input's element as they are: those that neither run nor load anything. */
const INPUT_ATTRIBUTES = new Set([
  ...["input", "name", "debounce", "options", "labels", "min", "max", "step", "placeholder", "autocomplete"],
  ...["size", "maxlength", "minlength", "pattern", "inputmode", "disabled", "readonly", "list", "title"],
]);

/** Most rows that a `sequence` transform may make. */
const MAX_ROWS = 1_000_000;

/**
 * A copy of a spec to draw: Vega writes into its data, and the output's own must stay as it is. Without `usermeta`, whose
 * `embedOptions` override those of the caller, and without keys that would change prototypes.
 */
export const copySpec = (spec: object): Json => {
  const text = JSON.stringify(spec);
  const copy = (
    text.includes('"__proto__"')
      ? JSON.parse(text, (key, value) => (key === "__proto__" ? undefined : value))
      : JSON.parse(text)
  ) as Json;
  delete copy.usermeta;
  return copy;
};

const safeBinding = (bind: Json): Json | undefined => {
  const input = String(bind.input ?? "text").toLowerCase();
  if (!INPUTS.has(input)) return undefined;
  return Object.fromEntries([...Object.entries(bind).filter(([name]) => INPUT_ATTRIBUTES.has(name)), ["input", input]]);
};

const guardSignals = (scope: Json): void => {
  for (const signal of Array.isArray(scope.signals) ? scope.signals : []) {
    if (!isRecord(signal) || signal.bind === undefined) continue;
    const bind = isRecord(signal.bind) ? safeBinding(signal.bind) : undefined;
    if (bind) signal.bind = bind;
    else delete signal.bind;
  }
  for (const mark of Array.isArray(scope.marks) ? scope.marks : []) if (isRecord(mark)) guardSignals(mark);
};

const checkSequences = (scope: Json): void => {
  for (const data of Array.isArray(scope.data) ? scope.data : []) {
    for (const transform of isRecord(data) && Array.isArray(data.transform) ? data.transform : []) {
      if (!isRecord(transform) || transform.type !== "sequence") continue;
      const { start, stop, step = 1 } = transform;
      if (typeof start !== "number" || typeof stop !== "number" || typeof step !== "number") continue;
      if (Math.abs((stop - start) / step) > MAX_ROWS) throw new Error(`a sequence may have ${MAX_ROWS} rows at most`);
    }
  }
  for (const mark of Array.isArray(scope.marks) ? scope.marks : []) if (isRecord(mark)) checkSequences(mark);
};

/**
 * Takes from a compiled spec what reaches out of the chart: events of the page, inputs placed elsewhere in it and attributes of
 * inputs that run or load something, the cursor of the whole page. It must run after compilation, because the configuration
 * of a spec beats that of the caller.
 */
export const guardSpec = (spec: Spec): Spec => {
  const copy = spec as unknown as Json;
  const config = isRecord(copy.config) ? copy.config : {};
  copy.config = {
    ...config,
    events: {
      selector: false,
      container: ["resize"],
      view: true,
      timer: true,
      window: WINDOW_EVENTS,
      bind: "container",
      globalCursor: false,
    },
  };
  guardSignals(copy);
  checkSequences(copy);
  return spec;
};
