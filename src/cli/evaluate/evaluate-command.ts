import * as engine from "../../lib/engine/index.js";
import { SEVERITIES, type SeverityName } from "../../lib/degrade/index.js";
import { BUDGETS, paperDamage, prepare, type RepairMethod } from "../../lib/repair/index.js";
import { EXIT, Failure } from "../failure.js";
import { chosenNames } from "../names.js";
import { TUNED_METHODS } from "../tune/tuned-methods.js";
import type { Terminal } from "../terminal.js";
import { CLEAN } from "./clean-cells.js";
import { evaluateSet, type FailedMethod, refuseFailed } from "./evaluate-set.js";
import { knownMarkers } from "./known-markers.js";
import { loadLabelledCells } from "./labelled-cells.js";
import { ResultLog } from "./result-log.js";
import { downstreamTable, paperTable, writeTables } from "./result-tables.js";

/** What `diffrepairer evaluate` is told. */
export interface EvaluateOptions {
  /** Data sets by name, or h5ad files. */
  readonly set: readonly string[];
  readonly labels: string;
  /** Ids, or "all". */
  readonly methods: readonly string[];
  readonly severity: readonly string[];
  /** Number of seeds. */
  readonly seeds: number;
  /** Default: 1, as seed 0 served to design the models. */
  readonly firstSeed?: number;
  readonly genes: number;
  readonly budget: string;
  readonly draws: number;
  /** Whether to measure downstream analyses too. Default: not. */
  readonly downstream?: boolean;
  readonly out: string;
  readonly signal?: AbortSignal;
}

/**
 * `diffrepairer evaluate`: runs methods on sets under severities, a line of results.jsonl a run, and writes the tables. A
 * run that is there already is not computed again.
 *
 * @param known - methods by id.
 */
export const evaluateCommand = async (
  options: EvaluateOptions,
  terminal: Terminal,
  known: Readonly<Record<string, RepairMethod>> = TUNED_METHODS,
): Promise<void> => {
  const { log, failed } = await runEvaluation(options, terminal, known);
  const onLine = (line: string) => terminal.write(`${line}\n`);
  for (const severity of new Set(log.records.map((record) => record.severity))) {
    onLine(`\nUnder ${severity} damage:\n${paperTable(log.records, severity).toString()}`);
    if (options.downstream) onLine(`\n${downstreamTable(log.records, severity).toString()}`);
  }
  onLine(`\n${log.records.length} runs in ${options.out}/results.jsonl; tables in ${options.out}/tables`);
  refuseFailed(failed);
};

/** Runs what is missing and writes the tables; methods that fail are left out and told. */
export const runEvaluation = async (
  options: EvaluateOptions,
  terminal: Terminal,
  known: Readonly<Record<string, RepairMethod>> = TUNED_METHODS,
): Promise<{ log: ResultLog; failed: FailedMethod[] }> => {
  const ids = chosenNames("method", options.methods, [CLEAN, ...Object.keys(known)]);
  const severities = chosenNames("severity", options.severity, Object.keys(SEVERITIES)) as SeverityName[];
  chosenNames("budget", [options.budget], Object.keys(BUDGETS));
  if (options.seeds < 1) throw new Failure("--seeds: at least one seed is needed", EXIT.usage);
  if (options.genes < 2) throw new Failure("--genes: at least two genes are needed", EXIT.usage);
  const { seeds, firstSeed = 1, genes, budget, draws, downstream, out, signal } = options;
  const onLine = (line: string) => terminal.write(`${line}\n`);
  const settings = { genes, budget, draws, ...(downstream && { downstream: true as const }) };
  const conditions = severities.map((name) => ({ name, damage: paperDamage(name) }));
  const log = ResultLog.open(out, settings);
  await engine.backend({ onNotice: onLine });
  const failed: FailedMethod[] = [];
  for (const set of options.set) {
    const cells = await loadLabelledCells(set, options.labels);
    const { name, adata, species } = cells;
    log.requireCells(cells);
    const types = [...new Set(adata.obs.strings("cell_type") as string[])].sort();
    onLine(`${name}: ${adata.nObs} cells × ${adata.nVars} genes (${species}), ${types.length} types`);
    const markers = await knownMarkers(types, species, onLine);
    for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
      const task = () => prepare(adata, { nTopGenes: genes, severity: "mixture", seed });
      const plan = {
        ...{ cells, task, methods: known, ids, conditions, seed, settings, knownMarkers: markers, signal, onLine },
      };
      try {
        failed.push(...(await evaluateSet(log, plan)));
      } catch (error) {
        if (!signal?.aborted) throw error;
        throw new Failure("interrupted; the same command goes on from here", EXIT.interrupted);
      }
    }
  }
  await writeTables(out, log.records);
  return { log, failed };
};
