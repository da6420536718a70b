import { AnnData } from "../../lib/anndata/index.js";
import { downsampleRows, log1p, normalizeTotal } from "../../lib/pp/index.js";
import { type Damage, paperDamage, prepare } from "../../lib/repair/index.js";
import { holdsLogs } from "../evaluate/labelled-cells.js";
import type { Study } from "./study.js";

/** Shares of the counts that are kept. */
const DEPTHS = [1, 0.5, 0.25, 0.1] as const;

/** Every cell with a share of its molecules. */
const withDepth = (adata: AnnData, share: number, seed: number): AnnData => {
  const targets = adata.X.rowSums().map((sum) => Math.round(share * sum));
  return new AnnData({ X: downsampleRows(adata.X, targets, seed), obs: adata.obs.copy(), var: adata.var.copy() });
};

/** Cells sequenced less deeply before the damage of the mixture; the truth is the cells as they were sequenced. */
const shallow =
  (share: number): Damage =>
  (clean, seed) => {
    const { X, var: features } = clean.raw!;
    const counts = withDepth(new AnnData({ X, obs: clean.obs, var: features }), share, seed);
    const cells = log1p(normalizeTotal(counts, { targetSum: 1e4 })).select({ var: clean.varNames });
    cells.X = cells.X.toDense();
    return paperDamage("mixture")(cells, seed);
  };

/** Sequencing depth: of the test cells alone, and of the whole data set. */
export const depth: Study = {
  name: "depth",
  question: "What if cells were sequenced less deeply: those to be repaired, or all, the training cells too?",
  variants: ({ cells, genes, seed, onLine }) => {
    const { name, adata } = cells;
    if (holdsLogs(cells)) {
      onLine(`${name}: no study of depth, as it holds no counts`);
      return [];
    }
    return [
      { name: "test cells", conditions: DEPTHS.map((share) => ({ name: `depth ${share}`, damage: shallow(share) })) },
      ...DEPTHS.map((share) => ({
        name: `all cells, depth ${share}`,
        task: () => prepare(withDepth(adata, share, seed), { nTopGenes: genes, seed }),
      })),
    ];
  },
};
