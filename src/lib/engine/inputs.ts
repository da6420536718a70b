import type { NamedTensors, Tensor, TensorValues, Tf } from "./tensorflow.js";

/** Shape and type of an input; a program is compiled for exactly these. */
export interface InputSpec {
  readonly shape: readonly number[];
  /** Default: "float32". */
  readonly dtype?: "float32" | "int32" | "bool";
}

/** The inputs of a program, by name. */
export type InputSpecs = Readonly<Record<string, InputSpec>>;

/** What an input is fed with: values, row-major, or a tensor of the chosen backend. */
export type Feed = TensorValues | Tensor;

/** What the inputs of a program are fed with, by name. */
export type Feeds = Readonly<Record<string, Feed>>;

/**
 * The fed inputs as tensors in the order of the specs. A TensorFlow session does not compare shapes with its
 * placeholders' (a wrong batch may broadcast silently), so they are compared here, before each run.
 *
 * Tensors made here belong to the surrounding `tf.tidy`.
 */
export function feedTensors(tf: Tf, program: string, specs: InputSpecs, feeds: Feeds): NamedTensors {
  for (const name of Object.keys(feeds)) {
    if (!(name in specs)) {
      throw new Error(`${program}: unknown input "${name}"; inputs: ${Object.keys(specs).join(", ")}.`);
    }
  }
  const tensors: NamedTensors = {};
  for (const [name, spec] of Object.entries(specs)) {
    const feed = feeds[name];
    if (feed === undefined) throw new Error(`${program}: input "${name}" is missing.`);
    tensors[name] = feedTensor(tf, `${program}: input "${name}"`, spec, feed);
  }
  return tensors;
}

function feedTensor(tf: Tf, what: string, { shape, dtype = "float32" }: InputSpec, feed: Feed): Tensor {
  if (feed instanceof tf.Tensor) {
    if (feed.shape.join() !== shape.join()) {
      throw new Error(`${what} has shape [${feed.shape.join(", ")}], compiled for [${shape.join(", ")}].`);
    }
    if (feed.dtype !== dtype) throw new Error(`${what} is of type ${feed.dtype}, compiled for ${dtype}.`);
    return feed;
  }
  const size = shape.reduce((product, length) => product * length, 1);
  if (feed.length !== size) {
    throw new Error(`${what} has ${feed.length} values, compiled for ${size} (shape [${shape.join(", ")}]).`);
  }
  return tf.tensor(feed, [...shape], dtype);
}
