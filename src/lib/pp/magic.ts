import type { AnnData } from "../anndata/anndata.js";
import { DenseMatrix } from "../anndata/dense.js";
import { type Matrix, toCsc } from "../anndata/matrix.js";
import { resolveOptions } from "../options.js";
import { columnMoments } from "../stats/moments.js";
import { type BlockVisitor, operatorPowers, type OperatorPowers, powerTimes } from "../stats/operator-powers.js";
import { random } from "../stats/random.js";
import { alphaDecayKernel, rowStochastic } from "./diffusion-operator.js";
import { type DiffusionTime, diffusionTime } from "./diffusion-time.js";
import { exactKnn, type Knn } from "./exact-knn.js";
import { MANY_CELLS } from "./neighbors.js";
import { approximateKnn } from "./nn-descent.js";
import { type Pca, pcaOfMatrix } from "./pca.js";
import { sparseKnn } from "./sparse-knn.js";

/** Options of {@link magic}; the names and defaults are magic-impute's in camelCase. */
export interface MagicOptions {
  /** The neighbour, the cell itself not counted, whose distance is the bandwidth of a cell's kernel. Default: 5. */
  knn?: number;
  /** Most neighbours of a cell. Default: 3 × `knn`. */
  knnMax?: number;
  /** Exponent of the kernel's decay; null: the `knn` nearest all weigh the same. Default: 1. */
  decay?: number | null;
  /** Diffusion steps, at least 0 (which changes nothing), or "auto": until a step changes little. Default: 3. */
  t?: number | "auto";
  /** Principal components in which neighbours are sought, where there are more genes; null: all genes. Default: 100. */
  nPca?: number | null;
  /** Diffuse the genes themselves, or the principal components ("approximate": faster, smoother). Default: "exact". */
  solver?: "exact" | "approximate";
  /** Kernel weights below are left out. Default: 1e-4. */
  threshold?: number;
  /** Names of the genes to impute; the others are dropped after the graph was made of all. Default: "all". */
  genes?: readonly string[] | "all";
  /** Compare all pairs of cells ("exact"), or find nearly all neighbours by NN-descent. Default: exact below 8192 cells. */
  search?: "exact" | "approximate";
  /** Of the first directions of the PCA, the approximate search, and the genes by which "auto" chooses. Default: 0. */
  seed?: number;
}

type Resolved = Required<Omit<MagicOptions, "genes">>;

/** Share of stored values below which distances are found by them alone. */
const SPARSE = 0.3;
/** Genes by which "auto" chooses, at most. */
const GENES_FOR_TIME = 500;

/**
 * Imputes expression by diffusion between similar cells: MAGIC (van Dijk et al. 2018), equal to magic-impute 3.0 but that the PCA is
 * exact and centred for sparse matrices too. Every cell becomes a weighted mean of the cells that t steps along the graph of
 * neighbours lead to. Give it library-size normalised values under a root or logarithm.
 *
 * Replaces `X` (dense, cells × genes, in X's unit) and writes `uns.magic` (`t`, `disparity` where t was chosen, `params`). With `genes`
 * only those are kept.
 *
 * @throws RangeError where an option is out of range, a value is NaN or infinite, or a gene is not known.
 * @example
 * pp.magic(pp.log1p(pp.normalizeTotal(adata)), { t: "auto" });
 */
export function magic(adata: AnnData, options: MagicOptions = {}): AnnData {
  const { genes, ...rest } = options;
  if (genes !== undefined && genes !== "all") {
    const unknown = genes.filter((gene) => !adata.varNames.includes(gene));
    if (unknown.length > 0) throw new RangeError(`pp.magic: no gene is called ${unknown.join(", ")}; see var`);
  }
  const wanted = genes === undefined || genes === "all" ? undefined : new Set(genes);
  const columns = wanted && Int32Array.from(adata.varNames.keys()).filter((j) => wanted.has(adata.varNames[j]!));
  const { imputed, t, disparity, params } = magicOfMatrix(adata.X, rest, columns);
  if (columns) adata.keepVar([...columns]);
  adata.X = imputed;
  adata.uns = { ...adata.uns, magic: { t, ...(disparity && { disparity }), params } };
  return adata;
}

/** What {@link magicOfMatrix} finds; `disparity` only where t was chosen. */
export interface Imputed {
  imputed: DenseMatrix;
  t: number;
  disparity?: number[];
  params: Record<string, unknown>;
}

/**
 * As {@link magic}, of a matrix of cells × genes.
 *
 * @param columns - the genes to impute, in rising order. Default: all.
 * @example
 * const { imputed } = pp.magicOfMatrix(pp.log1p(pp.normalizeTotal(adata)).X, { knn: 3, nPca: 10 });
 */
export function magicOfMatrix(X: Matrix, options: Omit<MagicOptions, "genes"> = {}, columns?: Int32Array): Imputed {
  const resolved = resolveOptions<Resolved>("pp.magic", options, {
    knn: 5,
    knnMax: Math.min(3 * (options.knn ?? 5), X.shape[0] - 1),
    decay: 1,
    t: 3,
    nPca: 100,
    solver: "exact",
    threshold: 1e-4,
    search: X.shape[0] < MANY_CELLS ? "exact" : "approximate",
    seed: 0,
  });
  check(resolved, X);
  const { t, nPca, solver, seed } = resolved;
  const [cells, genes] = X.shape;
  const scores = nPca !== null && nPca < genes ? pcaOfMatrix(X, Math.min(nPca, cells), seed) : undefined;
  if (solver === "approximate" && !scores) {
    throw new RangeError(`solver "approximate" needs nPca below the number of genes, ${genes}; use "exact"`);
  }
  const params = { ...resolved };
  if (t === 0) return { imputed: (columns ? X.selectColumns(columns) : X).toDense().copy(), t, params };
  const powers = operatorPowers(rowStochastic(alphaDecayKernel(nearest(X, scores, resolved), resolved)));
  try {
    if (solver === "approximate") {
      const width = scores!.scores.length / cells;
      const time = t === "auto" ? diffusionTime(powers, scores!.scores, width) : { t };
      return { imputed: diffuseComponents(powers, time.t, X, scores!, columns), ...time, params };
    }
    const chosen = columns ? X.selectColumns(columns) : X;
    const time: { t: number } | DiffusionTime = t === "auto" ? timeByGenes(powers, chosen, seed) : { t };
    return { imputed: diffuse(powers, time.t, chosen), ...time, params };
  } finally {
    powers.close();
  }
}

/** The cells nearest to each by their scores, or by all genes. */
function nearest(X: Matrix, pca: Pca | undefined, options: Pick<Resolved, "knnMax" | "search" | "seed">): Knn {
  const { knnMax, search, seed } = options;
  const [cells, genes] = X.shape;
  if (!pca && search === "exact" && X.nnz < SPARSE * cells * genes) return sparseKnn(toCsc(X).toCsr(), knnMax + 1);
  const [points, dimensions] = pca ? [pca.scores, pca.scores.length / cells] : [X.toDense().data, genes];
  return search === "exact"
    ? exactKnn(points, dimensions, knnMax + 1)
    : approximateKnn(points, dimensions, knnMax + 1, seed);
}

/** Applies the operator t times to a matrix. */
function diffuse(powers: OperatorPowers, t: number, X: Matrix): DenseMatrix {
  const result = DenseMatrix.zeros(X.shape);
  powers.apply(t, X.shape[1], columnsOf(X), (block, first, count, width) => {
    for (let i = 0, to = first; i < X.shape[0]; i++, to += X.shape[1]) {
      for (let c = 0; c < count; c++) result.data[to + c] = block[i * width + c]!;
    }
  });
  return result;
}

/** Writes columns of a matrix into blocks. */
function columnsOf(X: Matrix): BlockVisitor {
  const [rows, columns] = X.shape;
  if (X.kind === "dense") {
    return (block, first, count, width) => {
      for (let i = 0, from = first; i < rows; i++, from += columns) {
        for (let c = 0; c < count; c++) block[i * width + c] = X.data[from + c]!;
      }
    };
  }
  const { data, indices, indptr } = toCsc(X);
  return (block, first, count, width) => {
    block.fill(0);
    for (let c = 0; c < count; c++) {
      for (let at = indptr[first + c]!; at < indptr[first + c + 1]!; at++)
        block[indices[at]! * width + c]! += data[at]!;
    }
  };
}

function timeByGenes(powers: OperatorPowers, X: Matrix, seed: number): DiffusionTime {
  const genes = X.shape[1];
  const some =
    genes > GENES_FOR_TIME
      ? X.selectColumns(random(seed, "magic", "genes").permutation(genes).subarray(0, GENES_FOR_TIME).sort())
      : X;
  return diffusionTime(powers, Float64Array.from(some.toDense().data), some.shape[1]);
}

/** Diffuses the scores and turns them back into genes. */
function diffuseComponents(powers: OperatorPowers, t: number, X: Matrix, pca: Pca, columns?: Int32Array): DenseMatrix {
  const [cells, genes] = X.shape;
  const width = pca.scores.length / cells;
  const diffused = powerTimes(powers, t, pca.scores, width);
  const { mean } = columnMoments(X);
  const wanted = columns ?? Int32Array.from({ length: genes }, (_, j) => j);
  const result = DenseMatrix.zeros([cells, wanted.length]);
  const row = new Float64Array(wanted.length);
  for (let i = 0; i < cells; i++) {
    for (let j = 0; j < wanted.length; j++) row[j] = mean[wanted[j]!]!;
    for (let c = 0; c < width; c++) {
      const score = diffused[i * width + c]!;
      for (let j = 0; j < wanted.length; j++) row[j]! += score * pca.components[c * genes + wanted[j]!]!;
    }
    result.data.set(row, i * wanted.length);
  }
  return result;
}

function check({ knn, knnMax, decay, t, nPca, solver, threshold, search }: Resolved, X: Matrix) {
  const cells = X.shape[0];
  if (!Number.isInteger(knn) || knn < 1 || knn > cells - 1) {
    throw new RangeError(`knn must be from 1 to one below the number of cells, ${cells}, not ${knn}`);
  }
  if (!Number.isInteger(knnMax) || knnMax < knn || knnMax > cells - 1) {
    throw new RangeError(`knnMax must be from knn, ${knn}, to one below the number of cells, ${cells}, not ${knnMax}`);
  }
  if (decay !== null && !(decay > 0)) throw new RangeError(`decay must be positive or null, not ${decay}`);
  if (t !== "auto" && !(Number.isInteger(t) && t >= 0)) {
    throw new RangeError(`t must be a whole number of at least 0 or "auto", not ${JSON.stringify(t)}`);
  }
  if (nPca !== null && !(Number.isInteger(nPca) && nPca >= 1)) {
    throw new RangeError(`nPca must be a positive whole number or null, not ${nPca}`);
  }
  if (!(threshold >= 0 && threshold < 1)) throw new RangeError(`threshold must be from 0 to below 1, not ${threshold}`);
  if (solver !== "exact" && solver !== "approximate") {
    throw new RangeError(`solver "${String(solver)}" is not known; use "exact" or "approximate"`);
  }
  if (search !== "exact" && search !== "approximate") {
    throw new RangeError(`search "${String(search)}" is not known; use "exact" or "approximate"`);
  }
}
