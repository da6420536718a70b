import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { jupyterEnvironment, requirePython } from "../../src/cli/jupyter.js";
import { type Output, readNotebook, text } from "../../src/cli/notebook-file.js";
import { canBeHad } from "../../src/cli/reproduce/paper-sets.js";
import { PACKAGE_ROOT } from "../../src/cli/package-root.js";
import { type NotebookEvent, type NotebookJob, runNotebook } from "../../src/cli/notebooks/run-notebook.js";

/** The folder of the notebooks. */
export const NOTEBOOKS = join(PACKAGE_ROOT, "notebooks");

/** Whether all are run, as a reader would, by `npm run test:notebooks`; `npm test` takes one of each kind, networks for one epoch. */
export const ALL = process.env.DIFFREPAIRER_NOTEBOOKS === "all";
export const MODE = ALL ? "quick" : "trial";
const CHOSEN = ALL ? /^\d+-/ : /^(01|02|07|12)-/;

/** Their files, in order. */
export const FILES = readdirSync(NOTEBOOKS)
  .filter((file) => CHOSEN.test(file) && file.endsWith(".ipynb"))
  .sort();

/** Those whose data can be had here. */
export const RUNNABLE = FILES.filter((file) => {
  const { metadata } = JSON.parse(readFileSync(join(NOTEBOOKS, file), "utf8")) as {
    metadata: { diffrepairer?: { needs: string[] } };
  };
  return (metadata.diffrepairer?.needs ?? []).every((name) => canBeHad({ name }));
});

/** Runs a notebook through a real kernel, networks for one epoch; also gives what it told on the way. */
export async function run(job: Pick<NotebookJob, "source" | "target"> & Partial<NotebookJob>) {
  const events: NotebookEvent[] = [];
  const end = await runNotebook({
    python: requirePython(),
    kernel: "diffrepairer",
    signal: new AbortController().signal,
    ...job,
    environment: { ...jupyterEnvironment(), DIFFREPAIRER_MODE: "trial", DIFFREPAIRER_SEED: "0", ...job.environment },
    onEvent: (event) => {
      events.push(event);
      job.onEvent?.(event);
    },
  });
  return { end, events };
}

/** The outputs of a notebook's code cells, with the number of the cell. */
export async function outputsOf(path: string): Promise<{ cell: number; output: Output }[]> {
  const { cells } = await readNotebook(path);
  return cells
    .filter(({ cell_type }) => cell_type === "code")
    .flatMap(({ outputs = [] }, k) => outputs.map((output) => ({ cell: k + 1, output })));
}

/** The outputs that a reader should not see: errors, and what was written to standard error. */
export const noiseIn = (outputs: readonly { cell: number; output: Output }[]): string[] =>
  outputs.flatMap(({ cell, output }) => {
    if (output.output_type === "error") return [`cell ${cell}: ${output.ename}: ${output.evalue}`];
    return output.output_type === "stream" && output.name === "stderr" ? [`cell ${cell}: ${text(output.text)}`] : [];
  });
