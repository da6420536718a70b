/** Thrown where an interrupted cell would go on. */
class Interruption extends Error {
  override readonly name = "Interrupted";
}

/** Ends what interrupted cells have left awaiting: it is thrown out of where it would go on, however long after. */
export class Interruptions {
  readonly #runs = new Set<number>();
  readonly #currentRun: () => number;

  /** @param currentRun - the run that the code of this moment belongs to. */
  constructor(currentRun: () => number) {
    this.#currentRun = currentRun;
  }

  /** Takes a run that was interrupted. */
  add(run: number): void {
    this.#runs.add(run);
  }

  /** Hands on what was awaited, unless the cell that awaited it was interrupted. */
  readonly resumed = <T>(value: T): T => {
    if (this.#runs.size > 0 && this.#runs.has(this.#currentRun())) throw new Interruption("the cell was interrupted");
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
