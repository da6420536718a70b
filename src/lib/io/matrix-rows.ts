import type { RowMatrix } from "../anndata/matrix.js";
import type { GroupWriter } from "./hdf5/writer.js";
import { ARRAY, openEncoded } from "./write-h5ad-elements.js";

/** A matrix that is written some rows at a time, dense or in compressed rows. */
export class MatrixRows {
  readonly kind: RowMatrix["kind"];
  readonly columns: number;
  rows = 0;
  readonly #append: (matrix: RowMatrix) => void;
  readonly #finish: () => void;

  /**
   * @param example - a matrix of its kind, with as many columns.
   * @throws RangeError where it has none.
   */
  constructor(parent: GroupWriter, name: string, example: RowMatrix) {
    this.kind = example.kind;
    this.columns = example.shape[1];
    if (this.columns === 0) throw new RangeError(`${name} has no columns: there is nothing to write in chunks`);
    if (example.kind === "dense") {
      const values = parent.rows(name, example.data, [this.columns], ARRAY);
      this.#append = ({ data }) => values.append(data);
      this.#finish = () => undefined;
      return;
    }
    const group = openEncoded(parent, name, "csr_matrix", "0.1.0");
    const data = group.rows("data", example.data, [], ARRAY);
    const indices = group.rows("indices", example.indices, [], ARRAY);
    const ends: number[][] = [[0]];
    let stored = 0;
    this.#append = (matrix) => {
      if (matrix.kind !== "csr") return;
      data.append(matrix.data);
      indices.append(matrix.indices);
      const start = stored;
      ends.push(Array.from(matrix.indptr.subarray(1), (end) => start + end));
      stored += matrix.data.length;
    };
    this.#finish = () => {
      const all = ends.flat();
      group.attribute("shape", [this.rows, this.columns]);
      group.numbers("indptr", stored < 2 ** 31 ? Int32Array.from(all) : BigInt64Array.from(all, BigInt), ARRAY);
    };
  }

  /** @throws RangeError where the matrix is of another kind or has other columns. */
  append(matrix: RowMatrix): void {
    if (matrix.kind !== this.kind || matrix.shape[1] !== this.columns) {
      const found = `${matrix.kind} with ${matrix.shape[1]} columns`;
      throw new RangeError(`a chunk is ${found}; the first was ${this.kind} with ${this.columns}`);
    }
    this.#append(matrix);
    this.rows += matrix.shape[0];
  }

  /** Writes what is known when all rows are there. */
  finish(): void {
    this.#finish();
  }
}
