/** Thrown where an interrupted cell would go on. */
class Interruption extends Error {
  override readonly name = "Interrupted";
}

/** What interruptions need of the session. */
export interface InterruptionsHost {
  /** The run that the code of this moment belongs to. */
  currentRun(): number;
  /** Whether an interrupt has been asked for that the event loop has not come to. */
  isAsked(): boolean;
  /** Ends the running cell. */
  interrupt(): void;
}

/** Ends what interrupted cells have left awaiting: it is thrown out of where it would go on, however long after. */
export class Interruptions {
  readonly #runs = new Set<number>();
  readonly #host: InterruptionsHost;

  /** @param host - the session. */
  constructor(host: InterruptionsHost) {
    this.#host = host;
  }

  /** Takes a run that was interrupted. */
  add(run: number): void {
    this.#runs.add(run);
  }

  /** Hands on what was awaited, unless the cell that awaited it is interrupted. */
  readonly resumed = <T>(value: T): T => {
    // A loop around an await may keep the event loop, and so the message of the interrupt, from its turn.
    if (this.#host.isAsked()) this.#host.interrupt();
    if (this.#runs.size > 0 && this.#runs.has(this.#host.currentRun()))
      throw new Interruption("the cell was interrupted");
    return value;
  };
}

/** Whether an error is the kernel's way to end what goes on. */
export function isInterruption(error: unknown): boolean {
  try {
    return error instanceof Interruption;
  } catch {
    // A proxy whose traps throw.
    return false;
  }
}
