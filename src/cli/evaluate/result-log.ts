import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomically } from "../../lib/io/atomic.js";
import { EXIT, Failure } from "../failure.js";
import { appendJsonLine, mendJsonLines, readJsonLines } from "../json-lines.js";
import type { LabelledCells } from "./labelled-cells.js";
import { runName, type RunCells, type RunKey, type RunRecord, type RunSettings } from "./record.js";

/** File of finished runs in a results folder. */
export const RESULTS_FILE = "results.jsonl";

/** Plain evaluations and studies are kept apart, as tables and comparisons of the former know no variants. */
export type RunKind = "evaluation" | "study";

/** The finished runs of a results folder: results.jsonl, and a file a run with the values of its cells. */
export class ResultLog {
  readonly #records: RunRecord[];
  readonly #finished: Set<string>;

  private constructor(
    readonly folder: string,
    records: RunRecord[],
  ) {
    this.#records = records;
    this.#finished = new Set(records.map(runName));
  }

  /**
   * Opens a folder for runs of a setting, or makes it. What is left of a line that was not written to its end is cut off.
   *
   * @throws {Failure} where the folder holds runs of another setting or kind.
   */
  static open(folder: string, settings: RunSettings, kind: RunKind = "evaluation"): ResultLog {
    mkdirSync(join(folder, "cells"), { recursive: true });
    const path = join(folder, RESULTS_FILE);
    const records = readJsonLines<RunRecord>(path);
    requireSettings(folder, records, settings, kind);
    mendJsonLines(path);
    return new ResultLog(folder, records);
  }

  get records(): readonly RunRecord[] {
    return this.#records;
  }

  /** @throws {Failure} where there are runs on other cells of that name. */
  requireCells({ name, sha256 }: Pick<LabelledCells, "name" | "sha256">): void {
    if (this.#records.some((record) => record.set === name && record.data_sha256 !== sha256)) {
      const found = `${this.folder} holds results on other cells called ${name}`;
      throw new Failure(`${found}; write elsewhere with --out`, EXIT.usage);
    }
  }

  /** Whether a run is finished. */
  has(key: RunKey): boolean {
    return this.#finished.has(runName(key));
  }

  /** Writes a finished run: its cells first, then its line, so that a line's cells are always there. */
  async add(record: RunRecord, cells: RunCells): Promise<void> {
    await writeFileAtomically(join(this.folder, record.cells_file), JSON.stringify(cells));
    appendJsonLine(join(this.folder, RESULTS_FILE), record);
    this.#records.push(record);
    this.#finished.add(runName(record));
  }
}

/** @throws {Failure} where a folder holds runs of another setting or kind. */
export const requireSettings = (
  folder: string,
  records: readonly RunRecord[],
  settings: RunSettings,
  kind: RunKind,
): void => {
  if (records.some((record) => isOfStudy(record) !== (kind === "study"))) {
    const found = kind === "study" ? "plain evaluations" : "a study";
    throw new Failure(`${folder} holds results of ${found}; write elsewhere with --out`, EXIT.usage);
  }
  for (const name of ["genes", "budget", "draws", "downstream"] as const) {
    const other = records.find((record) => record[name] !== settings[name]);
    if (!other) continue;
    const found = `${folder} holds results with --${name} ${other[name] ?? false}, not ${settings[name] ?? false}`;
    throw new Failure(`${found}; repeat those options, or write elsewhere with --out`, EXIT.usage);
  }
};

/** Whether a run belongs to a study. */
export const isOfStudy = ({ study }: RunRecord): boolean => study !== undefined;

/**
 * The finished runs in a results.jsonl.
 *
 * @throws {Failure} where there is no such file or no finished run in it.
 */
export const readAllRecords = (path: string): RunRecord[] => {
  if (!existsSync(path)) throw new Failure(`there is no ${path}; "diffrepairer evaluate" writes one`, EXIT.usage);
  const records = readJsonLines<RunRecord>(path);
  if (records.length === 0) throw new Failure(`${path} holds no finished run`, EXIT.usage);
  return records;
};

/**
 * The finished runs of plain evaluations in a results.jsonl.
 *
 * @throws {Failure} where there is no such file, no finished run in it, or a study's.
 */
export const readRecords = (path: string): RunRecord[] => {
  const records = readAllRecords(path);
  if (records.some(isOfStudy)) {
    throw new Failure(`${path} holds runs of a study; give one that "diffrepairer evaluate" wrote`, EXIT.usage);
  }
  return records;
};

/** The values of a run's cells. */
export const readCells = (folder: string, { cells_file }: RunRecord): RunCells =>
  JSON.parse(readFileSync(join(folder, cells_file), "utf8")) as RunCells;
