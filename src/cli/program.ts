import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import type { ClaimsOptions } from "./claims/claims-command.js";
import type { CompareOptions } from "./compare/compare-command.js";
import type { EvaluateOptions } from "./evaluate/evaluate-command.js";
import { describeFailure, EXIT, exitCodeOf } from "./failure.js";
import type { InstallOptions, ListOptions } from "./kernel-command.js";
import { wholeNumber } from "./option-values.js";
import { PACKAGE_ROOT, VERSION } from "./package-root.js";
import type { ReproduceOptions } from "./reproduce/reproduce-command.js";
import { addSampleCommands } from "./sample-commands.js";
import type { SweepOptions } from "./sweep/sweep-command.js";
import type { StudyOptions } from "./study/study-command.js";
import type { TuneOptions } from "./tune/tune-command.js";
import type { ValidateOptions } from "./validate-command.js";

const EXIT_CODES = `
Exit codes: 0 done; 1 failed, or something is missing; 2 wrong usage; 3 a sample that no model fits; 130 interrupted.
Environment: DIFFREPAIRER_BACKEND=gpu|node|wasm|cpu, DIFFREPAIRER_DATA, DIFFREPAIRER_CACHE, DIFFREPAIRER_PYTHON,
DIFFREPAIRER_DEBUG=1 (errors with their stack). Of the kernel: DIFFREPAIRER_TYPES=error|warn|off, DIFFREPAIRER_HISTORY=off.`;

/** What `npm start` runs: the way through the project that ends within minutes. */
const MAIN_NOTEBOOKS = ["01", "02", "06", "07", "12"];

const variable = (value: string, before: Record<string, string>): Record<string, string> => {
  const [, name, content] = /^([A-Za-z_]\w*)=(.*)$/s.exec(value) ?? [];
  if (name === undefined || content === undefined) throw new InvalidArgumentError("It must be KEY=VALUE.");
  return { ...before, [name]: content };
};

const names = (value: string): string[] =>
  value
    .split(",")
    .map((name) => name.trim())
    .filter(Boolean);

const withLocation = (command: Command, description: string): Command =>
  command
    .description(description)
    .option("--prefix <folder>", "in an environment, such as .venv")
    .option("--user", "in the user's own Jupyter folder")
    .option("--sys-prefix", "in the active virtual or conda environment");

/** Aborted at the first ctrl-C, or when the process is asked to end. */
const whenInterrupted = (): AbortSignal => {
  const controller = new AbortController();
  process.once("SIGINT", () => controller.abort()).once("SIGTERM", () => controller.abort());
  return controller.signal;
};

/** The options of all commands that run methods on sets, several times. */
const withSeeds = (command: Command): Command =>
  command
    .requiredOption("--set <names>", "data sets, or .h5ad files with counts", names)
    .option("--labels <column>", "column of obs with the cell types", "cell_type")
    .option("--seeds <number>", "how many seeds, each with its own split, damage and initial weights", wholeNumber, 1)
    .option("--first-seed <number>", "the first of them", wholeNumber, 1)
    .option("--budget <name>", "length of the networks' training: trial, quick or full", "quick")
    .requiredOption("--out <folder>", "where to write");

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

  program
    .command("notebooks")
    .description("run the notebooks headless and write notebooks, figures, results.json and report.html")
    .option("--quick", "training shortened to minutes on two cores (default)")
    .option("--full", "training as long as the paper's")
    .option("--all", `every notebook; without it ${MAIN_NOTEBOOKS.join(", ")}`)
    .option("--only <numbers>", "notebooks to run, for example 01,02", names)
    .option("--results <folder>", "where to write", join(PACKAGE_ROOT, "results"))
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
    .argument("[folder]", "results of the notebooks", join(PACKAGE_ROOT, "results"))
    .action(async (folder: string) =>
      (await import("./notebooks/rebuild-report.js")).rebuildReport(folder, process.stdout),
    );

  program
    .command("reproduce")
    .description(
      "the paper's tables: every method on every set that can be had, comparisons, a verdict on each claim, one page",
    )
    .option("--full", "five seeds where there are enough cells for a verdict")
    .option("--genes <number>", "highly variable genes", wholeNumber, 2000)
    .option("--budget <name>", "length of the networks' training: trial, quick or full", "quick")
    .option("--draws <number>", "resamples of test cells for the biological scores' intervals", wholeNumber, 200)
    .option("--out <folder>", "where to write", join(PACKAGE_ROOT, "results", "reproduction"))
    .action(async ({ full = false, ...options }: Omit<ReproduceOptions, "full"> & { full?: boolean }) => {
      const { reproduceCommand } = await import("./reproduce/reproduce-command.js");
      await reproduceCommand({ ...options, full, signal: whenInterrupted() }, process.stdout);
    });

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
    .command("validate")
    .description("hold simulated degradation and repair against real degraded RNA, and write validation.json")
    .option("--repeats <number>", "random halvings of the patients", wholeNumber, 20)
    .option("--parts <names>", "pairs, tables, repair, protein; default: all", names)
    .option("--no-networks", "leave out the methods that train for long")
    .option("--results <folder>", "where to write", join(PACKAGE_ROOT, "results"))
    .option("--seed <number>", "seed of every random draw", wholeNumber, 0)
    .action(async (options: ValidateOptions) =>
      (await import("./validate-command.js")).validateCommand(options, process.stdout),
    );

  const evaluation = (name: string, description: string): Command =>
    withSeeds(program.command(name).description(description))
      .option("--methods <ids>", 'methods, "clean" for the ceiling, or all', names, ["all"])
      .option("--severity <names>", "mild, moderate, severe, mixture, or all", names, ["mixture"])
      .option("--genes <number>", "highly variable genes", wholeNumber, 5000)
      .option("--draws <number>", "resamples of test cells for the biological scores' intervals", wholeNumber, 200)
      .option(
        "--downstream",
        "measure what clustering, classifiers, markers and tests make of the repaired cells, too",
      );

  evaluation(
    "evaluate",
    "run repair methods on labelled cells and write results.jsonl and tables; finished runs are kept",
  ).action(async (options: EvaluateOptions) => {
    const { evaluateCommand } = await import("./evaluate/evaluate-command.js");
    await evaluateCommand({ ...options, signal: whenInterrupted() }, process.stdout);
  });

  evaluation(
    "sweep",
    "evaluate in many processes, led by Snakemake on this machine or a cluster; finished jobs are kept",
  )
    .argument("[arguments...]", "arguments of Snakemake, after --, for example -- --executor slurm")
    .option("--jobs <number>", "jobs at a time", wholeNumber, 1)
    .option("--threads <number>", "threads of a job", wholeNumber, 1)
    .action(async (more: string[], options: SweepOptions) => {
      const { sweepCommand } = await import("./sweep/sweep-command.js");
      await sweepCommand({ ...options, signal: whenInterrupted() }, more, process.stdout);
    });

  program
    .command("merge")
    .description("add the finished runs of results folders to one, and write its tables")
    .argument("<folders...>", "results folders of evaluate")
    .requiredOption("--out <folder>", "where to write")
    .action(async (folders: string[], { out }: { out: string }) =>
      (await import("./sweep/merge-command.js")).mergeCommand(folders, out, process.stdout),
    );

  withSeeds(
    program
      .command("study")
      .description(
        "vary damage, training data or settings of methods, and write a table a study; finished runs are kept",
      ),
  )
    .option("--study <names>", "severity, mechanisms, unknown-severity, … or all", names, ["all"])
    .option("--methods <ids>", "methods, or all", names, ["input", "linear-fusion", "diffrepairer"])
    .option("--genes <number>", "highly variable genes", wholeNumber, 2000)
    .action(async (options: StudyOptions) => {
      const { studyCommand } = await import("./study/study-command.js");
      await studyCommand({ ...options, signal: whenInterrupted() }, process.stdout);
    });

  program
    .command("tune")
    .description("try settings of repair methods on validation cells and name the best; finished trials are kept")
    .requiredOption("--set <names>", "data sets, or .h5ad files with counts", names)
    .option("--labels <column>", "column of obs with the cell types", "cell_type")
    .option("--methods <ids>", "methods that have settings, or all", names, ["all"])
    .option("--trials <number>", "settings tried of each method, its defaults among them", wholeNumber, 8)
    .option("--genes <number>", "highly variable genes", wholeNumber, 2000)
    .option("--budget <name>", "length of the networks' training: trial, quick or full", "quick")
    .option("--seed <number>", "seed of split, damage, initial weights and settings", wholeNumber, 0)
    .requiredOption("--out <folder>", "where to write")
    .action(async (options: TuneOptions) => {
      const { tuneCommand } = await import("./tune/tune-command.js");
      await tuneCommand({ ...options, signal: whenInterrupted() }, process.stdout);
    });

  program
    .command("compare")
    .description("paired tests, effect sizes and ranks of methods, from the results of evaluate")
    .argument("<results>", "a results.jsonl")
    .option("--baseline <id>", "the method that the others are compared with", "diffrepairer")
    .option("--out <folder>", "where to write; default: comparison, beside the results")
    .action(async (results: string, options: CompareOptions) => {
      const { compareCommand } = await import("./compare/compare-command.js");
      await compareCommand(results, options, process.stdout);
    });

  program
    .command("claims")
    .description("every claim of the paper beside what the results of evaluate say of it")
    .argument("<results>", "a results.jsonl")
    .option("--model <id>", "the method that DiffRepairer's claims are tested on", "diffrepairer-paper")
    .option("--out <folder>", "where to write; default: claims, beside the results")
    .action(async (results: string, options: ClaimsOptions) => {
      const { claimsCommand } = await import("./claims/claims-command.js");
      await claimsCommand(results, options, process.stdout);
    });

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
