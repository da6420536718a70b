import type { AnnData } from "../anndata/anndata.js";
import { categorical } from "../anndata/column.js";
import { resolveOptions } from "../options.js";
import { random } from "../stats/random.js";

/** Options of {@link splitCells}. */
export interface SplitCellsOptions {
  /** Column of `obs` whose groups are split alike; null: all cells are one group. Default: "cell_type". */
  by?: string | null;
  /** Share of training cells. Default: 0.7. */
  train?: number;
  /** Share of validation cells. Default: 0.1. */
  validation?: number;
  /** Share of test cells. Default: 0.2. */
  test?: number;
  /** Default: 0. */
  seed?: number;
}

/**
 * Assigns every cell to training, validation or test, each group of `by` in the same shares (rounded over the running
 * total, so that many small groups do not all favour one side); cells without a label are a group of their own.
 *
 * Writes `obs.split` (categorical: "train", "validation", "test") and `uns.split`.
 *
 * @throws RangeError where the shares are negative or do not sum to 1, or `obs` has no column `by`.
 * @example
 * pp.splitCells(adata, { seed: 1 });
 */
export function splitCells(adata: AnnData, options: SplitCellsOptions = {}): AnnData {
  const { by, train, validation, test, seed } = resolveOptions<Required<SplitCellsOptions>>("pp.splitCells", options, {
    by: "cell_type",
    train: 0.7,
    validation: 0.1,
    test: 0.2,
    seed: 0,
  });
  if (!(Math.min(train, validation, test) >= 0 && Math.abs(train + validation + test - 1) <= 1e-9)) {
    throw new RangeError(
      `the shares must be at least 0 and sum to 1: train ${train}, validation ${validation}, test ${test}`,
    );
  }
  const labels = by === null ? adata.obsNames.map(() => "all") : adata.obs.strings(by);
  const groups = new Map<string | null, number[]>();
  labels.forEach((label, i) => {
    const group = groups.get(label);
    if (group) group.push(i);
    else groups.set(label, [i]);
  });
  const order = [...groups.keys()].sort((a, b) => ((a ?? "\uFFFF") < (b ?? "\uFFFF") ? -1 : 1));
  const split = new Array<string>(adata.nObs);
  const assigned = { train: 0, validation: 0 };
  let seen = 0;
  for (const label of order) {
    const cells = random(seed, "split", label ?? "").shuffle(groups.get(label)!);
    seen += cells.length;
    const forTrain = clamp(Math.round(seen * train) - assigned.train, 0, cells.length);
    const forValidation = clamp(Math.round(seen * validation) - assigned.validation, 0, cells.length - forTrain);
    assigned.train += forTrain;
    assigned.validation += forValidation;
    cells.forEach((cell, at) => {
      split[cell] = at < forTrain ? "train" : at < forTrain + forValidation ? "validation" : "test";
    });
  }
  adata.obs.set("split", categorical(split, ["train", "validation", "test"]));
  adata.uns = { ...adata.uns, split: { by, train, validation, test, seed } };
  return adata;
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}
