import type { Debugger } from "node:inspector";
import { pathToFileURL } from "node:url";
import type { Program } from "../language/compiled-cell.js";
import { conditionOf, type Eraser } from "./conditions.js";
import type { Inspector } from "./inspector.js";
import { DebugFailure, type Breakpoint, type WantedBreakpoint } from "./messages.js";
import { compileScript, placeFor, placesOf, type Place } from "./places.js";
import type { Origin, Scripts } from "./scripts.js";

/** The session in which breakpoints are set. */
export interface Target {
  readonly inspector: Inspector;
  readonly scripts: Scripts;
}

/** A cell about to run. */
export interface UpcomingCell {
  /** File name of its script. */
  readonly file: string;
  readonly label: string;
  readonly source: string;
  readonly program: Program;
}

interface Standing {
  readonly id: number;
  readonly wanted: WantedBreakpoint;
  isVerified: boolean;
  /** Ids by which the engine knows it, one for each script. */
  readonly engineIds: string[];
}

/** The breakpoints that clients have set, by the path of their source; they outlive the scripts they are set in. */
export class Breakpoints {
  readonly #erase: Eraser;
  readonly #changed: (breakpoint: Breakpoint) => void;
  readonly #byPath = new Map<string, Standing[]>();
  #next = 1;

  /** @param erase - compiles the expressions of conditions; `changed` is told of breakpoints that have found their place. */
  constructor(erase: Eraser, changed: (breakpoint: Breakpoint) => void) {
    this.#erase = erase;
    this.#changed = changed;
  }

  /** Whether some are in no script yet: those of files that are not imported. */
  get areWaiting(): boolean {
    return [...this.#byPath.values()].flat().some(({ isVerified }) => !isVerified);
  }

  /** All breakpoints, as debugInfo tells them. */
  get list(): { source: string; breakpoints: WantedBreakpoint[] }[] {
    return [...this.#byPath].map(([source, all]) => ({ source, breakpoints: all.map(({ wanted }) => wanted) }));
  }

  /** The breakpoints that the engine has hit, by the ids that clients know. */
  hit(engineIds: readonly string[]): number[] {
    const all = [...this.#byPath.values()].flat();
    return all.filter((each) => each.engineIds.some((id) => engineIds.includes(id))).map(({ id }) => id);
  }

  /**
   * Replaces the breakpoints of a source, in every script that was made from it.
   *
   * @param code - the cell's text, when the source is a cell: its lines are known before it runs.
   */
  async set(
    path: string,
    wanted: readonly WantedBreakpoint[],
    code: string | undefined,
    target: Target,
  ): Promise<Breakpoint[]> {
    const { inspector, scripts } = target;
    for (const { engineIds } of this.#byPath.get(path) ?? []) {
      for (const breakpointId of engineIds) await inspector.post("Debugger.removeBreakpoint", { breakpointId });
    }
    this.#byPath.delete(path);
    const made = await scripts.madeFrom(path);
    const last = made.at(-1);
    const origin = last === undefined ? undefined : await scripts.origin(last);
    const places =
      last !== undefined && origin ? await placesOf(last, origin, inspector) : await this.#placesIn(code, target);
    const all: Standing[] = [];
    const told: Breakpoint[] = [];
    for (const each of wanted) {
      const id = this.#next++;
      const place = typeof places === "string" ? undefined : placeFor(each, places);
      const refusal = place ? await this.#refusal(each, code) : typeof places === "string" ? places : NO_CODE;
      const { line, column } = place ?? each;
      const isVerified = refusal === undefined;
      if (isVerified || refusal === NOT_LOADED) all.push({ id, wanted: { ...each, line }, isVerified, engineIds: [] });
      told.push({ id, line, column, verified: isVerified, message: refusal, source: { path } });
    }
    if (all.length > 0) this.#byPath.set(path, all);
    for (const scriptId of made) await this.bindIn(scriptId, target);
    return told;
  }

  /** Sets the breakpoints of a cell in the script that is about to be compiled. */
  async prepare(cell: UpcomingCell, target: Target): Promise<void> {
    const { inspector, scripts } = target;
    const { label, source, program } = cell;
    const origin = scripts.cellOrigin({ label, source, mapping: program }, lastLineOf(program));
    if (!this.#byPath.has(origin.source.path)) return;
    const scriptId = await compileScript(program.js, inspector);
    if (scriptId === undefined) return;
    const places = await placesOf(scriptId, origin, inspector);
    await this.#bind(pathToFileURL(cell.file).href, origin, places, inspector);
  }

  /** Sets the breakpoints of a script that is already there. */
  async bindIn(scriptId: string, { inspector, scripts }: Target): Promise<void> {
    const origin = await scripts.origin(scriptId);
    const url = scripts.urlOf(scriptId);
    if (!origin || url === undefined || !this.#byPath.has(origin.source.path)) return;
    await this.#bind(url, origin, await placesOf(scriptId, origin, inspector), inspector);
  }

  /** Forgets what the engine knows: another session's will be asked. */
  unbind(): void {
    for (const each of [...this.#byPath.values()].flat()) {
      each.engineIds.length = 0;
      each.isVerified = false;
    }
  }

  /** Forgets all breakpoints. */
  clear(): void {
    this.#byPath.clear();
  }

  async #bind(url: string, origin: Origin, places: readonly Place[], inspector: Inspector): Promise<void> {
    const { source, code } = origin;
    for (const each of this.#byPath.get(source.path) ?? []) {
      const { id, wanted } = each;
      const place = placeFor(wanted, places);
      if (!place) continue;
      const { lineNumber, columnNumber, line, column } = place;
      const condition = await conditionOf(id, wanted, placeIn(code, place), this.#erase);
      const at = { url, lineNumber, columnNumber, condition };
      try {
        const method = "Debugger.setBreakpointByUrl";
        const { breakpointId } = await inspector.post<Debugger.SetBreakpointByUrlReturnType>(method, at);
        each.engineIds.push(breakpointId);
      } catch {
        // The engine has one at this very place, for another breakpoint that slid there.
      }
      if (!each.isVerified) this.#changed({ id, line, column, verified: true, source: { path: source.path } });
      each.isVerified = true;
    }
  }

  /** What is wrong with a breakpoint's condition; undefined when nothing is. */
  async #refusal(wanted: WantedBreakpoint, code: string | undefined): Promise<string | undefined> {
    try {
      await conditionOf(0, wanted, placeIn(code, { line: wanted.line, column: 1 }), this.#erase);
      return undefined;
    } catch (error) {
      if (error instanceof DebugFailure) return error.message;
      throw error;
    }
  }

  /** Where a cell that has not run yet can be stopped, or why not. */
  async #placesIn(code: string | undefined, { inspector, scripts }: Target): Promise<Place[] | string> {
    if (code === undefined) return NOT_LOADED;
    const erased = await this.#erase(code, { locals: [] });
    if (!erased.ok) return erased.faults[0]?.message ?? "the cell cannot be compiled";
    const { program } = erased;
    const scriptId = await compileScript(program.js, inspector);
    const origin = scripts.cellOrigin({ label: "", source: code, mapping: program }, lastLineOf(program));
    return scriptId === undefined ? "the cell cannot be compiled" : placesOf(scriptId, origin, inspector);
  }
}

const NO_CODE = "there is no code to stop at here or below";
const NOT_LOADED = "it takes effect once the file is imported or the cell runs";

const placeIn = (cell: string | undefined, { line, column }: { line: number; column: number }) =>
  cell === undefined ? undefined : { cell, line, column };

const lastLineOf = ({ js }: Program): number => js.split("\n").length - 1;
