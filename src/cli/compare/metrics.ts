/** Measures of single cells: two methods are compared on the differences cell by cell. */
export const CELL_METRICS = ["mse", "pearson", "prauc", "f1"] as const;

/** Scores of all test cells together: two methods are compared by a paired bootstrap of the cells. */
export const SET_METRICS = [
  ...["separation", "separation_fixed", "deg", "deg_jaccard", "marker", "marker_known", "overall"],
] as const;

/** The eight measures of the paper's tables. */
export const PAPER_METRICS: readonly string[] = [...CELL_METRICS, "separation", "deg", "marker", "overall"];

/** Whether a metric is one of single cells. */
export const isOfCells = (metric: string): boolean => (CELL_METRICS as readonly string[]).includes(metric);

const LOWER_IS_BETTER = new Set(["mse", "mse_clipped", "mse_log", "false_marker_rate"]);

/** 1 where more of a metric is better, -1 where less is. */
export const directionOf = (metric: string): 1 | -1 => (LOWER_IS_BETTER.has(metric) ? -1 : 1);

const NAMES: Readonly<Record<string, string>> = {
  ...{ mse: "MSE (z²)", pearson: "Pearson's r", prauc: "PR-AUC", f1: "F1", deg: "DEG score" },
  ...{ separation: "separation score", marker: "marker score", overall: "overall score" },
};

/** A metric's name for people. */
export const nameOf = (metric: string): string => NAMES[metric] ?? metric;
