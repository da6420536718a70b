import { ResultTable } from "../../lib/repair/index.js";
import { readClaims, type Claim, type ClaimTest } from "../claims/claim.js";
import type { RunRecord } from "../evaluate/record.js";
import { meanMetric } from "../evaluate/result-tables.js";
import type { PaperSet } from "./paper-sets.js";

type ValueTest = Extract<ClaimTest, { kind: "value" }>;

/**
 * The numbers of the paper's result tables beside ours: a row for each, a column for each set that has results (mean over seeds).
 *
 * @param records - finished runs.
 */
export const paperValuesTable = (records: readonly RunRecord[], sets: readonly PaperSet[]): ResultTable => {
  const shown = sets.filter(({ name }) => records.some((record) => record.set === name));
  const rows = readClaims()
    .filter((claim): claim is Claim & { test: ValueTest } => claim.test.kind === "value")
    .map(({ where, test: { method, metric, value, severity } }) => {
      const ours = shown.map(({ name }) =>
        meanMetric(
          records.filter((run) => run.set === name && run.method === method && run.severity === severity),
          metric,
        ),
      );
      return [where, method, metric, value, ...ours];
    });
  const columns = ["where", "method", "metric", "the paper's", ...shown.map(({ title }) => `ours, ${title}`)];
  return new ResultTable("the paper's numbers beside ours", columns, rows);
};
