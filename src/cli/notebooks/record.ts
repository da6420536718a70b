import type { NotebookFailure } from "./run-notebook.js";
import type { FigureRecord, ResultRecord } from "./outputs.js";

/** Size of training: one epoch, minutes on two cores, or the paper's. */
export type Mode = "trial" | "quick" | "full";

/** What a notebook of a run came to. */
export interface NotebookRecord {
  name: string;
  title: string;
  /** "skipped" where a data set that it needs is missing. */
  status: "complete" | "failed" | "not run" | "skipped";
  /** Code cells. */
  cells: number;
  seconds: number | null;
  /** Memory of the largest process below the runner, in bytes. */
  peakBytes: number | null;
  /** Relative to the results folder; null where there is none. */
  file: string | null;
  /** Data sets for want of which it was skipped. */
  missing?: string[];
}

/** Everything about the machine and the versions, by name. */
export type EnvironmentRecord = Readonly<Record<string, string>>;

/** The contents of results.json. */
export interface RunRecord {
  format: "diffrepairer-results";
  status: "complete" | "failed" | "interrupted";
  mode: Mode;
  seed: number;
  started: string;
  finished: string;
  seconds: number;
  environment: EnvironmentRecord;
  notebooks: NotebookRecord[];
  figures: FigureRecord[];
  results: Readonly<Record<string, ResultRecord>>;
  failure?: NotebookFailure & { notebook: string };
}
