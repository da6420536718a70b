import { Argument, type Command, Option } from "commander";
import type { Shell } from "./completion/completion.js";
import type { InspectOptions } from "./inspect/inspect-command.js";
import { positiveNumber, share, wholeNumber } from "./option-values.js";
import type { RepairOptions } from "./repair/repair-command.js";
import type { RepairAllOptions } from "./samples/repair-all-command.js";
import type { TrainOptions } from "./train/train-command.js";
import { whenInterrupted } from "./when-interrupted.js";

const FORMATS = ".h5ad, a 10x folder, its matrix.mtx or .h5, .loom, .csv or .tsv";

const REPAIR_EXAMPLES = `
Without --model and --train-on a model for blood is used, trained on PBMC3k at first use (minutes) and kept in the cache.
An h5ad file need not fit memory: it is repaired some cells at a time.
--severity: "estimate" from each cell, or mild, moderate, severe: what training cells so damaged look like.

Examples:
  diffrepairer repair sample.h5ad -o repaired.h5ad
  diffrepairer repair filtered_feature_bc_matrix/ -o repaired.h5ad --model-genes-only
  diffrepairer repair liver.h5ad -o repaired.h5ad --train-on good-liver.h5ad
  diffrepairer repair sample.h5ad -o repaired.h5ad --json > report.json`;

const TRAIN_EXAMPLES = `
The cells must be good ones, with counts in X, layers.counts or raw. An interrupted training goes on when asked again.

Examples:
  diffrepairer train pbmc3k -o blood-model
  diffrepairer train good-liver.h5ad -o liver-model --genes 3000 --budget full`;

const INSPECT_EXAMPLES = `
Examples:
  diffrepairer inspect sample.h5ad
  diffrepairer inspect sample.h5ad --model liver-model --json`;

const COMPLETION_EXAMPLES = `
Examples:
  source <(diffrepairer completion bash)
  diffrepairer completion fish > ~/.config/fish/completions/diffrepairer.fish`;

const REPAIR_ALL_EXAMPLES = `
Samples that are repaired are not repaired again: the same command goes on where it was stopped. Of OUT: repaired/, reports/, report.md.

Examples:
  diffrepairer repair-all samples/ -o repaired --jobs 4
  diffrepairer repair-all sheet.csv -o repaired --model tissue-model --jobs 100 -- --profile workflow/slurm`;

/** The options of all commands that repair. */
const withRepairOptions = (command: Command): Command =>
  command
    .option("--model <folder>", "a model that train made")
    .option("--train-on <file>", "train on these cells of the same tissue, once; the model is kept in the cache")
    .addOption(
      new Option("--severity <name>", "how strongly the sample is damaged")
        .choices(["estimate", "mild", "moderate", "severe"])
        .default("estimate"),
    )
    .option("--min-share <number>", "least share of the model's genes that the sample must have", share, 0.5)
    .option("--model-genes-only", "leave out the genes that the model lacks")
    .option("--no-std", "without layers.repaired_std")
    .option("--intervals", "with layers.repaired_low and repaired_high, the ends of calibrated 90 % intervals")
    .option("--force", "repair also what is unlike the training data")
    .option("--chunk <cells>", "cells of an h5ad file in memory at a time", positiveNumber, 1024);

/** Adds what a person with a sample of their own needs. */
export const addSampleCommands = (program: Command): void => {
  withRepairOptions(
    program
      .command("repair")
      .description("repair a sample and write it as h5ad, the input's values untouched")
      .argument("<input>", FORMATS)
      .requiredOption("-o, --out <file>", "the h5ad file to write"),
  )
    .option("--json", "the report as JSON on standard output, progress on standard error")
    .addHelpText("after", REPAIR_EXAMPLES)
    .action(async (input: string, options: RepairOptions) => {
      const { repairCommand } = await import("./repair/repair-command.js");
      await repairCommand(input, { ...options, signal: whenInterrupted() }, progressOf(options), process.stdout);
    });

  withRepairOptions(
    program
      .command("repair-all")
      .description("repair many samples in processes led by Snakemake, here or on a cluster, and write one report")
      .argument(
        "<samples>",
        "a folder of samples, or a sheet (.csv, .tsv): columns sample, file, perhaps model, severity",
      )
      .argument("[arguments...]", "arguments of Snakemake, after --, for example -- --executor slurm")
      .requiredOption("-o, --out <folder>", "where to write"),
  )
    .option("--jobs <number>", "samples at a time", positiveNumber, 1)
    .option("--threads <number>", "threads of a job", positiveNumber, 1)
    .addHelpText("after", REPAIR_ALL_EXAMPLES)
    .action(async (source: string, more: string[], options: RepairAllOptions) => {
      const { repairAllCommand } = await import("./samples/repair-all-command.js");
      await repairAllCommand(source, { ...options, signal: whenInterrupted() }, more, process.stdout);
    });

  program
    .command("samples-report")
    .description("make one report of what repair --json told of many samples, as repair-all does at its end")
    .argument("<folder>", "a results folder of repair-all")
    .action(async (folder: string) =>
      (await import("./samples/samples-report.js")).samplesReportCommand(folder, process.stdout),
    );

  program
    .command("train")
    .description("train a model that repairs samples of a tissue")
    .argument("<cells>", `good cells: a data set's name, or ${FORMATS}`)
    .requiredOption("-o, --out <folder>", "the model's folder, which must not be there yet")
    .option("--genes <number>", "highly variable genes that the model repairs", wholeNumber, 2000)
    .addOption(
      new Option("--budget <name>", "length of the training").choices(["trial", "quick", "full"]).default("quick"),
    )
    .option("--seed <number>", "seed of every random draw", wholeNumber, 0)
    .option("--json", "the model's facts as JSON on standard output, progress on standard error")
    .addHelpText("after", TRAIN_EXAMPLES)
    .action(async (cells: string, options: TrainOptions) => {
      const { trainCommand } = await import("./train/train-command.js");
      await trainCommand(cells, { ...options, signal: whenInterrupted() }, progressOf(options), process.stdout);
    });

  program
    .command("inspect")
    .description("say what a file of cells holds, and whether a model fits it")
    .argument("<file>", FORMATS)
    .option("--model <folder>", "a model that train made; default: that for blood, where it is in the cache")
    .option("--json", "as JSON")
    .addHelpText("after", INSPECT_EXAMPLES)
    .action(async (file: string, options: InspectOptions) => {
      const { inspectCommand } = await import("./inspect/inspect-command.js");
      await inspectCommand(file, options, process.stderr, process.stdout);
    });

  program
    .command("completion")
    .description("a script by which the shell completes commands and options")
    .addArgument(new Argument("<shell>").choices(["bash", "zsh", "fish"]))
    .addHelpText("after", COMPLETION_EXAMPLES)
    .action(async (shell: Shell) => {
      const { completionScript } = await import("./completion/completion.js");
      process.stdout.write(completionScript(program, shell));
    });
};

/** Where progress goes: standard output is kept clean where a machine reads it. */
const progressOf = ({ json }: { json?: true }) => (json ? process.stderr : process.stdout);
