import type { Frame } from "./frames.js";

/** How the engine goes on after a stop. */
export type Motion = "resume" | "stepOver" | "stepInto" | "stepOut";

/**
 * A step under way. The engine stops at every statement, people step by lines: a step goes on while it is on the line
 * where it began, until it comes to a place there for the second time.
 */
export class Step {
  /** How the engine moves. */
  readonly motion: Motion;
  /** The cell that ran when the step began. */
  readonly cell: string | undefined;
  readonly #line: string | undefined;
  readonly #visited = new Set<string>();
  /** A line of a cell that awaits comes to the same place before and after. */
  readonly #awaits: boolean = false;

  /** @param from - the frame in which it begins. */
  constructor(motion: Motion, cell: string | undefined, from: Frame | undefined) {
    this.motion = motion;
    this.cell = cell;
    if (!from || motion === "stepOut") return;
    this.#line = lineOf(from);
    this.#visited.add(from.place);
    this.#awaits = /\bawait\b/.test(from.origin.code?.split("\n")[from.position.line - 1] ?? "");
  }

  /** Whether the step has come to its end at a frame. */
  endsAt(frame: Frame): boolean {
    if (lineOf(frame) !== this.#line) return true;
    if (this.#awaits) return false;
    if (this.#visited.has(frame.place)) return true;
    this.#visited.add(frame.place);
    return false;
  }
}

/** A line of one function. */
const lineOf = ({ functionId, position }: Frame): string => `${functionId}:${position.line}`;
