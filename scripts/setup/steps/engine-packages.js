import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { commandProblem } from "../command-problem.js";
import { gpuDemand } from "../native/gpu.js";
import { packageFolder } from "../native/addon.js";
import { runCommand } from "../run-command.js";
import { PURE } from "./native-engine.js";
import { npmProgram } from "./npm-packages.js";

/**
 * TensorFlow for Node among the packages of a project, in the version that this package works with: npm leaves an optional peer
 * out. Without its install script, which downloads from where many machines cannot: the next step does what it would.
 */
export const enginePackages = {
  name: "npm",
  bytes: 0.05e9,

  inputs: ({ home, env }) => wanted({ home, env }),

  isWhole: ({ root }, { packages }) =>
    packages.every(({ kind, version }) => installed(packageFolder(root, kind)) === version),

  async run(setup) {
    const { root, env, report } = setup;
    const packages = wanted(setup);
    const missing = packages.filter(({ kind, version }) => installed(packageFolder(root, kind)) !== version);
    if (missing.length === 0) return { packages };
    const names = missing.map(({ name, version }) => `${name}@${version}`);
    report.say("npm", `adding ${names.join(" and ")} to this project`);
    const { code, output, log } = await runCommand(setup, "npm", [
      ...npmProgram(env),
      "install",
      "--ignore-scripts",
      "--save-exact",
      "--no-audit",
      "--no-fund",
      ...names,
    ]);
    if (code === 0) return { packages };
    throw commandProblem({
      doing: `${names.join(" and ")} could not be added to this project`,
      why: "Models are trained many times faster with it; DIFFREPAIRER_BACKEND=wasm does without.",
      output,
      log,
    });
  },
};

/** By the peers that this package names; the one for GPUs where there may be one, or it is asked for. */
function wanted({ home, env }) {
  if (PURE.has(env.DIFFREPAIRER_BACKEND)) return [];
  const { peerDependencies } = JSON.parse(readFileSync(join(home, "package.json"), "utf8"));
  return ["cpu", ...(gpuDemand(env) ? ["gpu"] : [])].map((kind) => {
    const name = `@tensorflow/tfjs-node${kind === "gpu" ? "-gpu" : ""}`;
    return { kind, name, version: peerDependencies[name] };
  });
}

function installed(folder) {
  const path = join(folder, "package.json");
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")).version : undefined;
}
