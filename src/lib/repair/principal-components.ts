import { scoped } from "../engine/scope.js";
import type { Tensor, Tf } from "../engine/tensorflow.js";
import { symmetricEigen } from "../stats/symmetric-eigen.js";
import { random } from "../stats/random.js";
import { Scaler } from "./scaler.js";
import { dense, type TrainingData } from "./training-data.js";

/** The most components that are asked for by default: there are no more than genes, or cells less one. */
export const mostComponents = ({ genes, train }: TrainingData): number => Math.min(genes.length, train.nObs - 1);

/** Extra directions carried along, and rounds of multiplication: Halko, Martinsson & Tropp 2011, section 1.6. */
const OVERSAMPLING = 10;
const ROUNDS = 8;

/** Mean and leading directions of the degraded training cells, z-scored. */
export interface PrincipalBasis {
  /** G. */
  readonly center: Float32Array;
  /** G × components, orthonormal columns. */
  readonly directions: Float32Array;
}

/** The principal directions of all draws of the degraded training cells together, z-scored. */
export function principalBasis(
  tf: Tf,
  { degraded, genes, scaling, seed }: TrainingData,
  components: number,
): PrincipalBasis {
  const G = genes.length;
  return scoped(tf, () => {
    const scaler = new Scaler(tf, scaling);
    const z = degraded.train.map((cells) => tf.tidy(() => scaler.toZ(tf.tensor2d(dense(cells).data, [cells.nObs, G]))));
    const mean = tf.addN(z.map((part) => part.mean(0, true))).div(z.length);
    const centred = z.map((part) => part.sub(mean));
    tf.dispose(z);
    return {
      center: mean.dataSync<"float32">().slice(),
      directions: leadingDirections(tf, centred, G, components, seed),
    };
  });
}

/**
 * Leading principal directions of the rows of several matrices together, by randomised subspace iteration on the
 * engine: leading enough for regression on the scores, at a few matrix products' cost.
 *
 * @param parts - matrices of G columns, centred already.
 * @returns G × components, orthonormal columns.
 */
export function leadingDirections(
  tf: Tf,
  parts: readonly Tensor[],
  genes: number,
  components: number,
  seed: number,
): Float32Array {
  const rows = parts.reduce((sum, { shape }) => sum + shape[0]!, 0);
  const width = Math.min(components + OVERSAMPLING, genes, rows);
  if (components > width) {
    throw new RangeError(
      `components must be at most ${width} with ${rows} cells and ${genes} genes, not ${components}`,
    );
  }
  /** (Σ ZᵀZ) basis, genes × width. */
  const multiply = (basis: Float32Array): Float32Array =>
    scoped(tf, () => {
      const directions = tf.tensor2d(basis, [genes, width]);
      const products = parts.map((z) => tf.matMul(z, tf.matMul(z, directions), true));
      return tf.addN(products).dataSync<"float32">().slice();
    });

  let basis = random(seed, "repair", "principal components").fillNormal(new Float32Array(genes * width));
  orthonormalise(basis, genes, width);
  for (let round = 0; round < ROUNDS; round++) {
    basis = multiply(basis);
    orthonormalise(basis, genes, width);
  }
  const image = multiply(basis);
  const projected = new Float64Array(width * width);
  for (let j = 0; j < genes; j++) {
    for (let a = 0; a < width; a++) {
      for (let b = 0; b < width; b++) projected[a * width + b]! += basis[j * width + a]! * image[j * width + b]!;
    }
  }
  const { vectors } = symmetricEigen(projected, width);
  const directions = new Float32Array(genes * components);
  for (let j = 0; j < genes; j++) {
    for (let c = 0; c < components; c++) {
      let sum = 0;
      for (let a = 0; a < width; a++) sum += basis[j * width + a]! * vectors[c * width + a]!;
      directions[j * components + c] = sum;
    }
  }
  return directions;
}

/** Makes the columns of a rows × width matrix orthonormal, in place: modified Gram-Schmidt, twice for accuracy. */
function orthonormalise(matrix: Float32Array, rows: number, width: number): void {
  // Column by column in memory: the sums are the same, and read many times faster.
  const columns = Array.from({ length: width }, (_, c) => {
    const column = new Float32Array(rows);
    for (let i = 0; i < rows; i++) column[i] = matrix[i * width + c]!;
    return column;
  });
  for (let pass = 0; pass < 2; pass++) {
    for (let a = 0; a < width; a++) {
      const own = columns[a]!;
      for (let b = 0; b < a; b++) {
        const other = columns[b]!;
        let product = 0;
        for (let i = 0; i < rows; i++) product += own[i]! * other[i]!;
        for (let i = 0; i < rows; i++) own[i]! -= product * other[i]!;
      }
      let square = 0;
      for (let i = 0; i < rows; i++) square += own[i]! ** 2;
      const norm = Math.sqrt(square) || 1;
      for (let i = 0; i < rows; i++) own[i]! /= norm;
    }
  }
  columns.forEach((column, c) => column.forEach((value, i) => (matrix[i * width + c] = value)));
}
