import { AnnData, categorical, CsrMatrix, DenseMatrix, Frame } from "../../src/lib/anndata/index.js";
import { random } from "../../src/lib/stats/random.js";

/**
 * Simulated counts, never data: three groups of cells with their own mean for each gene, about half the entries zero,
 * gene 0 all zero, gene lengths between 200 and 20,000 bases.
 */
export function simulate(options: { cells?: number; genes?: number; seed?: number } = {}): AnnData {
  const { cells = 90, genes = 60, seed = 0 } = options;
  const stream = random(seed, "simulate");
  const means = Array.from({ length: 3 }, () => Float64Array.from({ length: genes }, () => Math.exp(stream.normal())));
  const X = DenseMatrix.zeros([cells, genes]);
  for (let i = 0; i < cells; i++) {
    const depth = Math.exp(0.3 * stream.normal());
    for (let j = 1; j < genes; j++) X.data[i * genes + j] = poisson(means[i % 3]![j]! * depth, stream.uniform);
  }
  const types = Array.from({ length: cells }, (_, i) => ["B", "NK", "T"][i % 3]!);
  return new AnnData({
    X: CsrMatrix.fromDense(X),
    obs: new Frame(
      types.map((_, i) => `cell${i}`),
      { cell_type: categorical(types) },
    ),
    var: new Frame(
      Array.from({ length: genes }, (_, j) => (j % 10 === 1 ? `MT-${j}` : `gene${j}`)),
      { length: Float64Array.from({ length: genes }, () => Math.round(200 * 100 ** stream.uniform())) },
    ),
  });
}

function poisson(mean: number, uniform: () => number): number {
  const limit = Math.exp(-mean);
  let product = uniform();
  let count = 0;
  for (; product > limit; count++) product *= uniform();
  return count;
}
