import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { runCommand } from "../run-command.js";

/** Whether there may be an NVIDIA GPU: its driver brings nvidia-smi. Starts no program. */
export function mayHaveGpu(env) {
  return (env.PATH ?? "").split(delimiter).some((folder) => folder !== "" && existsSync(join(folder, "nvidia-smi")));
}

/** What is asked of a GPU: "required" or "prepare" with DIFFREPAIRER_BACKEND=gpu, else whether there may be one. */
export function gpuDemand(env) {
  if (env.DIFFREPAIRER_BACKEND !== "gpu") return mayHaveGpu(env);
  return env.DIFFREPAIRER_GPU === "prepare" ? "prepare" : "required";
}

/** Whether there is one: nvidia-smi lists it. */
export async function hasGpu(setup) {
  if (!mayHaveGpu(setup.env)) return false;
  const { code, output } = await runCommand(setup, "native", ["nvidia-smi", "-L"], { timeout: 20_000 });
  return code === 0 && /^GPU \d+:/m.test(output);
}
