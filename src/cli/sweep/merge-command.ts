import { join } from "node:path";
import { settingsOf } from "../evaluate/record.js";
import {
  isOfStudy,
  readAllRecords,
  readCells,
  requireSettings,
  ResultLog,
  RESULTS_FILE,
} from "../evaluate/result-log.js";
import { writeTables } from "../evaluate/result-tables.js";
import { writeStudyTables } from "../study/study-tables.js";
import type { Terminal } from "../terminal.js";

/**
 * `diffrepairer merge`: adds the finished runs of results folders to one, in the order given, and writes its tables. A run that is there
 * already is left, so that one which several folders hold counts once.
 *
 * @throws {Failure} where the folders hold runs of different settings, plain evaluations beside studies, or runs on different cells of one name.
 */
export const mergeCommand = async (folders: readonly string[], out: string, terminal: Terminal): Promise<void> => {
  const parts = folders.map((folder) => ({ folder, records: readAllRecords(join(folder, RESULTS_FILE)) }));
  const first = parts[0]!.records[0]!;
  const settings = settingsOf(first);
  const kind = isOfStudy(first) ? "study" : "evaluation";
  const log = ResultLog.open(out, settings, kind);
  for (const { folder, records } of parts) {
    requireSettings(folder, records, settings, kind);
    for (const record of records) {
      log.requireCells({ name: record.set, sha256: record.data_sha256 });
      if (!log.has(record)) await log.add(record, readCells(folder, record));
    }
  }
  await (kind === "study" ? writeStudyTables : writeTables)(out, log.records);
  terminal.write(`${log.records.length} runs in ${join(out, RESULTS_FILE)}; tables in ${join(out, "tables")}\n`);
};
