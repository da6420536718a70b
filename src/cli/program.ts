import { join } from "node:path";
import { Command } from "commander";
import { addEvaluationCommands } from "./evaluation-commands.js";
import { describeFailure, EXIT, exitCodeOf } from "./failure.js";
import { addKernelCommands } from "./kernel-commands.js";
import { names, wholeNumber } from "./option-values.js";
import { PACKAGE_ROOT, PROJECT_ROOT, VERSION } from "./package-root.js";
import { addSampleCommands } from "./sample-commands.js";
import { whenInterrupted } from "./when-interrupted.js";

const EXIT_CODES = `
Exit codes: 0 done; 1 failed, or something is missing; 2 wrong usage; 3 a sample that no model fits; 130 interrupted.
Environment: DIFFREPAIRER_BACKEND=gpu|node|wasm|cpu, DIFFREPAIRER_DATA, DIFFREPAIRER_CACHE, DIFFREPAIRER_PYTHON,
DIFFREPAIRER_DEBUG=1 (errors with their stack). Of the kernel: DIFFREPAIRER_TYPES=error|warn|off, DIFFREPAIRER_HISTORY=off.`;

/** What `npm start` runs: the way through the project that ends within minutes. */
const MAIN_NOTEBOOKS = ["01", "02", "06", "07", "12"];

/** The command line. */
export const createProgram = (): Command => {
  const program = new Command("diffrepairer")
    .description("Repair degraded RNA-seq profiles: data, notebooks, report, and the TypeScript kernel for Jupyter")
    .version(VERSION)
    .addHelpText("after", EXIT_CODES)
    .configureHelp({ showGlobalOptions: true })
    .enablePositionalOptions()
    .exitOverride();

  addSampleCommands(program);
  addEvaluationCommands(program);
  addKernelCommands(program);

  program
    .command("notebooks")
    .description("run the notebooks headless and write notebooks, figures, results.json and report.html")
    .option("--quick", "training shortened to minutes on two cores (default)")
    .option("--full", "training as long as the paper's")
    .option("--all", `every notebook; without it ${MAIN_NOTEBOOKS.join(", ")}`)
    .option("--only <numbers>", "notebooks to run, for example 01,02", names)
    .option("--results <folder>", "where to write", join(PROJECT_ROOT, "results"))
    .option("--seed <number>", "seed of every random draw", wholeNumber, 0)
    .action(
      async (
        options: { quick?: true; full?: true; all?: true; only?: string[]; results: string; seed: number },
        command: Command,
      ) => {
        if (options.quick && options.full)
          command.error("error: --quick and --full exclude each other", { exitCode: EXIT.usage });
        if (options.all && options.only)
          command.error("error: --all and --only exclude each other", { exitCode: EXIT.usage });
        const { runNotebooks } = await import("./notebooks/run-notebooks.js");
        const { requirePython } = await import("./jupyter.js");
        await runNotebooks({
          notebooks: join(PACKAGE_ROOT, "notebooks"),
          results: options.results,
          mode: options.full ? "full" : "quick",
          seed: options.seed,
          only: options.all ? undefined : (options.only ?? MAIN_NOTEBOOKS),
          python: requirePython(),
          signal: whenInterrupted(),
          terminal: process.stdout,
        });
      },
    );

  program
    .command("report")
    .description("write report.html of a results folder anew, without running anything")
    .argument("[folder]", "results of the notebooks", join(PROJECT_ROOT, "results"))
    .action(async (folder: string) =>
      (await import("./notebooks/rebuild-report.js")).rebuildReport(folder, process.stdout),
    );

  program
    .command("lab")
    .description("open JupyterLab on the notebooks")
    .argument("[arguments...]", "arguments of JupyterLab, for example --port 9999 --no-browser")
    .allowUnknownOption()
    .passThroughOptions()
    .action(async (extra: string[]) => (await import("./lab.js")).lab(extra));

  program
    .command("fetch")
    .description("put data sets into the cache")
    .argument("[set]", "one data set; default: all")
    .action(async (set: string | undefined) => (await import("./fetch-command.js")).fetchCommand(set, process.stdout));

  program
    .command("setup")
    .description("make ready what npm leaves out: native TensorFlow, JupyterLab in .venv, the kernel in it")
    .action(async () => {
      process.exitCode = await (await import("./setup-command.js")).setUpProject();
    });

  program
    .command("doctor")
    .description("say what is there, what is missing, and how to cure it")
    .option("--json", "as JSON")
    .action(async ({ json }: { json?: true }) => {
      const { describeChecks, examine } = await import("./doctor/doctor.js");
      const checks = await examine();
      process.stdout.write(`${json ? JSON.stringify(checks, null, 2) : describeChecks(checks)}\n`);
      if (checks.some(({ status }) => status === "missing")) process.exitCode = EXIT.failed;
    });

  return program;
};

/** Runs the command line; returns the exit code. */
export const runCommandLine = async (argv: readonly string[]): Promise<number> => {
  try {
    await createProgram().parseAsync(argv);
    return Number(process.exitCode ?? 0);
  } catch (error) {
    const { code, exitCode } = error as { code?: unknown; exitCode?: number };
    // Commander has said what was wrong, or shown the help asked for.
    if (typeof code === "string" && code.startsWith("commander.")) return exitCode === 0 ? 0 : EXIT.usage;
    process.stderr.write(`${describeFailure(error)}\n`);
    return exitCodeOf(error);
  }
};
