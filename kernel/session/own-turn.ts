import { later, laterImmediate } from "./primordials.js";

/** Cells may keep immediates coming without end; timers come between them. */
const TRIES = 5;

/**
 * Runs what may be terminated, as a cell may, in a turn of the event loop in which no immediate has run before: Node would keep
 * the one that was terminated at the head of its queue, and stumble over it in every later turn.
 */
export function inOwnTurn(run: () => void, tries = TRIES): void {
  const immediate = laterImmediate(() => {
    const { _idlePrev: before } = immediate as { _idlePrev?: object | null };
    if (!before) run();
    else if (tries > 0) inOwnTurn(run, tries - 1);
    else later(run, 0);
  });
}
