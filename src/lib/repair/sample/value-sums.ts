import type { LogScaling } from "./expression-values.js";
import { genesOf, type GeneMatch } from "./match-genes.js";
import type { PlacedMatrix } from "./sample-cells.js";

/** Of every cell: how many genes are seen, and the sum of its values. */
export interface CellSums {
  readonly detected: Float64Array;
  readonly total: Float64Array;
}

/** What a sample's values add up to. */
export interface ValueSums {
  /** Over all genes of the sample. */
  readonly ofAll: CellSums;
  /** Over the genes of the model that it has. */
  readonly ofModel: CellSums;
  /** Over cells, without logarithms, one for each of these genes. */
  readonly geneTotals: Float64Array;
}

/** Adds up counts, or logarithms after their scaling. */
export async function sumValues(
  matrix: PlacedMatrix,
  cells: number,
  kind: "counts" | "log1p",
  match: GeneMatch,
  scaling: LogScaling,
): Promise<ValueSums> {
  const columns = Int32Array.from(genesOf(match), (j) => match.columns[j]!);
  const sums = (): CellSums => ({ detected: new Float64Array(cells), total: new Float64Array(cells) });
  const [ofAll, ofModel] = [sums(), sums()];
  const geneTotals = new Float64Array(columns.length);
  let at = 0;
  for await (const chunk of matrix.chunks()) {
    const X = kind === "counts" ? chunk : scaling.apply(chunk);
    const own = X.selectColumns(columns);
    for (const [{ detected, total }, values] of [
      [ofAll, X],
      [ofModel, own],
    ] as const) {
      detected.set(values.rowNonZeros(), at);
      total.set(values.rowSums(), at);
    }
    const linear = kind === "counts" ? own : own.mapNonZeros(Math.expm1);
    linear.columnSums().forEach((sum, k) => (geneTotals[k]! += sum));
    at += X.shape[0];
  }
  return { ofAll, ofModel, geneTotals };
}
