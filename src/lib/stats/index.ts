export { bootstrapMean, type BootstrapOptions, type Interval } from "./bootstrap.js";
export { looksLikeCounts } from "./counts.js";
export { largestEigenvectors, type LanczosOptions } from "./lanczos.js";
export { choleskyFactor, choleskySolve, type Eigen, symmetricEigen } from "./linear-algebra.js";
export { loess } from "./loess.js";
export { columnMoments, type Moments } from "./moments.js";
export { random, type Random } from "./random.js";
export { matrixOperator } from "./matrix-operator.js";
export { type LinearOperator, type Svd, truncatedSvd } from "./truncated-svd.js";
