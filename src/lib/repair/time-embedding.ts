/** Options of {@link timeEmbedding}. */
export interface TimeEmbeddingOptions {
  /** Default: "sines first". */
  readonly layout?: "sines first" | "cosines first" | "interleaved";
  /** Whether the last frequency is 1/10,000 itself instead of one short of it. Default: false. */
  readonly closed?: boolean;
}

/**
 * Sines and cosines of times at width/2 frequencies from 1 to 1/10,000 (Vaswani et al. 2017, where they are interleaved; Ho et
 * al. 2020); zero in the last column where the width is odd.
 *
 * @returns times × width, row-major.
 */
export function timeEmbedding(
  times: ArrayLike<number>,
  width: number,
  { layout = "sines first", closed = false }: TimeEmbeddingOptions = {},
): Float64Array {
  const half = Math.floor(width / 2);
  const sine = { "sines first": 0, "cosines first": half, interleaved: 0 }[layout];
  const cosine = { "sines first": half, "cosines first": 0, interleaved: 1 }[layout];
  const apart = layout === "interleaved" ? 2 : 1;
  const values = new Float64Array(times.length * width);
  for (let row = 0; row < times.length; row++) {
    for (let i = 0; i < half; i++) {
      const angle = times[row]! * Math.exp((-Math.log(1e4) * i) / (closed ? half - 1 : half));
      values[row * width + sine + apart * i] = Math.sin(angle);
      values[row * width + cosine + apart * i] = Math.cos(angle);
    }
  }
  return values;
}
