import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { peerPython, PeerUnavailable } from "../peer-process.js";
import { OURS, PEERS, type KernelUnderTest } from "./kernels.js";
import type { Samples } from "./measures.js";
import type { Comparison, Outcome } from "./report.js";

const run = promisify(execFile);

const ROUNDS = 3;

/**
 * Measures this package's kernel, ipykernel, deno's and tslab.
 *
 * The kernels run in turn, each several lives, so that a busy minute of the machine falls on all of them. Each life is the
 * same (`life.py`): starts, a warm-up and five seconds of peace, then round trips, printing and memory. Memory is that of the
 * kernel's whole process tree. A cell's types are checked by ours and by tslab; deno and Python check none. A peer that
 * cannot be had is left out.
 *
 * @throws PeerUnavailable when there is no client, or no /proc to read memory from.
 */
export async function runKernels(root: string): Promise<Comparison> {
  if (process.platform !== "linux") throw new PeerUnavailable("memory is read from /proc, which Linux alone has");
  const client = await peerPython(root, "ipykernel");
  const entrants: { kernel: KernelUnderTest; argv: readonly string[]; lives: Samples[] }[] = [];
  for (const kernel of [OURS, ...PEERS]) {
    try {
      entrants.push({ kernel, argv: await kernel.command(root), lives: [] });
    } catch (error) {
      if (!(error instanceof PeerUnavailable)) throw error;
      console.log(`${kernel.name} is left out: ${error.message}`);
    }
  }
  for (let round = 1; round <= ROUNDS; round++) {
    for (const { kernel, argv, lives } of entrants) {
      process.stderr.write(`round ${round} of ${ROUNDS}: ${kernel.name} …\n`);
      const input = JSON.stringify({ argv, language: kernel.language });
      const { stdout } = await run(client, [join(root, "benchmarks", "kernels", "life.py"), input]);
      lives.push(JSON.parse(stdout) as Samples);
    }
  }
  const [ours, ...peers] = entrants.map(({ kernel, lives }): Outcome => ({
    name: kernel.name,
    samples: joined(lives),
  }));
  return { ours: ours as Outcome, peers };
}

/** The samples of all lives, by measure. */
function joined(lives: readonly Samples[]): Samples {
  const keys = Object.keys(lives[0] ?? {});
  return Object.fromEntries(keys.map((key) => [key, lives.flatMap((samples) => samples[key] ?? [])]));
}
