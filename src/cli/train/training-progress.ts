import type { TrainingProgress } from "../../lib/repair/index.js";
import { formatSeconds } from "../notebooks/progress.js";
import { QUIET_MS, rewriteLine, type Terminal } from "../terminal.js";

/**
 * Shows how far a training is, with its rate and the time left at most: a line that is rewritten on a terminal, elsewhere one at the end of
 * an epoch, ten seconds after the last at the earliest.
 */
export const trainingProgress = (
  terminal: Terminal,
  now: () => number = Date.now,
): ((progress: TrainingProgress) => void) => {
  let told = -Infinity;
  let validation = "";
  return ({ method, epoch, epochs, step, steps, loss, validationLoss, secondsPerStep }) => {
    const endsEpoch = validationLoss !== undefined;
    if (endsEpoch) validation = `, validation ${validationLoss.toFixed(3)}`;
    const rate = secondsPerStep ? `, ${(1 / secondsPerStep).toFixed(1)} steps/s` : "";
    const left = secondsPerStep ? `, at most ${formatSeconds(secondsPerStep * (steps - step))} left` : "";
    const line = `${method}: epoch ${epoch} of at most ${epochs}${rate}${left}, loss ${loss.toFixed(3)}${validation}`;
    if (terminal.isTTY) rewriteLine(terminal, line);
    else if (endsEpoch && now() - told >= QUIET_MS) {
      told = now();
      terminal.write(`${line}\n`);
    }
  };
};
