import { random } from "../stats/random.js";
import { bounds, type Severity } from "./severity.js";

/**
 * The severity of every cell: the one value, or drawn uniformly from its range. Each name has its own stream, so that one mechanism
 * does not move the draws of another.
 */
export function drawPerCell(name: string, severity: Severity, cells: number, seed: number): Float64Array {
  const [low, high] = bounds(severity);
  const stream = random(seed, "degrade", "severity", name);
  return Float64Array.from({ length: cells }, () => low + (high - low) * stream.uniform());
}
