import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomically } from "../../lib/io/atomic.js";
import { ResultTable } from "../../lib/repair/index.js";
import { correctedInterval } from "../../lib/stats/index.js";
import type { RunRecord } from "../evaluate/record.js";
import { grouped, runsTable } from "../evaluate/result-tables.js";
import { writeTable } from "../write-table.js";

/** Measures of a study, by metric. */
const SHOWN = {
  MSE: "mse",
  Pearson: "pearson",
  F1: "f1",
  overall: "overall",
  "variance ratio": "variance_ratio",
} as const;

/** A study's measures by variant and damage: means over the seeds, and their standard deviations. */
export const studyTable = (records: readonly RunRecord[], study: string): ResultTable => {
  const of = records.filter((record) => record.study === study);
  const rows = grouped(of, ({ set, method, variant, severity }) =>
    JSON.stringify([set, method, variant, severity]),
  ).map((runs) => {
    const [{ set, label, variant, severity, cells }] = runs as [RunRecord];
    const measures = Object.values(SHOWN).flatMap((metric) => {
      const values = runs.flatMap((run) => run.metrics[metric] ?? []);
      if (values.length === 0) return [null, null];
      const { mean, sd } = correctedInterval(values, cells.test / cells.train);
      return [mean, values.length > 1 ? sd : null];
    });
    return [set, label, variant!, severity, runs.length, ...measures];
  });
  const columns = Object.keys(SHOWN).flatMap((name) => [name, `${name} sd`]);
  return new ResultTable(study, ["set", "method", "variant", "tested on", "seeds", ...columns], rows);
};

/** Writes a table of each study, and one of all runs. */
export const writeStudyTables = async (folder: string, records: readonly RunRecord[]): Promise<ResultTable[]> => {
  const path = join(folder, "tables");
  await mkdir(path, { recursive: true });
  const tables = [...new Set(records.map(({ study }) => study!))].map((study) => studyTable(records, study));
  for (const table of tables) await writeTable(path, table.name, table);
  await writeFileAtomically(join(path, "runs.csv"), runsTable(records).toCsv());
  return tables;
};
