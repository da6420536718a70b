import { DenseMatrix } from "../anndata/dense.js";
import type { InputSpecs } from "../engine/inputs.js";
import { floatsForTensors } from "../engine/private-memory.js";
import type { NamedTensors } from "../engine/tensorflow.js";
import type { NetworkInput } from "./network.js";
import type { Scaler } from "./scaler.js";
import { SEVERITY_NAMES } from "./severity-estimator.js";

/** Degraded cells as networks take them. */
export interface NetworkCells {
  /** log1p values, cells × genes. */
  readonly values: DenseMatrix;
  /** Severities, cells × 3; zeros for networks that do not ask for them. */
  readonly severity: DenseMatrix;
}

/** Severities for a network that does not ask for them. */
export function noSeverity(cells: number): DenseMatrix {
  const columns = SEVERITY_NAMES.length;
  return new DenseMatrix([cells, columns], new Float32Array(cells * columns));
}

/** The inputs of a program that runs a network on a batch of cells. */
export function cellInputs(batchSize: number, genes: number): InputSpecs {
  return { y: { shape: [batchSize, genes] }, severity: { shape: [batchSize, SEVERITY_NAMES.length] } };
}

/** The tensors of {@link cellInputs} as a network's input. */
export function networkInput(scale: Scaler, { y, severity }: NamedTensors): NetworkInput {
  return { y: y!, z: scale.toZ(y!), severity: severity! };
}

/** Arrays of one batch, used again for the next. */
export class BatchArrays {
  readonly #arrays = new Map<string, Float32Array>();

  constructor(readonly size: number) {}

  /** Copies rows of cells into the values of {@link cellInputs}. */
  cells({ values, severity }: NetworkCells, rows: ArrayLike<number>): { y: Float32Array; severity: Float32Array } {
    return { y: this.rows("y", values, rows), severity: this.rows("severity", severity, rows) };
  }

  /** Copies rows of a matrix into the array of a name; the rest of the batch is zero. */
  rows(name: string, X: DenseMatrix, rows: ArrayLike<number>): Float32Array {
    const columns = X.shape[1];
    const batch = this.array(name, columns);
    for (let i = 0; i < rows.length; i++) {
      batch.set(X.data.subarray(rows[i]! * columns, (rows[i]! + 1) * columns), i * columns);
    }
    return batch.fill(0, rows.length * columns);
  }

  /** The array of a name: size × columns, with whatever it held. */
  array(name: string, columns: number): Float32Array {
    let array = this.#arrays.get(name);
    if (array?.length !== this.size * columns) {
      array = floatsForTensors(this.size * columns);
      this.#arrays.set(name, array);
    }
    return array;
  }
}

/** The numbers from `start` to before `end`. */
export function range(start: number, end: number): Int32Array {
  return Int32Array.from({ length: end - start }, (_, i) => start + i);
}
