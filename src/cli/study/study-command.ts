import * as engine from "../../lib/engine/index.js";
import { BUDGETS, prepare, type RepairMethod, type RepairTask } from "../../lib/repair/index.js";
import { CLEAN } from "../evaluate/clean-cells.js";
import { evaluateSet, type FailedMethod, refuseFailed } from "../evaluate/evaluate-set.js";
import { type LabelledCells, loadLabelledCells } from "../evaluate/labelled-cells.js";
import { ResultLog } from "../evaluate/result-log.js";
import { EXIT, Failure } from "../failure.js";
import { chosenNames } from "../names.js";
import { TUNED_METHODS } from "../tune/tuned-methods.js";
import type { Terminal } from "../terminal.js";
import { STUDIES } from "./studies.js";
import { type Ground, MIXTURE, type Study, type Variant } from "./study.js";
import { writeStudyTables } from "./study-tables.js";

/** What `diffrepairer study` is told. */
export interface StudyOptions {
  /** Names of studies, or "all". */
  readonly study: readonly string[];
  /** Data sets by name, or h5ad files. */
  readonly set: readonly string[];
  readonly labels: string;
  /** Ids, or "all". */
  readonly methods: readonly string[];
  readonly seeds: number;
  /** Default: 1. */
  readonly firstSeed?: number;
  readonly genes: number;
  readonly budget: string;
  readonly out: string;
  readonly signal?: AbortSignal;
}

/**
 * `diffrepairer study`: fits methods in the variants of studies, evaluates them, a line of results.jsonl a run, and writes a table a
 * study. A run that is there already is not computed again.
 *
 * @param known - methods by id.
 */
export const studyCommand = async (
  options: StudyOptions,
  terminal: Terminal,
  known: Readonly<Record<string, RepairMethod>> = TUNED_METHODS,
  studies: Readonly<Record<string, Study>> = STUDIES,
): Promise<void> => {
  const { genes, budget, seeds, firstSeed = 1, out, signal } = options;
  const asked = chosenNames("study", options.study, Object.keys(studies)).map((name) => studies[name]!);
  const ids = chosenNames("method", options.methods, [CLEAN, ...Object.keys(known)]);
  chosenNames("budget", [budget], Object.keys(BUDGETS));
  if (seeds < 1) throw new Failure("--seeds: at least one seed is needed", EXIT.usage);
  const onLine = (line: string) => terminal.write(`${line}\n`);
  // The spread over seeds is what studies show: resamples of the cells are not drawn.
  const settings = { genes, budget, draws: 0 };
  const log = ResultLog.open(out, settings, "study");
  await engine.backend({ onNotice: onLine });
  const sets: LabelledCells[] = [];
  for (const set of options.set) sets.push(await loadLabelledCells(set, options.labels));
  const failed: FailedMethod[] = [];
  for (const cells of sets) {
    log.requireCells(cells);
    for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
      let made: RepairTask | undefined;
      const task = () => (made ??= prepare(cells.adata, { nTopGenes: genes, seed }));
      const others = sets.filter((other) => other !== cells);
      const ground: Ground = { cells, others, task, genes, seed, methods: known, ids, onLine };
      const run = (study: Study, { name: variant, ...varied }: Variant) => {
        onLine(`\n${study.name}, ${variant}`);
        return evaluateSet(log, {
          ...{ cells, task: varied.task ?? task, training: varied.training, seed, settings, signal, onLine },
          ...{ conditions: varied.conditions ?? [MIXTURE], knownMarkers: [] },
          ...{ methods: varied.methods ?? known, ids: varied.methods ? Object.keys(varied.methods) : ids },
          study: { study: study.name, variant, options: varied.options },
        });
      };
      try {
        for (const study of asked) {
          for (const variant of study.variants(ground)) failed.push(...(await run(study, variant)));
        }
      } catch (error) {
        if (!signal?.aborted) throw error;
        throw new Failure("interrupted; the same command goes on from here", EXIT.interrupted);
      }
    }
  }
  for (const table of await writeStudyTables(out, log.records)) {
    onLine(`\n${table.name}: ${studies[table.name]?.question ?? ""}\n${table.toString()}`);
  }
  onLine(`\n${log.records.length} runs in ${out}/results.jsonl; tables in ${out}/tables`);
  refuseFailed(failed);
};
