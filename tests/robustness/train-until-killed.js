// node train-until-killed.js FOLDER CELLS [POINT]: trains with checkpoints in FOLDER and saves the network there, unless it kills
// itself before, at POINT: {"moment": "step" | "write" | "rename" | "renamed", "after": how many of these, "share": of what is written}.
import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";

const [folder, cells, point] = process.argv.slice(2);
const { moment, after = 0, share = 0 } = point ? JSON.parse(point) : {};
let left = after;
const isNow = (name) => name === moment && --left === 0;
const die = () => process.kill(process.pid, "SIGKILL");

const { open, rename } = fs;
fs.open = async (path, flags) => {
  const file = await open(path, flags);
  const writeFile = file.writeFile.bind(file);
  file.writeFile = async (bytes) => {
    if (isNow("write")) await file.write(bytes, 0, Math.floor(share * bytes.length)).then(die);
    return writeFile(bytes);
  };
  return file;
};
fs.rename = async (from, to) => {
  if (isNow("rename")) die();
  await rename(from, to);
  if (isNow("renamed")) die();
};
syncBuiltinESMExports();

const { io, repair } = await import("../../dist/src/lib/index.js");
const task = repair.prepare(await io.readH5ad(cells), { nTopGenes: 20, draws: 2 });
let first;
const model = await repair.fitDae(task, {
  ...{ hidden: 8, bottleneck: 4, batchSize: 32, epochs: 60, patience: 60, learningRate: 1e-2 },
  ...{ checkpoint: folder, checkpointSeconds: 0 },
  onProgress({ epoch, validationLoss }) {
    first ??= epoch;
    if (validationLoss === undefined && isNow("step")) die();
  },
});
await model.save(join(folder, "model"));
console.log(JSON.stringify({ first, epochs: model.history.epochs }));
