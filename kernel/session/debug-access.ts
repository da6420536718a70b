import { bundle } from "../display/bundle.js";
import type { MimeBundle } from "../protocol/messages.js";
import type { Boxes } from "./boxes.js";
import type { CellRuntime } from "./cell-runtime.js";
import type { LocalModules } from "./local-modules.js";
import type { CellMapping } from "./positions.js";
import { createObject, defineProperty, getOwnPropertyDescriptor, inspect, isPromise } from "./primordials.js";
import type { StackMapper } from "./stack.js";

/** A cell as the debugger needs it. */
export interface DebuggedCell {
  readonly label: string;
  readonly source: string;
  readonly mapping: CellMapping;
}

/** What the session offers the debugger, which calls it through the inspector, also while the main thread is stopped. */
export interface DebugAccess {
  /** The cell whose script has this file name. */
  cell(file: string): DebuggedCell | undefined;
  /** The texts of cells as their authors wrote them; null for files that are none. */
  sources(files: readonly string[]): (string | null)[];
  /** Source map, JSON, of a transpiled local file named by its URL. */
  moduleMap(url: string): string | undefined;
  /** The session's variables by name. */
  variables(): object;
  /** Runs a compiled text and returns its last expression's value; what the text does alone is a side effect. */
  evaluate(body: (runtime: CellRuntime) => unknown): unknown;
  /** The same for a text that awaits. */
  evaluateAwaiting(body: (runtime: CellRuntime) => Promise<void>): Promise<unknown>;
  /** Some elements of an array, getters left alone. */
  elements(array: object, start: number, count: number): object;
  /** What a value looks like; a display that must be waited for counts only if `waits`. */
  bundle(value: unknown, waits: boolean): MimeBundle | Promise<MimeBundle>;
  /** Whether the engine shall see the errors that cells do not catch, so as to stop at them. */
  leaveUnhandled(leaves: boolean): void;
  /** Counts a breakpoint's hits. */
  hit(breakpoint: number): number;
}

/** What the access is made of. */
export interface DebugAccessHost {
  readonly boxes: Boxes;
  readonly modules: LocalModules;
  readonly stacks: StackMapper;
  readonly meta: object;
  leaveUnhandled(leaves: boolean): void;
}

/** Makes the session's access for the debugger. */
export function createDebugAccess({ boxes, modules, stacks, meta, leaveUnhandled }: DebugAccessHost): DebugAccess {
  const hits = createObject(null) as Record<number, number>;
  const runtime = (): CellRuntime => ({
    result: undefined,
    meta,
    box: (name) => boxes.find(name) ?? boxes.get(name),
    bind: (...values) => boxes.bind(...values),
    imported: (loading) => loading,
    resumed: (value) => value,
    caught: (error) => stacks.reword(error),
  });
  return {
    cell(file) {
      const cell = stacks.cell(file);
      return cell && { label: cell.label, source: cell.source, mapping: cell.mapping };
    },
    sources(files) {
      const sources: (string | null)[] = [];
      for (let i = 0; i < files.length; i++) {
        defineProperty(sources, i, { value: stacks.cell(files[i] ?? "")?.source ?? null, enumerable: true });
      }
      return sources;
    },
    moduleMap: (url) => modules.map(url),
    variables() {
      const values = createObject(null) as object;
      boxes.each((name, box) => {
        try {
          defineProperty(values, name, { value: box.v, enumerable: true });
        } catch {
          // The name has no value yet.
        }
      });
      return values;
    },
    evaluate(body) {
      const given = runtime();
      body(given);
      return given.result;
    },
    async evaluateAwaiting(body) {
      const given = runtime();
      await body(given);
      return given.result;
    },
    elements(array, start, count) {
      const page = createObject(null) as object;
      for (let i = start; i < start + count; i++) {
        const element = getOwnPropertyDescriptor(array, i);
        if (element) defineProperty(page, i, element);
      }
      return page;
    },
    bundle(value, waits) {
      const shown = bundle(value, () => undefined);
      if (waits || !isPromise(shown)) return shown;
      return { data: { "text/plain": inspect(value) }, metadata: {} };
    },
    leaveUnhandled,
    hit: (breakpoint) => (hits[breakpoint] = (hits[breakpoint] ?? 0) + 1),
  };
}
