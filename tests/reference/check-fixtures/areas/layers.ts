import { backend } from "../../../../src/lib/engine/index.js";
import type { FixtureCase } from "../fixture-case.js";
import { BLOCKS } from "../layers/blocks.js";
import { DIFFUSION } from "../layers/diffusion.js";
import { LOSSES } from "../layers/losses.js";
import { NetworkCase } from "../layers/network-case.js";
import { TRAINING } from "../layers/training.js";
import { type Results, unknownCase } from "../results.js";

const KINDS = [...BLOCKS, ...LOSSES, ...TRAINING, ...DIFFUSION];

/** Parts of networks with their gradients, and how networks are trained: in float32 on the engine. */
export async function layers(fixture: FixtureCase): Promise<Results> {
  const { tf } = await backend();
  const [, compute] = KINDS.find(([pattern]) => pattern.test(fixture.name)) ?? unknownCase(fixture);
  let results: Results = {};
  tf.tidy(() => {
    results = compute(new NetworkCase(tf, fixture));
  });
  return results;
}
