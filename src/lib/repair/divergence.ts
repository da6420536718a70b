import type { TrainingPlan } from "./training-loop.js";

/** Where a training stood when its loss was not finite. */
interface Divergence {
  /** Steps taken before. */
  readonly step: number;
  readonly epoch: number;
  /** The last finite loss, where there was one. */
  readonly last: number | undefined;
  /** What the step was given; undefined where the validation cells' loss is meant. */
  readonly inputs?: Readonly<Record<string, Float32Array>>;
}

/** Why a training has to stop at a loss that is not finite: the cells hold such values, or the weights have run away. */
export function diverged(plan: TrainingPlan, { step, epoch, last, inputs }: Divergence): Error {
  const { method, learningRate } = plan;
  const bad = Object.entries(inputs ?? {}).find(([, values]) => !values.every(Number.isFinite));
  const cause = bad
    ? `the ${INPUTS[bad[0]] ?? bad[0]} hold NaN or infinity: look at the training cells`
    : "all values of the cells are finite, the weights have run away: lower learningRate " +
      `(${learningRate}), or give a larger batchSize (${plan.batchSize})`;
  const before = last === undefined ? "" : ` after a loss of ${last.toPrecision(3)}`;
  return new Error(
    `The training of ${method} diverged at step ${step + 1}, in epoch ${epoch + 1} (the loss is not finite${before}); ${cause}.`,
  );
}

const INPUTS: Readonly<Record<string, string>> = {
  x: "clean values",
  y: "degraded values",
  severity: "severities",
};
