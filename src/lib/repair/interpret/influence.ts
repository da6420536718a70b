import type { AnnData } from "../../anndata/anndata.js";
import { DenseMatrix } from "../../anndata/dense.js";
import type { NetworkModel } from "../network-model.js";
import { moduleCount } from "./modules.js";

/**
 * How much each gene module, as the context sees it, moves the repair of cells: integrated gradients (Sundararajan et al. 2017)
 * from a context that sees nothing to the cell's own. Each gene's repaired z-score counts as `weight` says; a cell's
 * influences sum to the weighted difference that the whole context makes.
 *
 * @param weight - cells × genes. Default: what the context changes in each gene, so that the influences part its square.
 * @returns cells × modules.
 * @example
 * const byModule = repair.influence(model, task.degraded.test);
 */
export function influence(
  model: NetworkModel,
  cells: AnnData,
  weight: DenseMatrix = contextEffect(model, cells),
): DenseMatrix {
  return model.view("influence", cells, {}, { weight })["byModule"]!;
}

/**
 * What the context changes in every repaired z-score, against one that sees nothing: cells × genes.
 *
 * @throws RangeError where the model has no modules.
 * @example
 * const change = repair.contextEffect(model, task.degraded.test);
 */
export function contextEffect(model: NetworkModel, cells: AnnData): DenseMatrix {
  const [all, none] = [0, 1].map((value) => repairedWithout(model, cells, () => value)) as [DenseMatrix, DenseMatrix];
  return new DenseMatrix(
    [...all.shape],
    all.data.map((value, at) => value - none.data[at]!),
  );
}

/**
 * Repairs cells whose context does not see some modules; the genes' own measurements stay.
 *
 * @param hidden - 1 where a cell's module is hidden, else 0.
 * @returns z-scores, cells × genes.
 * @throws RangeError where the model has no modules.
 * @example
 * const withoutFirst = repair.repairedWithout(model, task.degraded.test, (_, module) => (module === 0 ? 1 : 0));
 */
export function repairedWithout(
  model: NetworkModel,
  cells: AnnData,
  hidden: (cell: number, module: number) => number,
): DenseMatrix {
  const modules = moduleCount(model);
  const mask = Float32Array.from({ length: cells.nObs * modules }, (_, at) =>
    hidden(Math.floor(at / modules), at % modules),
  );
  return model.view("masked", cells, {}, { mask: new DenseMatrix([cells.nObs, modules], mask) })["z"]!;
}
