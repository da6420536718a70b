import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { median } from "simple-statistics";
import type { Measurement } from "./harness.js";

const run = promisify(execFile);

/** What a process that works step by step tells in its last line, as JSON. */
export interface StepProcess<Result> {
  /** By step, and of the whole process from its start until the result was there. */
  readonly milliseconds: Readonly<Record<string, number>>;
  /** Largest resident memory until then, MB. */
  readonly memory: number;
  readonly result: Result;
}

/** Runs a program with these arguments and one more, the seconds since 1970 at which it was started. */
export async function runSteps<Result>([program = "", ...args]: readonly string[]): Promise<StepProcess<Result>> {
  const began = String(Date.now() / 1e3);
  const { stdout } = await run(program, [...args, began], { maxBuffer: 1 << 26 });
  return JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "") as StepProcess<Result>;
}

/** The medians over rounds of ours and a peer's, a measurement for each step and one for memory. */
export function stepMeasurements<Result>(
  name: string,
  rounds: readonly (readonly [StepProcess<Result>, StepProcess<Result>])[],
): Measurement[] {
  const of = (what: string, unit: Measurement["unit"], value: (side: StepProcess<Result>) => number): Measurement => {
    const [ours, peer] = [median(rounds.map(([our]) => value(our))), median(rounds.map(([, their]) => value(their)))];
    return { name: `${name}: ${what}`, ours, peer, unit, ratio: ours / peer };
  };
  const steps = Object.keys(rounds[0]?.[0].milliseconds ?? {});
  return [
    ...steps.map((step) => of(step, "ms", ({ milliseconds }) => milliseconds[step] ?? NaN)),
    of("largest memory", "MB", ({ memory }) => memory),
  ];
}
