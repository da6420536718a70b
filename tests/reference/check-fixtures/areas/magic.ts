import { DenseMatrix, CsrMatrix, pp, stats } from "../../../../src/lib/index.js";
import type { FixtureCase } from "../fixture-case.js";
import { float32, type Results } from "../results.js";

interface MagicParameters {
  knn: number;
  knn_max: number;
  decay: number | null;
  thresh: number;
  t: number | "auto";
}

/** MAGIC in float64 from given coordinates, and the verb's own way, in float32, where the graph is made of all genes. */
export function magic(fixture: FixtureCase): Results[] {
  const results = [inFloat64(fixture)];
  if (!fixture.inputs["graph_data"]) results.push(...ofMatrices(fixture));
  return results;
}

function inFloat64(fixture: FixtureCase): Results {
  const { knn, knn_max, decay, thresh, t } = fixture.parameters as unknown as MagicParameters;
  const { data, genes } = cells(fixture);
  const graph = fixture.inputs["graph_data"] ? fixture.input("graph_data") : data;
  const dimensions = fixture.inputs["graph_data"] ? fixture.shape("graph_data")[1] : genes;
  const neighbours = pp.exactKnn(graph as Float64Array, dimensions, knn_max + 1);
  const kernel = pp.alphaDecayKernel(neighbours, { knn, decay, threshold: thresh });
  const powers = stats.operatorPowers(pp.rowStochastic(kernel));
  const time = t === "auto" ? pp.diffusionTime(powers, data, genes) : { t };
  const imputed = stats.powerTimes(powers, time.t, data, genes);
  powers.close();
  return { ...kernelEntries(kernel), ...summaries(imputed, genes), ...chosen(time) };
}

function ofMatrices(fixture: FixtureCase): Results[] {
  const { knn, knn_max, decay, thresh, t } = fixture.parameters as unknown as MagicParameters;
  const { data, genes } = cells(fixture);
  const dense = new DenseMatrix([data.length / genes, genes], Float32Array.from(data));
  const neighbours = pp.exactKnn(dense.data, genes, knn_max + 1);
  const kernel = kernelEntries(pp.alphaDecayKernel(neighbours, { knn, decay, threshold: thresh }));
  return [dense, CsrMatrix.fromDense(dense)].map((X) => {
    const found = pp.magicOfMatrix(X, { knn, knnMax: knn_max, decay, threshold: thresh, t, nPca: null });
    const results = { ...summaries(Float64Array.from(found.imputed.data), genes), ...chosen(found) };
    const marked = Object.entries({ ...kernel, ...results }).map(([name, value]) => [name, float32(value)]);
    return Object.fromEntries(marked) as Results;
  });
}

/** The cells of a case, row-major. */
function cells(fixture: FixtureCase): { data: Float64Array; genes: number } {
  const X = fixture.input("X");
  const genes = fixture.shape("X")[1];
  const rows = fixture.input("rows");
  const data = new Float64Array(rows.length * genes);
  rows.forEach((row, i) => data.set(X.subarray(row * genes, (row + 1) * genes), i * genes));
  return { data, genes };
}

function kernelEntries({ indices, indptr, values }: stats.SparseOperator): Results {
  const rows = new Int32Array(indices.length);
  for (let i = 0; i + 1 < indptr.length; i++) rows.fill(i, indptr[i]!, indptr[i + 1]!);
  return { kernel_row: rows, kernel_col: indices, kernel_val: values };
}

function summaries(imputed: Float64Array, genes: number): Results {
  const rowSums = new Float64Array(imputed.length / genes);
  const columnSums = new Float64Array(genes);
  imputed.forEach((value, at) => {
    rowSums[Math.floor(at / genes)]! += value;
    columnSums[at % genes]! += value;
  });
  return {
    imputed,
    imputed_first_60_rows: imputed.subarray(0, 60 * genes),
    imputed_first_5_rows: imputed.subarray(0, 5 * genes),
    imputed_row_sums: rowSums,
    imputed_column_sums: columnSums,
  };
}

function chosen({ t, disparity }: { t: number; disparity?: number[] }): Results {
  return { t_selected: t, disparity: disparity ?? [] };
}
