import { spawn } from "node:child_process";
import { once } from "node:events";

/**
 * Runs a program on this terminal and resolves to its exit code. Ctrl-C is the program's to answer, and this process outlives
 * the answer; a request to end is passed on.
 */
export const runAttached = async (
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<number> => {
  const child = spawn(program, args, { env, stdio: "inherit" });
  const ignore = () => undefined;
  const pass = () => child.kill("SIGTERM");
  process.on("SIGINT", ignore).on("SIGTERM", pass);
  try {
    const [code] = (await once(child, "exit")) as [number | null];
    return code ?? 0;
  } finally {
    process.off("SIGINT", ignore).off("SIGTERM", pass);
  }
};
