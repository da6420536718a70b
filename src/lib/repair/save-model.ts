import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomically } from "../io/atomic.js";
import { requireRoom } from "../io/disk-room.js";
import { modelCard } from "./model-card.js";
import {
  CARD_FILE,
  CONFIG_FILE,
  FORMAT,
  FORMAT_VERSION,
  meaningOf,
  sha256,
  WEIGHTS_FILE,
  type SavedModel,
} from "./saved-model.js";
import { encodeTensors, writeParts, type TensorFile } from "./tensor-file.js";

/**
 * Writes a network into a folder: weights and other arrays as safetensors, everything else as JSON, and a card for people. The
 * JSON comes last and names the weights by their hash, so that an interrupted writing is noticed.
 *
 * @throws FileError where the folder cannot be written or the disk has no room.
 */
export async function saveModel(
  folder: string,
  about: Omit<SavedModel, "format" | "version" | "weights">,
  tensors: TensorFile["tensors"],
): Promise<void> {
  await mkdir(folder, { recursive: true });
  // Texts, as safetensors wants them; "pt" is what its readers look for.
  const parts = encodeTensors({ metadata: { format: "pt", meaning: meaningOf(about) }, tensors });
  const saved: SavedModel = {
    ...{ format: FORMAT, version: FORMAT_VERSION },
    ...about,
    weights: {
      sha256: sha256(...parts),
      values: Object.values(tensors).reduce((sum, { data }) => sum + data.length, 0),
    },
    genes: about.genes,
  };
  const text = `${JSON.stringify(saved, null, 2)}\n`;
  await requireRoom(folder, parts.reduce((sum, part) => sum + part.length, 2 * text.length)); // prettier-ignore
  await writeParts(join(folder, WEIGHTS_FILE), parts);
  await writeFileAtomically(join(folder, CARD_FILE), modelCard(saved));
  await writeFileAtomically(join(folder, CONFIG_FILE), text);
}
