import { accessSync, constants, existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Check } from "./check.js";

/** Whether PBMC3k is here, or can be fetched. */
export const dataCheck = async (): Promise<Check> => {
  const { cacheFolder, dataFolder, REGISTRY } = await import("../../lib/datasets/index.js");
  const { file, size, wheel } = REGISTRY.pbmc3k;
  const cached = join(cacheFolder(), file);
  const local = dataFolder();
  const copy =
    local && ["matrix.mtx.gz", "matrix.mtx", "pbmc.h5ad"].map((name) => join(local, "pbmc3k", name)).find(existsSync);
  if (copy) return { name: "data", status: "ok", detail: `PBMC3k: ${copy}` };
  const passedOver = process.env.DIFFREPAIRER_DATA ? ` (DIFFREPAIRER_DATA has no pbmc3k folder: ${local})` : "";
  if (existsSync(cached) && statSync(cached).size === size) {
    return { name: "data", status: "ok", detail: `PBMC3k: ${cached}${passedOver}` };
  }
  const folder = nearestFolder(cached);
  if (!isWritable(folder)) {
    return {
      name: "data",
      status: "missing",
      detail: `PBMC3k is not cached, and ${folder} cannot be written${passedOver}`,
      cure: "set DIFFREPAIRER_CACHE to a folder that can, or DIFFREPAIRER_DATA to one that has pbmc3k/pbmc.h5ad",
    };
  }
  const download = `the first run downloads ${(wheel.size / 2 ** 20).toFixed(0)} MiB to ${cached}`;
  return {
    name: "data",
    status: "warning",
    detail: `PBMC3k is not cached; ${download}${passedOver}`,
    cure: '"diffrepairer fetch" does it now',
  };
};

const nearestFolder = (path: string): string =>
  existsSync(dirname(path)) ? dirname(path) : nearestFolder(dirname(path));

const isWritable = (folder: string): boolean => {
  try {
    accessSync(folder, constants.W_OK);
    return statSync(folder).isDirectory();
  } catch {
    return false;
  }
};
