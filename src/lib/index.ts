export {
  AnnData,
  categorical,
  concat,
  CscMatrix,
  CsrMatrix,
  DenseMatrix,
  Frame,
  rowMajor,
  toCsc,
  toCsr,
} from "./anndata/index.js";
export type {
  AnnDataParts,
  BooleanColumn,
  CategoricalColumn,
  Column,
  ColumnValues,
  ConcatOptions,
  Matrix,
  MergeRule,
  NumericColumn,
  Raw,
  RowMatrix,
  Selector,
  StringColumn,
} from "./anndata/index.js";
export * as metrics from "./metrics/index.js";
export * as stats from "./stats/index.js";
export * as io from "./io/index.js";
export * as pp from "./pp/index.js";
export * as tl from "./tl/index.js";
export * as degrade from "./degrade/index.js";
export * as datasets from "./datasets/index.js";
export * as engine from "./engine/index.js";
export * as repair from "./repair/index.js";
export * as validate from "./validate/index.js";
