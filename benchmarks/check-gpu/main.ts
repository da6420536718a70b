import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { notChecked, type Training, verdict } from "./verdict.js";

const program = fileURLToPath(new URL("train.js", import.meta.url));

/** Trains in a process of its own, by the package for GPUs. */
async function train(variables: NodeJS.ProcessEnv): Promise<Training | Error> {
  const env = { ...process.env, ...variables };
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [program], { env });
    return JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "") as Training;
  } catch (error) {
    const { stderr = "" } = error as { stderr?: string };
    const cause = /^(?:\w*Error: )(.+)$/m.exec(stderr)?.[1] ?? (error as Error).message;
    return new Error(cause.trim().replace(/\.$/, ""));
  }
}

async function check() {
  const gpu = await train({});
  const not = notChecked(gpu);
  if (not) return not;
  // The same package computes on the CPU where it sees no GPU.
  const cpu = await train({ CUDA_VISIBLE_DEVICES: "-1" });
  if (cpu instanceof Error) throw cpu;
  return verdict(gpu as Training, cpu);
}

const { text, exitCode } = await check();
console.log(text);
process.exitCode = exitCode;
