import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomically } from "../../lib/io/atomic.js";
import { EXIT, Failure } from "../failure.js";
import { readNotebook } from "../notebook-file.js";
import { buildReport } from "../report/report.js";
import type { Terminal } from "../terminal.js";
import type { RunRecord } from "./record.js";

/**
 * `diffrepairer report`: writes report.html of a results folder anew, from its results.json and executed notebooks. Nothing is run.
 *
 * @throws {Failure} where the folder holds no complete run.
 */
export const rebuildReport = async (folder: string, terminal: Terminal): Promise<void> => {
  const path = join(folder, "results.json");
  const text = await readFile(path, "utf8").catch(() => {
    throw new Failure(`there is no ${path}; "diffrepairer notebooks" writes one`, EXIT.usage);
  });
  const record = JSON.parse(text) as RunRecord;
  if (record.format !== "diffrepairer-results" || record.status !== "complete") {
    throw new Failure(`${path} is not of a complete run; run "diffrepairer notebooks" again`, EXIT.usage);
  }
  const files = record.notebooks.flatMap(({ file }) => (file === null ? [] : [join(folder, file)]));
  const html = await buildReport(record, await Promise.all(files.map(readNotebook)));
  await writeFileAtomically(join(folder, "report.html"), html);
  terminal.write(`${join(folder, "report.html")}: ${files.length} notebooks, run ${record.started.slice(0, 10)}\n`);
};
