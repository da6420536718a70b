import { AnnData, CsrMatrix, DenseMatrix, type Matrix } from "../../../src/lib/index.js";
import type { FixtureCase } from "./fixture-case.js";

/** The two ways to store a matrix: a method must give the same for both. */
export const STORAGES = ["sparse", "dense"] as const;

/** A matrix input of a case in each storage; float32, as the library holds matrices. */
export function matrixInputs(fixture: FixtureCase, name: string): Matrix[] {
  const dense = new DenseMatrix(fixture.shape(name), Float32Array.from(fixture.input(name)));
  return STORAGES.map((storage) => (storage === "dense" ? dense : CsrMatrix.fromDense(dense)));
}

/** Data with a matrix input of a case as X, in each storage. */
export function dataInputs(fixture: FixtureCase, name: string): AnnData[] {
  return matrixInputs(fixture, name).map((X) => new AnnData({ X }));
}
