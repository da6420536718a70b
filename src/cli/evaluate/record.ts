import type { BackendReport } from "../../lib/engine/index.js";
import type { DownstreamMeasures, Evaluation } from "../../lib/repair/index.js";
import type { Settings } from "../tune/search-space.js";

/** What decides a run's numbers beside set, method, severity and seed; one folder holds runs of one such setting. */
export interface RunSettings {
  /** Highly variable genes asked for. */
  readonly genes: number;
  readonly budget: string;
  /** Resamples of the test cells. */
  readonly draws: number;
  /** Whether downstream analyses are measured too. Default: not. */
  readonly downstream?: true;
}

/** The settings of a run. */
export const settingsOf = ({ genes, budget, draws, downstream }: RunSettings): RunSettings => ({
  ...{ genes, budget, draws },
  ...(downstream && { downstream }),
});

/** What names a run. */
export interface RunKey {
  readonly set: string;
  readonly method: string;
  /** How the test cells were degraded; in a study of types, which of them. */
  readonly severity: string;
  readonly seed: number;
  /** The study it belongs to, and what is particular about it there; a plain evaluation has neither. */
  readonly study?: string;
  readonly variant?: string;
}

/** A finished run: one line of results.jsonl. */
export interface RunRecord extends RunKey, RunSettings {
  readonly label: string;
  /** Fitted on the cells that it repairs, the degraded test cells among them, instead of on training cells. */
  readonly transductive: boolean;
  readonly genes_used: number;
  readonly cells: { readonly train: number; readonly validation: number; readonly test: number };
  /** Cell types that the biological scores were taken over. */
  readonly types: readonly string[];
  readonly parameters: number;
  /** Settings of the method that are not its defaults; in studies of settings. */
  readonly options?: Settings;
  /** By name, see docs/protocol.md; null where a method has none. */
  readonly metrics: Readonly<Record<string, number | null>>;
  /** Ends of 95 % intervals over test cells. */
  readonly intervals: Readonly<Record<string, readonly [number | null, number | null]>>;
  readonly seconds: { readonly fit: number; readonly evaluate: number };
  /** Most memory the process held during the run, MiB; null where the system does not say. */
  readonly peak_mb: number | null;
  readonly backend: Pick<BackendReport, "name" | "device" | "threads">;
  readonly versions: Readonly<Record<string, string | null>>;
  readonly data_sha256: string;
  /** The file with the values of every test cell and of every draw, in the same folder. */
  readonly cells_file: string;
}

/** A run's name in messages. */
export const runName = ({ set, method, severity, seed, study, variant }: RunKey): string =>
  [set, method, severity, seed, ...(study === undefined ? [] : [study, variant])].join(".");

/** The file of a run's cells; names of cell types may hold anything. */
export const cellsFile = (key: RunKey): string => `cells/${encodeURIComponent(runName(key))}.json`;

/** The values of single test cells and draws that comparisons need. */
export interface RunCells {
  readonly cells: readonly string[];
  readonly types: readonly (string | null)[];
  readonly perCell: Readonly<Record<string, readonly (number | null)[]>>;
  readonly draws: Readonly<Record<string, readonly (number | null)[]>>;
}

/** An evaluation's metrics under the names that records and tables use. */
export const metricsOf = (evaluation: Evaluation): Pick<RunRecord, "metrics" | "intervals"> => {
  const { mse, pearson, clipped, logSpace, prAuc, f1, probability, coverage90, spread, biology } = evaluation;
  const measures = {
    ...{ mse, pearson, prauc: prAuc, f1 },
    ...(probability && { prauc_p: probability.prAuc, f1_p: probability.f1 }),
  };
  const scores = Object.entries(biology?.scores ?? {}).map(([name, score]) => [snakeCase(name), score] as const);
  const interval = ({ low, high }: { low: number; high: number }) => [finite(low), finite(high)] as const;
  return {
    metrics: {
      ...{ mse: finite(mse.value), mse_clipped: finite(clipped.mse), mse_log: finite(logSpace.mse) },
      ...{ pearson: finite(pearson.value), pearson_clipped: finite(clipped.pearson) },
      pearson_log: finite(logSpace.pearson),
      ...{ prauc: finite(prAuc.value), f1: finite(f1.value) },
      ...{ prauc_p: finite(probability?.prAuc.value), f1_p: finite(probability?.f1.value) },
      ...{ coverage_90: finite(coverage90), variance_ratio: finite(spread) },
      ...Object.fromEntries(
        scores.flatMap(([name, { value, clean, distance }]) => [
          [name, finite(value)],
          [`${name}_clean`, finite(clean)],
          [`${name}_distance`, finite(distance)],
        ]),
      ),
      false_marker_rate: finite(biology?.falseMarkerRate),
    },
    intervals: Object.fromEntries([
      ...Object.entries(measures).map(([name, measure]) => [name, interval(measure)]),
      ...scores.map(([name, score]) => [name, interval(score)]),
    ]),
  };
};

/** An evaluation's values of single cells and draws, with six digits. */
export const cellsOf = (
  { perCell, biology }: Evaluation,
  cells: readonly string[],
  types: readonly (string | null)[],
): RunCells => {
  const rounded = (values: Float64Array) =>
    Array.from(values, (value) => (Number.isFinite(value) ? Number(value.toPrecision(6)) : null));
  const { mse, pearson, prAuc, f1 } = perCell;
  const draws = Object.entries(biology?.draws ?? {}).map(([name, values]) => [snakeCase(name), rounded(values)]);
  return {
    cells,
    types,
    perCell: { mse: rounded(mse), pearson: rounded(pearson), prauc: rounded(prAuc), f1: rounded(f1) },
    draws: Object.fromEntries(draws) as RunCells["draws"],
  };
};

/** Downstream measures under the names that records and tables use. */
export const downstreamMetrics = (measures: DownstreamMeasures): RunRecord["metrics"] =>
  Object.fromEntries(Object.entries(measures).map(([name, value]) => [snakeCase(name), finite(value)]));

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** JSON has no NaN. */
const finite = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? value : null;
