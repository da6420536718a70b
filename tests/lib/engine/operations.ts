import type { Tensor, Tf } from "../../../src/lib/engine/tensorflow.js";

/** An operation of TensorFlow.js applied to small tensors; `on` says which tensor comes first. */
export interface Operation {
  readonly name: string;
  readonly on: "matrix" | "image" | "volume";
  readonly run: (a: Tensor, b: Tensor) => Tensor;
}

type Run = Operation["run"];

const UNARY =
  "abs acos asin atan asinh atanh ceil cos cosh elu erf exp expm1 floor isFinite isInf isNaN leakyRelu log log1p " +
  "logSigmoid neg reciprocal relu relu6 round rsqrt selu sigmoid sign sin sinh softplus sqrt square step tan tanh " +
  "softmax logSoftmax logSumExp sum mean max min prod argMax argMin cumsum cumprod transpose onesLike zerosLike norm";
const BINARY =
  "add sub mul div divNoNan floorDiv maximum minimum mod pow squaredDifference atan2 equal notEqual greater " +
  "greaterEqual less lessEqual";

/** Operations from most families of TensorFlow.js, those of our models among them. */
export function operations(tf: Tf): Operation[] {
  const call = tf as unknown as Record<string, (...tensors: Tensor[]) => Tensor>;
  const named = (names: string, run: (name: string) => Run) =>
    Object.fromEntries(names.split(" ").map((name) => [name, run(name)]));
  const matrix: Record<string, Run> = {
    ...named(UNARY, (name) => (a) => call[name]!(a)),
    ...named(BINARY, (name) => (a, b) => call[name]!(a, b)),
    ...logic(tf),
    ...shapes(tf),
    ...indexing(tf),
    ...algebra(tf),
    ...lossesAndConstants(tf),
  };
  const groups = { matrix, image: images(tf), volume: volumes(tf) };
  return Object.entries(groups).flatMap(([on, group]) =>
    Object.entries(group).map(([name, run]) => ({ name, on: on as Operation["on"], run })),
  );
}

const indices = (tf: Tf) => tf.tensor1d([0, 2, 1], "int32");

const logic = (tf: Tf): Record<string, Run> => ({
  acosh: (a) => tf.acosh(a.add(1.5)),
  all: (a) => tf.all(a.greater(0.5), 1),
  any: (a) => tf.any(a.greater(0.5), 1),
  logicalAnd: (a, b) => tf.logicalAnd(a.greater(0.5), b.greater(0.5)),
  logicalOr: (a, b) => tf.logicalOr(a.greater(0.5), b.greater(0.5)),
  logicalNot: (a) => tf.logicalNot(a.greater(0.5)),
  where: (a, b) => tf.where(a.greater(0.5), a, b),
  whereOfRow: (a, b) => tf.where(a.greater(0.5), b.slice([0, 0], [1, 6]), tf.scalar(0)),
  castToInt: (a) => tf.cast(a.mul(9), "int32"),
  castToBool: (a) => tf.cast(a, "bool"),
  castToSame: (a) => tf.cast(a, "float32"),
  clipByValue: (a) => tf.clipByValue(a, 0.2, 0.7),
});

const shapes = (tf: Tf): Record<string, Run> => ({
  clone: (a) => tf.clone(a).mul(2),
  concat: (a, b) => tf.concat([a, b], 1),
  stack: (a, b) => tf.stack([a, b]),
  unstack: (a) => tf.unstack(a)[1]!,
  split: (a) => tf.split(a, 3, 1)[2]!,
  slice: (a) => tf.slice(a, [1, 2], [2, 3]),
  stridedSlice: (a) => tf.stridedSlice(a, [0, 0], [4, 6], [2, 2]),
  pad: (a) =>
    tf.pad(a, [
      [1, 1],
      [0, 2],
    ]),
  mirrorPad: (a) => tf.mirrorPad(a as never, [[1, 1], [1, 1]], "reflect"), // prettier-ignore
  tile: (a) => tf.tile(a, [2, 3]),
  reverse: (a) => tf.reverse(a, 1),
  expandDims: (a) => tf.expandDims(a, 1),
  squeeze: (a) => tf.squeeze(a.expandDims(0)),
  reshape: (a) => tf.reshape(a, [6, 4]),
  broadcastTo: (a) => tf.broadcastTo(a, [2, 4, 6]),
  transpose3d: (a) => tf.transpose(a.reshape([2, 2, 6]), [1, 0, 2]),
});

const indexing = (tf: Tf): Record<string, Run> => ({
  gather: (a) => tf.gather(a, indices(tf)),
  gatherOfBatch: (a) => tf.gather(a, tf.tensor2d([[0], [1], [2], [0]], [4, 1], "int32"), 1, 1),
  gatherByResult: (a) => tf.gather(a, tf.argMin(a, 0) as never),
  gatherND: (a) => tf.gatherND(a, tf.tensor2d([[0, 1], [2, 3]], [2, 2], "int32")), // prettier-ignore
  scatterND: (a) => tf.scatterND(tf.tensor2d([[0], [2], [3], [5]], [4, 1], "int32"), a, [7, 6]),
  tensorScatterUpdate: (a) =>
    tf.tensorScatterUpdate(a as never, tf.tensor2d([[0, 1]], [1, 2], "int32"), tf.tensor1d([3])),
  oneHot: () => tf.oneHot(indices(tf), 4),
  unsortedSegmentSum: (a) => tf.unsortedSegmentSum(a as never, tf.tensor1d([0, 1, 1, 0], "int32"), 2),
  topk: (a) => tf.topk(a, 2).values,
  sparseToDense: () => tf.sparseToDense(tf.tensor1d([0, 1, 2], "int32"), tf.tensor1d([1, 2, 3]), [4], 0),
  bincount: () => tf.bincount(indices(tf), tf.tensor1d([]), 4),
  unique: () => tf.unique(indices(tf)).values,
});

const algebra = (tf: Tf): Record<string, Run> => ({
  matMul: (a, b) => tf.matMul(a, b, false, true),
  matMulOfBatches: (a, b) => tf.matMul(a.reshape([2, 2, 6]), b.reshape([2, 6, 2])),
  matMulOfHeads: (a, b) => tf.matMul(a.reshape([1, 2, 2, 6]), b.reshape([1, 2, 2, 6]), false, true),
  fusedMatMul: (a, b) =>
    tf.fused.matMul({ a, b, transposeB: true, bias: tf.tensor1d([1, 2, 3, 4]), activation: "relu" }),
  einsum: (a, b) => tf.einsum("ij,kj->ik", a, b),
  addN: (a, b) => tf.addN([a, b, a]),
  prelu: (a) => tf.prelu(a.sub(0.5), tf.scalar(0.1)),
  qr: (a) => tf.linalg.qr(a.transpose())[1],
  gramSchmidt: (a) => tf.linalg.gramSchmidt(a as never) as Tensor,
  bandPart: (a) => tf.linalg.bandPart(a, 1, 1),
  diag: () => tf.diag(tf.tensor1d([1, 2, 3])),
  batchNorm: (a) => tf.batchNorm(a.reshape([1, 4, 6, 1]), tf.tensor1d([0.5]), tf.tensor1d([0.2])),
  moments: (a) => tf.moments(a, 0).variance,
  localResponseNormalization: (a) => tf.localResponseNormalization(a.reshape([1, 2, 3, 4])),
  fft: (a) => tf.real(tf.spectral.fft(tf.complex(a, a))),
  rfft: (a) => tf.abs(tf.spectral.rfft(a)),
  seededDropout: (a) => tf.dropout(a, 0.5, undefined, 7),
  fixedMultinomial: (a) => tf.multinomial(tf.log(tf.softmax(a)) as never, 3, 5).mul(0),
});

const lossesAndConstants = (tf: Tf): Record<string, Run> => ({
  softmaxCrossEntropy: (a, b) => tf.losses.softmaxCrossEntropy(tf.softmax(a), b),
  sigmoidCrossEntropy: (a, b) => tf.losses.sigmoidCrossEntropy(a, b),
  huberLoss: (a, b) => tf.losses.huberLoss(a, b),
  logLoss: (a, b) => tf.losses.logLoss(a, b),
  cosineDistance: (a, b) => tf.losses.cosineDistance(a, b, 0),
  meanSquaredError: (a, b) => tf.losses.meanSquaredError(a, b),
  confusionMatrix: () => tf.math.confusionMatrix(indices(tf) as never, indices(tf) as never, 3),
  linspace: () => tf.linspace(0, 1, 5),
  range: () => tf.range(0, 5),
  fill: () => tf.fill([20, 20], 3),
  eye: () => tf.eye(3),
});

const filter = (tf: Tf) => tf.randomUniform([3, 3, 3, 4], 0, 1, "float32", 4) as never;

const images = (tf: Tf): Record<string, Run> => ({
  conv2d: (x) => tf.conv2d(x as never, filter(tf), 1, "same"),
  fusedConv2d: (x) =>
    tf.fused.conv2d({
      x: x as never,
      filter: filter(tf),
      strides: 1,
      pad: "same",
      bias: tf.tensor1d([1, 2, 3, 4]),
      activation: "relu",
    }),
  conv2dTranspose: (x) =>
    tf.conv2dTranspose(
      x as never,
      tf.randomUniform([3, 3, 5, 3], 0, 1, "float32", 2) as never,
      [2, 8, 8, 5],
      1,
      "same",
    ),
  depthwiseConv2d: (x) =>
    tf.depthwiseConv2d(x as never, tf.slice(filter(tf), [0, 0, 0, 0], [3, 3, 3, 2]) as never, 1, "same"),
  maxPool: (x) => tf.maxPool(x as never, 2, 2, "same"),
  avgPool: (x) => tf.avgPool(x as never, 2, 2, "same"),
  resizeBilinear: (x) => tf.image.resizeBilinear(x as never, [4, 4]),
  resizeNearestNeighbor: (x) => tf.image.resizeNearestNeighbor(x as never, [4, 4]),
  flipLeftRight: (x) => tf.image.flipLeftRight(x as never),
  spaceToBatch: (x) => tf.spaceToBatchND(x, [2, 2], [[0, 0], [0, 0]]), // prettier-ignore
  depthToSpace: (x) => tf.depthToSpace(tf.reshape(x, [2, 8, 6, 4]) as never, 2, "NHWC"),
});

const volumes = (tf: Tf): Record<string, Run> => ({
  conv3d: (x) => tf.conv3d(x as never, tf.randomUniform([2, 2, 2, 2, 3], 0, 1, "float32", 2) as never, 1, "same"),
  maxPool3d: (x) => tf.maxPool3d(x as never, 2, 2, "same"),
  avgPool3d: (x) => tf.avgPool3d(x as never, 2, 2, "same"),
});
