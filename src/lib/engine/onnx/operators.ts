import type { OnnxGraph } from "./onnx-graph.js";
import { onnxType, type Operation } from "./operation.js";

/** Makes ONNX operators of a TensorFlow operation and returns its outputs. */
type Translate = (onnx: OnnxGraph, operation: Operation) => readonly string[];

const all = (operation: Operation, count = operation.inputs) =>
  Array.from({ length: count }, (_, i) => operation.value(i));

/** The same operator under ONNX's name. */
const as =
  (operator: string): Translate =>
  (onnx, operation) => [onnx.apply(operator, all(operation))];

/** A few operators of one value. */
const of =
  (compute: (onnx: OnnxGraph, x: string) => string): Translate =>
  (onnx, operation) => [compute(onnx, operation.value(0))];

const reduce =
  (operator: string): Translate =>
  (onnx, op) => [
    onnx.apply(operator, [op.value(0), onnx.integers(op.integers(1))], { keepdims: op.flag("keep_dims") ? 1 : 0 }),
  ];

const filled = (value: number) => of((onnx, x) => onnx.apply("Expand", [onnx.scalar(value), onnx.apply("Shape", [x])]));

/** log(1 + x) that keeps its digits near zero: x · log(u) / (u − 1) with u = 1 + x as it is rounded. */
const log1p = of((onnx, x) => {
  const one = onnx.scalar(1);
  const u = onnx.apply("Add", [x, one]);
  const ratio = onnx.apply("Div", [onnx.apply("Log", [u]), onnx.apply("Sub", [u, one])]);
  return onnx.apply("Where", [onnx.apply("Equal", [u, one]), x, onnx.apply("Mul", [x, ratio])]);
});

/** exp(x) − 1 that keeps its digits near zero: tanh(x/2) · (exp(x) + 1). */
const expm1 = of((onnx, x) => {
  const tanh = onnx.apply("Tanh", [onnx.apply("Mul", [x, onnx.scalar(0.5)])]);
  return onnx.apply("Mul", [tanh, onnx.apply("Add", [onnx.apply("Exp", [x]), onnx.scalar(1)])]);
});

const matMul: Translate = (onnx, op) => {
  const operand = (input: number, transposed: boolean) => {
    if (!transposed) return op.value(input);
    const axes = Array.from({ length: op.rank(input) }, (_, i) => i);
    const last = axes.splice(-2);
    return onnx.apply("Transpose", [op.value(input)], { perm: [...axes, last[1]!, last[0]!] });
  };
  return [onnx.apply("MatMul", [operand(0, op.flag("adj_x")), operand(1, op.flag("adj_y"))])];
};

const concat: Translate = (onnx, op) => [
  onnx.apply("Concat", all(op, op.inputs - 1), { axis: op.integers(op.inputs - 1)[0]! }),
];

const pack: Translate = (onnx, op) => {
  const axis = op.number("axis");
  const parts = all(op).map((part) => onnx.apply("Unsqueeze", [part, onnx.integers([axis])]));
  return [onnx.apply("Concat", parts, { axis })];
};

const unpack: Translate = (onnx, op) => {
  const [axis, num] = [op.number("axis"), op.number("num")];
  const sizes = onnx.integers(Array.from({ length: num }, () => 1));
  const parts = onnx.node("Split", [op.value(0), sizes], { axis }, num);
  return parts.map((part) => onnx.apply("Squeeze", [part, onnx.integers([axis])]));
};

const split: Translate = (onnx, op) => {
  const sizes = op.integers(1);
  return onnx.node("Split", [op.value(0), onnx.integers(sizes)], { axis: op.integers(2)[0]! }, sizes.length);
};

const slice: Translate = (onnx, op) => {
  const begin = onnx.integers(op.integers(1));
  return [onnx.apply("Slice", [op.value(0), begin, onnx.apply("Add", [begin, op.lengths(2)])])];
};

const pad: Translate = (onnx, op) => {
  const pads = op.integers(1);
  const [before, after] = [0, 1].map((side) => pads.filter((_, i) => i % 2 === side));
  return [onnx.apply("Pad", [op.value(0), onnx.integers([...before!, ...after!]), op.value(2)])];
};

/** TensorFlow's operations that networks consist of, in ONNX. */
export const OPERATORS: Readonly<Record<string, Translate>> = {
  ...{ Add: as("Add"), AddN: as("Sum"), Sub: as("Sub"), Mul: as("Mul"), RealDiv: as("Div") },
  ...{ Minimum: as("Min"), Maximum: as("Max"), Greater: as("Greater"), LessEqual: as("LessOrEqual") },
  ...{ Neg: as("Neg"), Abs: as("Abs"), Reciprocal: as("Reciprocal"), Round: as("Round"), IsNan: as("IsNaN") },
  ...{ Exp: as("Exp"), Log: as("Log"), Sqrt: as("Sqrt"), Erf: as("Erf"), Relu: as("Relu"), Sigmoid: as("Sigmoid") },
  ...{ Softplus: as("Softplus"), Softmax: as("Softmax"), Select: as("Where"), Log1p: log1p, Expm1: expm1 },
  Square: of((onnx, x) => onnx.apply("Mul", [x, x])),
  Rsqrt: of((onnx, x) => onnx.apply("Reciprocal", [onnx.apply("Sqrt", [x])])),
  ...{ ZerosLike: filled(0), OnesLike: filled(1) },
  Cast: (onnx, op) => [onnx.apply("Cast", [op.value(0)], { to: onnxType(op.number("DstT")) })],
  ...{ Mean: reduce("ReduceMean"), Sum: reduce("ReduceSum"), Min: reduce("ReduceMin") },
  BatchMatMulV2: matMul,
  Reshape: (onnx, op) => [onnx.apply("Reshape", [op.value(0), op.lengths(1)])],
  Tile: (onnx, op) => [onnx.apply("Tile", [op.value(0), op.lengths(1)])],
  ExpandDims: (onnx, op) => [onnx.apply("Unsqueeze", [op.value(0), onnx.integers(op.integers(1))])],
  Transpose: (onnx, op) => [onnx.apply("Transpose", [op.value(0)], { perm: op.integers(1) })],
  GatherV2: (onnx, op) => [onnx.apply("Gather", [op.value(0), op.value(1)], { axis: op.integers(2)[0]! })],
  ...{ ConcatV2: concat, Pack: pack, Unpack: unpack, SplitV: split, Slice: slice, PadV2: pad },
};
