import { paperDamage, type RepairMethod, type RepairTask, type TrainingData } from "../../lib/repair/index.js";
import type { Condition } from "../evaluate/evaluate-set.js";
import type { LabelledCells } from "../evaluate/labelled-cells.js";
import type { Settings } from "../tune/search-space.js";

/** A question put to repair methods: what is varied, from plain to extreme. */
export interface Study {
  /** Its name on the command line and in records. */
  readonly name: string;
  /** What it asks. */
  readonly question: string;
  /** What is varied on one draw of a set. */
  variants(ground: Ground): readonly Variant[];
}

/** What variants are made of: one draw of a set. */
export interface Ground {
  readonly cells: LabelledCells;
  /** The other sets asked for. */
  readonly others: readonly LabelledCells[];
  /** The set's own task, made when first asked for. */
  readonly task: () => RepairTask;
  readonly genes: number;
  readonly seed: number;
  /** Methods by id, and those asked for. */
  readonly methods: Readonly<Record<string, RepairMethod>>;
  readonly ids: readonly string[];
  /** Told why something is left out. */
  readonly onLine: (line: string) => void;
}

/** One thing varied: methods are fitted once for it, and evaluated under its conditions. */
export interface Variant {
  readonly name: string;
  /** Default: the set's own. */
  readonly task?: () => RepairTask;
  /** What methods learn from. Default: the task's training part, under the mixture of severities. */
  readonly training?: (task: RepairTask) => TrainingData;
  /** Default: the mixture of severities. */
  readonly conditions?: readonly Condition[];
  /** Methods fitted in another way. Default: all that are asked for. */
  readonly methods?: Readonly<Record<string, RepairMethod>>;
  /** Their settings. */
  readonly options?: Settings;
}

/** The damage that methods are trained for. */
export const MIXTURE: Condition = { name: "mixture", damage: paperDamage("mixture") };
