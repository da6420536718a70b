import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadModel } from "../../../src/lib/repair/index.js";
import { makeModels } from "../saved-models.js";

/** Makes the committed networks anew: `node dist/tests/reference/scripts/make-models.js`, then `saved_models.py`. */
const folder = fileURLToPath(new URL("../../../../tests/reference/models", import.meta.url));
mkdirSync(folder, { recursive: true });
const { models, cells } = await makeModels(["dae-pytorch", "transformer-pytorch", "diffrepairer"]);
for (const [name, model] of Object.entries(models)) {
  await model.save(join(folder, name), {
    licence: "CC0-1.0",
    description: "Trained on simulated cells, for tests alone.",
  });
  const loaded = await loadModel(join(folder, name));
  await loaded.exportOnnx(join(folder, name, "model.onnx"));
}
writeFileSync(join(folder, "cells.json"), JSON.stringify(cells));
