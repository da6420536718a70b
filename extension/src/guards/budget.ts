/** How long a chart may keep the page waiting, in milliseconds. */
export const TIME_LIMIT = 10_000;

const TICKS_A_LOOK = 16;

/**
 * Limits how long the expressions of a chart run without the page getting a turn: a spec can ask for hours of work, and would take
 * the whole of JupyterLab with it.
 */
export class Budget {
  #since: number | undefined;
  #ticks = 0;

  constructor(
    private readonly limit = TIME_LIMIT,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /**
   * Called at every evaluation.
   * @throws {Error} when the limit is passed
   */
  tick(): void {
    if (++this.#ticks % TICKS_A_LOOK !== 0) return;
    const now = this.now();
    if (this.#since === undefined) {
      this.#since = now;
      setTimeout(() => (this.#since = undefined));
    } else if (now - this.#since > this.limit) {
      throw new Error(`the chart was stopped: it kept the page waiting for ${this.limit / 1000} seconds`);
    }
  }
}
