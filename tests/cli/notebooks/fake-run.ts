import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Cell } from "../../../src/cli/notebook-file.js";
import { runNotebooks, type RunNotebooksOptions } from "../../../src/cli/notebooks/run-notebooks.js";
import type { RunRecord } from "../../../src/cli/notebooks/record.js";
import type { NotebookEnd, NotebookJob, RunNotebook } from "../../../src/cli/notebooks/run-notebook.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { RecordingTerminal } from "../recording-terminal.js";
import { code, figure, markdown, result, stdout, writeNotebook } from "../samples.js";

export const COMPLETE: NotebookEnd = { status: "complete", peakBytes: 2 ** 30 };

/** What the cells of the two sample notebooks are once they have run. */
export const EXECUTED: Readonly<Record<string, Cell[]>> = {
  "01-first.ipynb": [markdown("# First"), code("show()", stdout("hello\n"), figure("Curve A"))],
  "02-second.ipynb": [
    markdown("# Second"),
    code("show()", figure("Curve A")),
    code("table()", result("measures", ["method", "MSE"], [["DAE", 0.5]])),
  ],
};

/** A runner that runs nothing: it writes the executed notebook and ends as told. */
export const fakeRun = (
  ends: Readonly<Record<string, NotebookEnd>> = {},
  during: (job: NotebookJob) => unknown = () => undefined,
) =>
  (async (job) => {
    const file = basename(job.source);
    job.onEvent({ event: "start", cells: 2 });
    job.onEvent({ event: "cell", cell: 1, source: "show()" });
    await during(job);
    writeNotebook(job.target, EXECUTED[file] ?? []);
    return ends[file] ?? COMPLETE;
  }) satisfies RunNotebook;

export const failed = (ename: string, evalue: string, cell = 1): NotebookEnd => ({
  status: "failed",
  failure: { cell, ename, evalue, traceback: "" },
});

/** A folder of two notebooks and a folder of results, run by a runner of the test's. */
export class Workplace {
  readonly notebooks = temporaryFolder();
  readonly results = join(temporaryFolder(), "results");
  readonly terminal = new RecordingTerminal();

  constructor() {
    for (const [file, cells] of Object.entries(EXECUTED)) {
      writeNotebook(
        join(this.notebooks, file),
        cells.map((cell) => ({ ...cell, outputs: undefined })),
      );
    }
    writeFileSync(join(this.notebooks, "README.md"), "");
  }

  /** Makes a notebook need data sets. */
  need(file: string, needs: readonly string[]): void {
    const path = join(this.notebooks, file);
    const notebook = JSON.parse(readFileSync(path, "utf8")) as object;
    writeFileSync(path, JSON.stringify({ ...notebook, metadata: { diffrepairer: { needs } } }));
  }

  path(...parts: string[]): string {
    return join(this.results, ...parts);
  }

  run(
    run: RunNotebook = fakeRun(),
    options: Partial<RunNotebooksOptions> = {},
    missing: readonly string[] = [],
  ): Promise<RunRecord> {
    return runNotebooks(
      {
        notebooks: this.notebooks,
        results: this.results,
        mode: "quick",
        seed: 7,
        python: "/fake/python",
        signal: new AbortController().signal,
        terminal: this.terminal,
        ...options,
      },
      {
        run,
        describe: async () => ({ backend: "fake" }),
        canBeHad: async (set) => !missing.includes(set),
      },
    );
  }
}
