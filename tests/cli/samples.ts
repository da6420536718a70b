import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RESULT, VEGA_LITE, type Cell, type Output } from "../../src/cli/notebook-file.js";
import type { RunRecord } from "../../src/cli/notebooks/record.js";

export const SVG = '<svg xmlns="http://www.w3.org/2000/svg"><text>µ</text></svg>';
export const PNG = Buffer.from("a picture").toString("base64");

/** The output of a cell that shows a figure. */
export const figure = (name: string, spec: Record<string, unknown> = {}): Output => ({
  output_type: "execute_result",
  data: {
    [VEGA_LITE]: { name, description: `Caption of ${name}.`, mark: "point", ...spec },
    "image/svg+xml": SVG,
    "image/png": PNG,
  },
});

/** The output of a cell that shows a table of results. */
export const result = (name: string, columns: string[], rows: unknown[]): Output => ({
  output_type: "display_data",
  data: { [RESULT]: { name, columns, rows } },
});

export const stdout = (text: string): Output => ({ output_type: "stream", name: "stdout", text });

export const code = (source: string, ...outputs: Output[]): Cell => ({ cell_type: "code", source, outputs });

export const markdown = (source: string): Cell => ({ cell_type: "markdown", source });

export const writeNotebook = (path: string, cells: readonly Cell[]): void =>
  writeFileSync(path, JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }));

/** A complete run of one notebook; the parts given take the place of the sample's. */
export const sampleRecord = (parts: Partial<RunRecord> = {}): RunRecord => ({
  format: "diffrepairer-results",
  status: "complete",
  mode: "quick",
  seed: 0,
  started: "2026-01-02T03:04:05.000Z",
  finished: "2026-01-02T03:05:10.000Z",
  seconds: 65,
  environment: { node: "20.19.0", backend: "tensorflow (native, CPU, 2 threads)" },
  notebooks: [
    {
      name: "01-first",
      title: "First",
      status: "complete",
      cells: 2,
      seconds: 61.2,
      peakBytes: 3 * 2 ** 29,
      file: "notebooks/01-first.ipynb",
    },
  ],
  figures: [],
  results: {},
  ...parts,
});

/** A program that stands in for Python: a shell script. */
export const fakePython = (folder: string, script: string): string => {
  const path = join(folder, "python");
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
};
