import type { AnnData } from "../../anndata/anndata.js";
import type { Frame } from "../../anndata/frame.js";
import type { Matrix } from "../../anndata/matrix.js";

/** Where a data set can have its expression. */
export type ExpressionPlace = "X" | "layers.counts" | "raw";

/** A matrix of a sample: its genes, and its cells in order, some at a time. */
export interface PlacedMatrix {
  readonly var: Frame;
  chunks(): AsyncIterable<Matrix> | Iterable<Matrix>;
}

/** A sample as the repair sees it, whether its matrices are in memory or in a file. */
export interface SampleCells {
  readonly obs: Frame;
  readonly var: Frame;
  readonly uns: Readonly<Record<string, unknown>>;
  /** The matrix at a place, undefined where there is none. */
  matrix(place: ExpressionPlace): PlacedMatrix | undefined;
}

/** The matrix of a data set at a place. */
export function matrixAt({ X, layers, raw }: AnnData, place: ExpressionPlace): Matrix | undefined {
  return { X, "layers.counts": layers["counts"], raw: raw?.X }[place];
}

/** A sample in memory: all cells at once. */
export function cellsInMemory(adata: AnnData): SampleCells {
  const { obs, var: features, uns, raw } = adata;
  return {
    ...{ obs, var: features, uns },
    matrix(place) {
      const matrix = matrixAt(adata, place);
      return matrix && { var: place === "raw" ? raw!.var : features, chunks: () => [matrix] };
    },
  };
}
