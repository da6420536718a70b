import { addScaled, dot } from "./vectors.js";

/** Options of {@link minimize}. */
export interface MinimizeOptions {
  /** Stop where no component of the gradient is larger. Default: 1e-6. */
  tolerance?: number;
  /** Default: 1000. */
  maxIterations?: number;
  /** Steps remembered. Default: 10. */
  memory?: number;
}

/** Value of a function; writes its gradient. */
export type Objective = (x: Float64Array, gradient: Float64Array) => number;

/**
 * Minimises a smooth function in place by L-BFGS (Liu and Nocedal 1989): the two-loop recursion, and steps that fulfil Wolfe's
 * conditions, found by bisection (Lewis and Overton 2013).
 *
 * @param x - the start; the minimum on return.
 * @returns the value reached, and the number of steps.
 * @example
 * const x = Float64Array.of(0, 0);
 * minimize((point, gradient) => {
 *   gradient[0] = 2 * (point[0] - 3);
 *   gradient[1] = 2 * point[1];
 *   return (point[0] - 3) ** 2 + point[1] ** 2;
 * }, x); // x is near [3, 0]
 */
export function minimize(
  objective: Objective,
  x: Float64Array,
  options: MinimizeOptions = {},
): { value: number; iterations: number } {
  const { tolerance = 1e-6, maxIterations = 1000, memory = 10 } = options;
  const history: { step: Float64Array; change: Float64Array; scale: number }[] = [];
  let gradient = new Float64Array(x.length);
  let value = objective(x, gradient);
  let iterations = 0;
  for (; iterations < maxIterations && largest(gradient) > tolerance; iterations++) {
    const direction = searchDirection(gradient, history);
    const slope = dot(gradient, direction);
    const next = new Float64Array(x.length);
    const nextGradient = new Float64Array(x.length);
    const first = history.length === 0 ? Math.min(1, 1 / Math.sqrt(dot(gradient, gradient))) : 1;
    const found = lineSearch(objective, x, direction, value, slope, first, next, nextGradient);
    if (found === undefined) break;
    const step = next.map((to, i) => to - x[i]!);
    const change = nextGradient.map((to, i) => to - gradient[i]!);
    const curvature = dot(step, change);
    if (curvature > 0) history.push({ step, change, scale: 1 / curvature });
    if (history.length > memory) history.shift();
    x.set(next);
    gradient = nextGradient;
    value = found;
  }
  return { value, iterations };
}

function searchDirection(
  gradient: Float64Array,
  history: { step: Float64Array; change: Float64Array; scale: number }[],
): Float64Array {
  const direction = gradient.map((value) => -value);
  const weights = new Float64Array(history.length);
  for (let k = history.length - 1; k >= 0; k--) {
    const { step, change, scale } = history[k]!;
    weights[k] = scale * dot(step, direction);
    addScaled(direction, change, -weights[k]!);
  }
  const last = history.at(-1);
  if (last) {
    const shrink = 1 / (last.scale * dot(last.change, last.change));
    for (let i = 0; i < direction.length; i++) direction[i]! *= shrink;
  }
  history.forEach(({ step, change, scale }, k) => {
    addScaled(direction, step, weights[k]! - scale * dot(change, direction));
  });
  return direction;
}

/** The value at a step that fulfils Wolfe's conditions, with the point and its gradient; undefined where rounding allows none. */
function lineSearch(
  objective: Objective,
  x: Float64Array,
  direction: Float64Array,
  value: number,
  slope: number,
  first: number,
  next: Float64Array,
  nextGradient: Float64Array,
): number | undefined {
  let [low, high, size] = [0, Infinity, first];
  for (let attempt = 0; attempt < 60; attempt++) {
    for (let i = 0; i < x.length; i++) next[i] = x[i]! + size * direction[i]!;
    const found = objective(next, nextGradient);
    if (!(found <= value + 1e-4 * size * slope)) high = size;
    else if (dot(nextGradient, direction) < 0.9 * slope) low = size;
    else return found;
    size = high === Infinity ? 2 * low : (low + high) / 2;
  }
  return undefined;
}

function largest(values: Float64Array): number {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
}
