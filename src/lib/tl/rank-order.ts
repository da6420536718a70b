/** More positions than this do not fit beside a score in one number. */
const MOST = 2 ** 21;

/**
 * The positions of scores in falling order; equal ones keep their order. Score (as float32) and position are packed into one number,
 * since typed arrays sort numbers natively; scores that float32 cannot tell apart are put right afterwards.
 *
 * @param scores - without NaN, at most 2²¹.
 * @throws RangeError where there are more.
 */
export function fallingOrder(scores: Float64Array): Int32Array {
  const n = scores.length;
  if (n > MOST) throw new RangeError(`${n} scores are more than ${MOST}, the most that are ranked at once`);
  const floats = new Float32Array(scores);
  const bits = new Int32Array(floats.buffer);
  const keys = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const pattern = bits[i]!;
    const rising = pattern >= 0 ? pattern : -(pattern & 0x7fffffff);
    keys[i] = -rising * MOST + i;
  }
  keys.sort();
  const order = new Int32Array(n);
  for (let at = 0; at < n; at++) order[at] = keys[at]! - Math.floor(keys[at]! / MOST) * MOST;
  for (let at = 1; at < n; at++) {
    const moved = order[at]!;
    let to = at;
    while (to > 0 && floats[order[to - 1]!] === floats[moved] && scores[order[to - 1]!]! < scores[moved]!) {
      order[to] = order[to - 1]!;
      to--;
    }
    order[to] = moved;
  }
  return order;
}
