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
  readonly #visited = new Set<number>();

  /** @param from - the frame in which it begins. */
  constructor(motion: Motion, cell: string | undefined, from: Frame | undefined) {
    this.motion = motion;
    this.cell = cell;
    if (!from || motion === "stepOut") return;
    this.#line = lineOf(from);
    this.#visited.add(from.position.column);
  }

  /** Whether the step has come to its end at a frame. */
  endsAt(frame: Frame): boolean {
    const { column } = frame.position;
    if (lineOf(frame) !== this.#line || this.#visited.has(column)) return true;
    this.#visited.add(column);
    return false;
  }
}

/** A line of one function. */
const lineOf = ({ functionId, position }: Frame): string => `${functionId}:${position.line}`;
