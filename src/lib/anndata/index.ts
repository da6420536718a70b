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
export { CsrMatrix } from "./csr.js";
export { DenseMatrix } from "./dense.js";
export { Frame } from "./frame.js";
export { type Matrix } from "./matrix.js";
export { type Selector } from "./selector.js";
