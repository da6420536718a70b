import { symmetricEigen } from "./symmetric-eigen.js";
import { dot } from "./vectors.js";
import { random } from "./random.js";
import { checkRank, gram, type LinearOperator, type Svd, svdOfGram } from "./truncated-svd.js";

/** Options of {@link randomizedSvd}. */
export interface RandomizedSvdOptions {
  /** Directions beyond those wanted. Default: 10. */
  oversampling?: number;
  /** Products of the smaller Gram matrix with all directions. Default: 7. */
  iterations?: number;
  /** Default: 0. */
  seed?: number;
}

/**
 * Nearly the k largest singular values and vectors by the randomised method (Halko, Martinsson and Tropp 2011, algorithm 4.4): random
 * directions are multiplied by the Gram matrix, made orthogonal each time, and the decomposition within them is taken. Small
 * components may come out too small by some per cent.
 *
 * @throws RangeError where k is not between 1 and the smaller side.
 * @example
 * const { values } = randomizedSvd(matrixOperator(DenseMatrix.fromRows([[1, 2, 0], [3, 4, 1], [0, 1, 2]])), 1);
 */
export function randomizedSvd(operator: LinearOperator, k: number, options: RandomizedSvdOptions = {}): Svd {
  try {
    return decompose(operator, k, options);
  } finally {
    operator.close?.();
  }
}

function decompose(operator: LinearOperator, k: number, options: RandomizedSvdOptions): Svd {
  const { oversampling = 10, iterations = 7, seed = 0 } = options;
  const size = checkRank(operator, k);
  const stream = random(seed, "randomized-svd");
  const multiply = gram(operator);
  const count = Math.min(size, k + oversampling);
  const directions = Array.from({ length: count }, () => Float64Array.from({ length: size }, () => stream.normal()));
  const images = directions.map(() => new Float64Array(size));
  orthonormalise(directions);
  for (let iteration = 0; iteration < iterations; iteration++) {
    directions.forEach((direction, c) => {
      multiply(direction, images[c]!);
      direction.set(images[c]!);
    });
    orthonormalise(directions);
  }
  directions.forEach((direction, c) => multiply(direction, images[c]!));
  const small = new Float64Array(count * count);
  for (let a = 0; a < count; a++) {
    for (let b = 0; b <= a; b++) small[a * count + b] = small[b * count + a] = dot(directions[a]!, images[b]!);
  }
  const inner = symmetricEigen(small, count);
  const vectors = new Float64Array(k * size);
  for (let c = 0; c < k; c++) {
    for (let a = 0; a < count; a++) {
      const factor = inner.vectors[c * count + a]!;
      for (let i = 0; i < size; i++) vectors[c * size + i]! += factor * directions[a]![i]!;
    }
  }
  return svdOfGram(operator, { values: inner.values.slice(0, k), vectors });
}

/** Gram and Schmidt's orthogonalisation, twice; a direction that depends on those before it becomes zero. */
function orthonormalise(directions: Float64Array[]): void {
  directions.forEach((direction, c) => {
    const before = Math.sqrt(dot(direction, direction));
    for (let pass = 0; pass < 2; pass++) {
      for (let other = 0; other < c; other++) {
        const inner = dot(direction, directions[other]!);
        for (let i = 0; i < direction.length; i++) direction[i]! -= inner * directions[other]![i]!;
      }
    }
    const norm = Math.sqrt(dot(direction, direction));
    const factor = norm > 1e-13 * before ? 1 / norm : 0;
    for (let i = 0; i < direction.length; i++) direction[i]! *= factor;
  });
}
