import { join } from "node:path";
import type { Command } from "commander";
import type { ClaimsOptions } from "./claims/claims-command.js";
import type { CompareOptions } from "./compare/compare-command.js";
import type { EvaluateOptions } from "./evaluate/evaluate-command.js";
import { names, wholeNumber } from "./option-values.js";
import { PROJECT_ROOT } from "./package-root.js";
import type { ReproduceOptions } from "./reproduce/reproduce-command.js";
import type { StudyOptions } from "./study/study-command.js";
import type { SweepOptions } from "./sweep/sweep-command.js";
import type { TuneOptions } from "./tune/tune-command.js";
import type { ValidateOptions } from "./validate-command.js";
import { whenInterrupted } from "./when-interrupted.js";

/** The options of all commands that run methods on sets, several times. */
const withSeeds = (command: Command): Command =>
  command
    .requiredOption("--set <names>", "data sets, or .h5ad files with counts", names)
    .option("--labels <column>", "column of obs with the cell types", "cell_type")
    .option("--seeds <number>", "how many seeds, each with its own split, damage and initial weights", wholeNumber, 1)
    .option("--first-seed <number>", "the first of them", wholeNumber, 1)
    .option("--budget <name>", "length of the networks' training: trial, quick or full", "quick")
    .requiredOption("--out <folder>", "where to write");

/** Adds the commands that measure repair methods and hold them against each other, the paper and real damage. */
export const addEvaluationCommands = (program: Command): void => {
  program
    .command("reproduce")
    .description(
      "the paper's tables: every method on every set that can be had, comparisons, a verdict on each claim, one page",
    )
    .option("--full", "five seeds where there are enough cells for a verdict")
    .option("--genes <number>", "highly variable genes", wholeNumber, 2000)
    .option("--budget <name>", "length of the networks' training: trial, quick or full", "quick")
    .option("--draws <number>", "resamples of test cells for the biological scores' intervals", wholeNumber, 200)
    .option("--out <folder>", "where to write", join(PROJECT_ROOT, "results", "reproduction"))
    .action(async ({ full = false, ...options }: Omit<ReproduceOptions, "full"> & { full?: boolean }) => {
      const { reproduceCommand } = await import("./reproduce/reproduce-command.js");
      await reproduceCommand({ ...options, full, signal: whenInterrupted() }, process.stdout);
    });

  program
    .command("validate")
    .description("hold simulated degradation and repair against real degraded RNA, and write validation.json")
    .option("--repeats <number>", "random halvings of the patients", wholeNumber, 20)
    .option("--parts <names>", "pairs, tables, repair, protein; default: all", names)
    .option("--no-networks", "leave out the methods that train for long")
    .option("--results <folder>", "where to write", join(PROJECT_ROOT, "results"))
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
};
