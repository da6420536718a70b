import { CsrMatrix } from "../anndata/csr.js";
import { drawGamma } from "../stats/draw-gamma.js";
import { drawPoisson } from "../stats/draw-poisson.js";
import { random } from "../stats/random.js";
import type { SimulationParameters } from "./simulation-parameters.js";

/** Counts cell by cell, and those before dropout where there is any. */
export function drawCounts(
  parameters: SimulationParameters & { seed: number },
  meansOf: (i: number, means: Float64Array) => void,
): { X: CsrMatrix; truth: CsrMatrix | undefined } {
  const { cells, genes, seed, dispersion, dispersionTrend, dispersionDegrees, dropout } = parameters;
  const geneStream = random(seed, "simulate", "dispersion");
  const spread = Float64Array.from({ length: genes }, () =>
    dispersionDegrees === Infinity ? 1 : dispersionDegrees / drawGamma(geneStream, dispersionDegrees / 2, 2),
  );
  const stream = random(seed, "simulate", "counts");
  const dropoutStream = random(seed, "simulate", "dropout");
  const means = new Float64Array(genes);
  const values = new Float32Array(genes);
  const truth = new RowBuilder(genes);
  const observed = new RowBuilder(genes);
  for (let i = 0; i < cells; i++) {
    meansOf(i, means);
    for (let j = 0; j < genes; j++) {
      const mean = means[j]!;
      const variation = (dispersion + dispersionTrend / mean) * spread[j]!;
      const level = variation > 0 && mean > 0 ? drawGamma(stream, 1 / variation, mean * variation) : mean;
      values[j] = drawPoisson(stream, level);
    }
    truth.add(values);
    if (!dropout) continue;
    for (let j = 0; j < genes; j++) {
      const lost = 1 / (1 + Math.exp(-dropout.shape * (Math.log(means[j]!) - dropout.midpoint)));
      if (dropoutStream.uniform() < lost) values[j] = 0;
    }
    observed.add(values);
  }
  return dropout ? { X: observed.build(), truth: truth.build() } : { X: truth.build(), truth: undefined };
}

/** A sparse matrix that grows by rows. */
class RowBuilder {
  readonly #columns: number;
  readonly #rows: { data: Float32Array; indices: Int32Array }[] = [];

  constructor(columns: number) {
    this.#columns = columns;
  }

  add(values: Float32Array): void {
    const indices = Int32Array.from(values.keys()).filter((j) => values[j] !== 0);
    this.#rows.push({ data: Float32Array.from(indices, (j) => values[j]!), indices });
  }

  build(): CsrMatrix {
    const indptr = new Int32Array(this.#rows.length + 1);
    this.#rows.forEach(({ data }, i) => (indptr[i + 1] = indptr[i]! + data.length));
    const data = new Float32Array(indptr.at(-1)!);
    const indices = new Int32Array(data.length);
    this.#rows.forEach((row, i) => {
      data.set(row.data, indptr[i]);
      indices.set(row.indices, indptr[i]);
    });
    return new CsrMatrix([this.#rows.length, this.#columns], data, indices, indptr);
  }
}
