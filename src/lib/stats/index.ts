export { adjustLogP, type AdjustMethod, adjustP } from "./adjust-p.js";
export { type Alternative, type TestResult } from "./alternative.js";
export { logBeta, logBetaRegularized } from "./beta.js";
export {
  bootstrap,
  type BootstrapIntervalOptions,
  bootstrapMean,
  type BootstrapOptions,
  type BootstrapResult,
  type Interval,
} from "./bootstrap.js";
export { chiSquaredQuantile, logChiSquaredSf } from "./chi-squared.js";
export { correctedInterval, type CorrectedInterval } from "./corrected-interval.js";
export { kendallTest, pearsonTest, spearmanTest } from "./correlation-test.js";
export { looksLikeCounts } from "./counts.js";
export { describe, type Description, meanInterval, quantile } from "./describe.js";
export { drawBinomial } from "./draw-binomial.js";
export { drawBeta, drawExponential, drawGamma } from "./draw-gamma.js";
export { drawNegativeBinomial, drawPoisson } from "./draw-poisson.js";
export {
  cliffsDelta,
  cohenD,
  cohenDAverage,
  cohenDPaired,
  type EffectSize,
  glassDelta,
  hedgesG,
  rankBiserialPaired,
} from "./effect-size.js";
export { energyDistance } from "./energy-distance.js";
export { logFSf } from "./f-distribution.js";
export { friedman, type FriedmanResult, nemenyi, type NemenyiPair, type NemenyiResult } from "./friedman.js";
export { digamma, logGamma, logIncompleteGamma, type LogIncompleteGamma } from "./gamma.js";
export { logHypergeometricSf } from "./hypergeometric.js";
export { bartlett, kruskalWallis, levene, oneWayAnova } from "./k-samples.js";
export { kolmogorovSmirnov, type KolmogorovSmirnovOptions } from "./kolmogorov-smirnov.js";
export { largestEigenvectors, type LanczosOptions } from "./lanczos.js";
export { choleskyFactor, choleskySolve } from "./cholesky.js";
export { type Eigen, symmetricEigen } from "./symmetric-eigen.js";
export { loess } from "./loess.js";
export { mannWhitneyU, type MannWhitneyOptions } from "./mann-whitney.js";
export { matrixOperator } from "./matrix-operator.js";
export { minimize, type MinimizeOptions, type Objective } from "./minimize.js";
export { columnMoments, type Moments } from "./moments.js";
export { noncentralTCdf } from "./noncentral-t.js";
export { naturalSpline, type NaturalSpline } from "./natural-spline.js";
export { fitNormalMixture, mixtureCdf, mixtureQuantile, type NormalMixture } from "./normal-mixture.js";
export { type QuantileRegression, quantileRegression } from "./quantile-regression.js";
export { logNormalSf, normalQuantile, normalSf } from "./normal.js";
export { permutationTest, type PermutationTestOptions, type PermutationTestResult } from "./permutation-test.js";
export { random, type Random } from "./random.js";
export { randomizedSvd, type RandomizedSvdOptions } from "./randomized-svd.js";
export { rank, type RankMethod } from "./rank.js";
export { logStudentizedRangeSf } from "./studentized-range.js";
export { logTSf, logTwoSidedT, tQuantile } from "./student-t.js";
export { operatorPowers, type OperatorPowers, powerTimes, type SparseOperator } from "./operator-powers.js";
export { singularValues } from "./singular-values.js";
export { pairedTTest, type PairedTTestOptions, tTest, type TTestOptions, type TTestResult } from "./t-test.js";
export { type LinearOperator, type Svd, truncatedSvd } from "./truncated-svd.js";
export {
  wilcoxonSignedRank,
  type WilcoxonSignedRankOptions,
  type WilcoxonSignedRankResult,
} from "./wilcoxon-signed-rank.js";
