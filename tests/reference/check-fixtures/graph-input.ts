import { CsrMatrix, DenseMatrix } from "../../../src/lib/index.js";
import type { FixtureCase } from "./fixture-case.js";

/** The undirected graph of a case (`edge_row`, `edge_col`, `edge_weight`, each edge once) as a symmetric matrix. */
export function graphInput(fixture: FixtureCase, n = fixture.inputValue<number>("n_nodes")): CsrMatrix {
  const dense = DenseMatrix.zeros([n, n]);
  const rows = fixture.input("edge_row");
  const columns = fixture.input("edge_col");
  fixture.input("edge_weight").forEach((weight, edge) => {
    dense.data[rows[edge]! * n + columns[edge]!] = weight;
    dense.data[columns[edge]! * n + rows[edge]!] = weight;
  });
  return CsrMatrix.fromDense(dense);
}
