import type { CsrMatrix } from "./csr.js";
import type { DenseMatrix } from "./dense.js";

/** Cells × genes, row-major: sparse or dense. Both have the same reading methods; `kind` tells them apart. */
export type Matrix = CsrMatrix | DenseMatrix;
