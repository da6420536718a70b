export { AnnData, type AnnDataParts, type Raw } from "./anndata.js";
export {
  type BooleanColumn,
  categorical,
  type CategoricalColumn,
  type Column,
  column,
  type ColumnValues,
  type NumericColumn,
  type StringColumn,
} from "./column.js";
export { concat, type ConcatOptions, type MergeRule } from "./concat.js";
export { CscMatrix } from "./csc.js";
export { CsrMatrix } from "./csr.js";
export { DenseMatrix } from "./dense.js";
export { Frame } from "./frame.js";
export { hashMatrix } from "./hash-matrix.js";
export { type Matrix, rowMajor, type RowMatrix, toCsc, toCsr } from "./matrix.js";
export { type Selector } from "./selector.js";
