import { median } from "simple-statistics";

/** One timed run: how long it took, and what it computed, in a form that can be compared. */
export interface Run {
  readonly milliseconds: number;
  readonly result: Readonly<Record<string, number | string>>;
}

/** A side that is ready: its input is loaded, its process warm; `run` does the work once. */
export interface Side {
  run(): Promise<Run>;
  dispose(): Promise<void>;
}

/** A claim about speed: one of ours, one peer, the same input. */
export interface Benchmark {
  /** Short and stable: the name in the JSON lines. */
  readonly name: string;
  /** File name of the peer's requirements in `benchmarks/peers`, without `.txt`. */
  readonly peer: string;
  /** File name of the peer's program in `benchmarks/peers`. */
  readonly script: string;
  /** Rounds that are counted; each runs ours and the peer once. */
  readonly rounds: number;
  /** Largest relative difference of a number at which the two results still agree. */
  readonly tolerance: number;
  /** Makes the input in `folder` and returns our side and the arguments that the peer's program gets. */
  prepare(folder: string): Promise<{ ours: Side; peerArguments: string[] }>;
}

/** One line of the JSON report; `ratio` is ours / peer: below 1 is better, but not of lines per second. */
export interface Measurement {
  readonly name: string;
  readonly ours: number;
  readonly peer: number;
  readonly unit: "ms" | "MB" | "lines" | "lines/s";
  readonly ratio: number;
}

/**
 * Runs both sides in turn, one uncounted round first, and returns the medians.
 *
 * @throws Error when the two sides computed different things: a fast wrong answer is no benchmark.
 */
export async function measure(benchmark: Benchmark, ours: Side, peer: Side): Promise<Measurement> {
  const times = { ours: [] as number[], peer: [] as number[] };
  for (let round = 0; round <= benchmark.rounds; round++) {
    const [first, second] = [await ours.run(), await peer.run()];
    assertAgreement(benchmark, first.result, second.result);
    if (round === 0) continue;
    times.ours.push(first.milliseconds);
    times.peer.push(second.milliseconds);
  }
  const [oursMedian, peerMedian] = [median(times.ours), median(times.peer)];
  return { name: benchmark.name, ours: oursMedian, peer: peerMedian, unit: "ms", ratio: oursMedian / peerMedian };
}

function assertAgreement(benchmark: Benchmark, ours: Run["result"], peer: Run["result"]): void {
  for (const [key, expected] of Object.entries(peer)) {
    const actual = ours[key];
    const agree =
      typeof expected === "number" && typeof actual === "number"
        ? Math.abs(actual - expected) <= benchmark.tolerance * Math.max(Math.abs(expected), Math.abs(actual))
        : actual === expected;
    if (!agree) throw new Error(`${benchmark.name}: ${key} differs: ours ${actual}, ${benchmark.peer} ${expected}`);
  }
}
