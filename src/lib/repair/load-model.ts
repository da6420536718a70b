import { dae } from "./dae.js";
import { diffrepairer, diffrepairerKnown } from "./diffrepairer/diffrepairer.js";
import { diffusion } from "./diffusion.js";
import { student } from "./distil.js";
import { loadNetwork } from "./load-network.js";
import type { NetworkKind } from "./network.js";
import type { NetworkModel } from "./network-model.js";
import { transformer, transformerConditioned } from "./transformer.js";
import { vae } from "./vae.js";
import { zinb } from "./zinb.js";

const KINDS = [
  dae,
  student,
  vae,
  zinb,
  transformer,
  transformerConditioned,
  diffusion,
  diffrepairer,
  diffrepairerKnown,
] as unknown as readonly NetworkKind[];

/**
 * Loads a network that {@link NetworkModel.save} wrote into a folder. Its files are data: they are checked, and nothing in them is
 * executed.
 *
 * @throws FileError where a file is missing, damaged, of another version, leaves the folder, or does not belong to the others.
 * @example
 * const model = await repair.loadModel("tissue-model");
 */
export async function loadModel(folder: string): Promise<NetworkModel> {
  return loadNetwork(folder, KINDS);
}
