import { bundle } from "../display/bundle.js";
import { memoryOf, type Memory } from "../display/memory.js";
import { overviewOf, type Overview } from "../display/overview.js";
import { isRecordList, recordListBundle } from "../display/records.js";
import type { MimeBundle } from "../protocol/messages.js";
import type { Boxes } from "./boxes.js";
import { Broadcast } from "./broadcast.js";
import type { Comm, Comms } from "./comm-api.js";
import { now } from "./primordials.js";
import { undisturbed } from "./undisturbed.js";

/** The comm target at which clients hear of the session's variables. */
export const VARIABLES_TARGET = "diffrepairer.variables";

/** A variable as clients are told of it. */
export interface ListedVariable extends Overview {
  readonly name: string;
  /** Absent where the time did not suffice. */
  readonly memory?: Memory;
}

type Description = Omit<ListedVariable, "name">;

/** What was seen of values that are not looked at again. */
type Descriptions = WeakMap<object, Description>;

/** What is told: the variables in the order they were declared, and how many more there are. */
export interface VariableList {
  readonly variables: readonly ListedVariable[];
  readonly more: number;
}

/** What a client may ask: what a variable looks like. */
interface ViewRequest {
  readonly view?: unknown;
  /** Comes back with the answer. */
  readonly request?: unknown;
}

/** The answer. */
type View = { readonly view: string; readonly request: unknown } & (MimeBundle | { readonly error: string });

const MAX_VARIABLES = 1000;
/** From then on a list goes without memory. */
const MAX_LIST_MS = 60;
/** A value that takes longer is looked at once. */
const MAX_VALUE_MS = 20;

/**
 * Tells clients of the session's variables: a list as they come and whenever it is published, made in bounded time and without
 * running code of the cells, and on demand what one of them looks like. Imports are left out.
 */
export class Variables extends Broadcast {
  /** @param boxes - the session's names. */
  constructor(comms: Comms, boxes: Boxes) {
    const slow: Descriptions = new WeakMap();
    super(
      comms,
      VARIABLES_TARGET,
      () => listOf(boxes, slow),
      (comm) =>
        ({ data }) =>
          view(comm, boxes, data as ViewRequest),
    );
  }
}

function listOf(boxes: Boxes, slow: Descriptions): VariableList {
  const until = now() + MAX_LIST_MS;
  const variables: ListedVariable[] = [];
  let more = 0;
  boxes.each((name, box) => {
    // An import is a getter, and a name without a value has none of its own.
    const held = Object.getOwnPropertyDescriptor(box, "v");
    if (!held || !("value" in held)) return;
    if (variables.length < MAX_VARIABLES) variables.push({ name, ...described(held.value, until, slow) });
    else more += 1;
  });
  return { variables, more };
}

function described(value: unknown, until: number, slow: Descriptions): Description {
  const isObject = typeof value === "object" && value !== null;
  const known = isObject ? slow.get(value) : undefined;
  if (known) return known;
  const began = now();
  const measures = began < until;
  const description = look(value, measures);
  if (isObject && measures && now() - began > MAX_VALUE_MS) slow.set(value, description);
  return description;
}

function look(value: unknown, measures: boolean): Description {
  try {
    return { ...overviewOf(value), ...(measures && { memory: memoryOf(value) }) };
  } catch {
    return { type: typeof value, preview: "cannot be looked into" };
  }
}

/** Answers what a variable looks like; here its own display does run. */
async function view(comm: Comm, boxes: Boxes, { view: name, request }: ViewRequest): Promise<void> {
  const answer = (shown: MimeBundle | { error: string }): void =>
    undisturbed(() => comm.send({ view: String(name), request, ...shown } satisfies View));
  const held = typeof name === "string" ? Object.getOwnPropertyDescriptor(boxes.find(name) ?? {}, "v") : undefined;
  if (!held || !("value" in held)) {
    answer({ error: `there is no variable "${String(name)}" in the session` });
    return;
  }
  try {
    const { value } = held as { value: unknown };
    answer(isRecordList(value) ? recordListBundle(value) : await bundle(value, () => undefined));
  } catch (error) {
    answer({ error: `${String(name)} cannot be shown: ${error instanceof Error ? error.message : String(error)}` });
  }
}
