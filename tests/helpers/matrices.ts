import { AnnData, CsrMatrix, DenseMatrix } from "../../src/lib/anndata/index.js";
import type { FixtureCase } from "./fixtures.js";

/** The two ways to store a matrix: a method must give the same for both. */
export const STORAGES = ["sparse", "dense"] as const;

/** A matrix input of a case, stored as said. */
export function fixtureMatrix(fixture: FixtureCase, name: string, storage: (typeof STORAGES)[number]) {
  const [rows, columns] = fixture.inputs[name]!.shape!;
  const dense = new DenseMatrix([rows!, columns!], Float32Array.from(fixture.input(name)));
  return storage === "dense" ? dense : CsrMatrix.fromDense(dense);
}

/** Data with a matrix input of a case as X. */
export function fixtureData(fixture: FixtureCase, name: string, storage: (typeof STORAGES)[number]): AnnData {
  return new AnnData({ X: fixtureMatrix(fixture, name, storage) });
}
