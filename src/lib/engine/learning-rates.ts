/*
 * Learning rates by step, counted from 0; the schedules of `torch.optim.lr_scheduler`.
 */

/** Half a cosine from `peak` at a share of 0 to `end` at 1. */
function halfCosine(peak: number, end: number, share: number): number {
  return end + ((peak - end) * (1 + Math.cos(Math.PI * share))) / 2;
}

/**
 * `CosineAnnealingLR`: from base to `end` in `period` steps, and up again.
 * @example
 * engine.cosineRate(50, 1, 100); // 0.5
 */
export function cosineRate(step: number, base: number, period: number, end = 0): number {
  return halfCosine(base, end, step / period);
}

/**
 * `CosineAnnealingWarmRestarts` (Loshchilov & Hutter 2017): each period is `factor` times as long as the one before.
 * @example
 * engine.cosineRestartsRate(150, 1, 100);
 */
export function cosineRestartsRate(step: number, base: number, period: number, factor = 1, end = 0): number {
  let length = period;
  let within = step;
  while (within >= length) {
    within -= length;
    length *= factor;
  }
  return halfCosine(base, end, within / length);
}

/**
 * `LinearLR`: from `start` times to `end` times the base in `steps` steps.
 * @example
 * engine.linearRate(5, 1, 10);
 */
export function linearRate(step: number, base: number, steps: number, start = 1 / 3, end = 1): number {
  return base * (start + ((end - start) * Math.min(step, steps)) / steps);
}

/**
 * `StepLR`: times `factor` every `size` steps; with a size of 1 it is `ExponentialLR`.
 * @example
 * engine.stepRate(25, 1, 10, 0.5); // 0.25
 */
export function stepRate(step: number, base: number, size: number, factor: number): number {
  return base * factor ** Math.floor(step / size);
}

/**
 * Linear warm-up, then half a cosine down to zero at `steps`.
 * @example
 * engine.warmUpCosineRate(5, 1e-3, 10, 100);
 */
export function warmUpCosineRate(step: number, peak: number, warmUp: number, steps: number): number {
  if (step < warmUp) return (peak * (step + 1)) / warmUp;
  return halfCosine(peak, 0, (step - warmUp) / Math.max(1, steps - warmUp));
}

/**
 * `OneCycleLR` (Smith & Topin 2018) with cosines: peak/25 up to the peak in 30 % of the steps, down to peak/250,000.
 * @example
 * engine.oneCycleRate(30, 1e-3, 100);
 */
export function oneCycleRate(step: number, peak: number, steps: number): number {
  const start = peak / 25;
  const top = 0.3 * steps - 1;
  if (step <= top) return halfCosine(start, peak, step / top);
  return halfCosine(peak, start / 1e4, (step - top) / (steps - 1 - top));
}
