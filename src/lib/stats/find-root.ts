/**
 * A root of a continuous function between two points of opposite sign, by Ridders' method (1979) to the last digits.
 *
 * @throws RangeError where the function has the same sign at both ends.
 */
export function findRoot(f: (x: number) => number, low: number, high: number): number {
  let [left, right] = [f(low), f(high)];
  if (left === 0) return low;
  if (right === 0) return high;
  if (left > 0 === right > 0) throw new RangeError(`the function does not change sign between ${low} and ${high}`);
  let root = (low + high) / 2;
  for (let step = 0; step < 200; step++) {
    const middle = (low + high) / 2;
    const atMiddle = f(middle);
    const scale = Math.sqrt(atMiddle * atMiddle - left * right);
    if (scale === 0) return middle;
    const next = middle + ((middle - low) * (left >= right ? 1 : -1) * atMiddle) / scale;
    const atNext = f(next);
    const isClose = Math.abs(next - root) <= 2 * Number.EPSILON * Math.abs(next);
    root = next;
    if (atNext === 0 || isClose) return next;
    if (atMiddle > 0 !== atNext > 0) {
      [low, left, high, right] = middle < next ? [middle, atMiddle, next, atNext] : [next, atNext, middle, atMiddle];
    } else if (left > 0 !== atNext > 0) [high, right] = [next, atNext];
    else [low, left] = [next, atNext];
  }
  return root;
}
