import { later, laterImmediate } from "./primordials.js";

/** Cells may keep immediates coming without end; timers come between them. */
const TRIES = 5;

interface Waiting {
  readonly run: () => void;
  next?: Waiting;
}

let first: Waiting | undefined;
let last: Waiting | undefined;
/** Number of the step that will run what is first; one of another number has been given up. */
let awaited = 0;
let isAwaited = false;

/**
 * Runs what may be terminated, as a cell may, in a turn of the event loop in which no immediate has run before: Node would keep
 * the one that was terminated at the head of its queue, and stumble over it in every later turn.
 *
 * What comes first runs first, each in a turn of its own.
 */
export function inOwnTurn(run: () => void): void {
  const waiting = { run };
  if (last) last.next = waiting;
  else first = waiting;
  last = waiting;
  if (!isAwaited) awaitTurn();
}

/** Goes on with what waits after a termination, which may have ended the step to it. */
export function resumeOwnTurns(): void {
  if (first) awaitTurn();
}

function awaitTurn(): void {
  awaited += 1;
  isAwaited = true;
  tryTurn(awaited, TRIES);
}

function tryTurn(step: number, tries: number): void {
  const immediate = laterImmediate(() => {
    if (step !== awaited) return;
    const { _idlePrev: before } = immediate as { _idlePrev?: object | null };
    if (!before) runFirst();
    else if (tries > 0) tryTurn(step, tries - 1);
    else later(() => step === awaited && runFirst(), 0);
  });
}

function runFirst(): void {
  const waiting = first;
  if (!waiting) return;
  first = waiting.next;
  if (!first) last = undefined;
  isAwaited = false;
  // Before it runs: it may be terminated.
  if (first) awaitTurn();
  waiting.run();
}
