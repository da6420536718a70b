import type { Command } from "commander";
import { EXIT } from "./failure.js";
import type { InstallOptions, ListOptions } from "./kernel-command.js";
import { variable } from "./option-values.js";

const withLocation = (command: Command, description: string): Command =>
  command
    .description(description)
    .option("--prefix <folder>", "in an environment, such as .venv")
    .option("--user", "in the user's own Jupyter folder")
    .option("--sys-prefix", "in the active virtual or conda environment");

/** Adds what has to do with Jupyter's list of kernels. */
export const addKernelCommands = (program: Command): void => {
  const kernel = program.command("kernel").description("the TypeScript kernel in Jupyter's list");
  withLocation(kernel.command("install"), "registers it; one registered there under the same name is replaced")
    .option("--name <name>", "under which clients start it; another lets several versions stand side by side")
    .option("--display-name <text>", "what people see")
    .option("--env <KEY=VALUE>", "a variable that it is started with, such as DIFFREPAIRER_TYPES=warn", variable, {})
    .action(async (options: InstallOptions) =>
      (await import("./kernel-command.js")).installKernel(options, process.stdout),
    );
  withLocation(kernel.command("remove"), "takes it from Jupyter's list")
    .option("--name <name>", "under which it was registered")
    .action(async (options: InstallOptions) =>
      (await import("./kernel-command.js")).removeKernel(options, process.stdout),
    );
  kernel
    .command("list")
    .description("say where it is registered, and under what names")
    .option("--prefix <folder>", "an environment to look into beside the active one and .venv")
    .option("--json", "as JSON")
    .action(async (options: ListOptions) => (await import("./kernel-command.js")).listKernels(options, process.stdout));
  kernel
    .command("doctor")
    .description("start each that is registered, run a cell in it, and say what is wrong where that fails")
    .option("--prefix <folder>", "an environment to look into beside the active one and .venv")
    .option("--json", "as JSON")
    .action(async (options: ListOptions) => {
      const works = await (await import("./kernel-command.js")).examineKernels(options, process.stdout);
      if (!works) process.exitCode = EXIT.failed;
    });
};
