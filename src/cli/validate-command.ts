import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ValidationPart, ValidationReport } from "../lib/validate/index.js";
import { textTable } from "./notebooks/summary.js";
import type { Terminal } from "./terminal.js";

/** Options of the command. */
export interface ValidateOptions {
  repeats: number;
  seed: number;
  results: string;
  parts?: string[];
  networks: boolean;
}

/** `diffrepairer validate`: runs the validation, prints its table, and writes `validation.json` into the results folder. */
export const validateCommand = async (options: ValidateOptions, terminal: Terminal): Promise<void> => {
  const { validateDegradation } = await import("../lib/validate/index.js");
  const report = await validateDegradation({
    repeats: options.repeats,
    seed: options.seed,
    networks: options.networks,
    parts: options.parts as ValidationPart[] | undefined,
    onProgress: (line) => terminal.write(`${line}\n`),
  });
  await mkdir(options.results, { recursive: true });
  const path = join(options.results, "validation.json");
  // JSON has no NaN: a missing end of an interval is null.
  await writeFile(path, `${JSON.stringify(report, null, 1)}\n`);
  terminal.write(`\n${describeReport(report).join("\n")}\n\n${path}\n`);
};

const COLUMNS = ["set", "mode", "measure", "value", "low", "high", "n"] as const;

/** The report as lines of text: a table a part, then the notes and what is missing. */
export const describeReport = ({ rows, notes, missing }: ValidationReport): string[] => {
  const parts = [...new Set(rows.map(({ part }) => part))];
  const shown = (value: string | number) =>
    typeof value === "string" || Number.isInteger(value) ? value : Number.isNaN(value) ? "" : value.toFixed(3);
  return [
    ...parts.flatMap((part) => [
      part,
      ...textTable(
        COLUMNS,
        rows.filter((row) => row.part === part).map((row) => COLUMNS.map((column) => shown(row[column]))),
      ),
      "",
    ]),
    ...notes.map((note) => `- ${note}`),
    ...missing.map((name) => `- ${name}: missing (set DIFFREPAIRER_DATA to a folder that has it)`),
  ];
};
