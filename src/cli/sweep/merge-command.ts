import { join } from "node:path";
import { settingsOf } from "../evaluate/record.js";
import { readCells, readRecords, requireSettings, ResultLog, RESULTS_FILE } from "../evaluate/result-log.js";
import { writeTables } from "../evaluate/result-tables.js";
import type { Terminal } from "../reproduce/progress.js";

/**
 * `diffrepairer merge`: adds the finished runs of results folders to one, in the order given, and writes its tables. A run that is there
 * already is left, so that one which several folders hold counts once.
 *
 * @throws {Failure} where the folders hold runs of different settings, or on different cells of one name.
 */
export const mergeCommand = async (folders: readonly string[], out: string, terminal: Terminal): Promise<void> => {
  const parts = folders.map((folder) => ({ folder, records: readRecords(join(folder, RESULTS_FILE)) }));
  const settings = settingsOf(parts[0]!.records[0]!);
  const log = ResultLog.open(out, settings);
  for (const { folder, records } of parts) {
    requireSettings(folder, records, settings);
    for (const record of records) {
      log.requireCells({ name: record.set, sha256: record.data_sha256 });
      if (!log.has(record)) await log.add(record, readCells(folder, record));
    }
  }
  await writeTables(out, log.records);
  terminal.write(`${log.records.length} runs in ${join(out, RESULTS_FILE)}; tables in ${join(out, "tables")}\n`);
};
