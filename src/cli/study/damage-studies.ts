import type { AnnData } from "../../lib/anndata/index.js";
import { type Mechanism, SEVERITIES } from "../../lib/degrade/index.js";
import { paperDamage, type RepairTask } from "../../lib/repair/index.js";
import { random } from "../../lib/stats/random.js";
import type { Condition } from "../evaluate/evaluate-set.js";
import { otherTraining } from "./other-training.js";
import { MIXTURE, type Study } from "./study.js";

/** Times the moderate severity; the training covers about half to one and a half. */
const FACTORS = [0, 0.25, 0.5, 1, 1.5, 2, 3] as const;

/** No more than this share of the values is lost, so that there is something to repair. */
const MOST_DROPOUT = 0.95;

const timesModerate = (factor: number): Condition => {
  const { intensity, dropout, noise } = SEVERITIES.moderate as Record<"intensity" | "dropout" | "noise", number>;
  const damage = { intensity: factor * intensity, dropout: factor * dropout, noise: factor * noise };
  return {
    name: factor === 0 ? "undamaged" : `${factor} x moderate`,
    damage: paperDamage({ ...damage, dropout: Math.min(MOST_DROPOUT, damage.dropout) }),
  };
};

/** Severities far outside the training; without damage the input itself is right, and every error is harm done. */
export const severity: Study = {
  name: "severity",
  question: "How do methods trained on the mixture repair damage that is weaker and stronger than they have seen?",
  variants: () => [{ name: "trained on the mixture", conditions: FACTORS.map(timesModerate) }],
};

const MECHANISMS: readonly Mechanism[] = ["length", "dropout", "noise"];

const moderate = (name: string, mechanisms: readonly Mechanism[]): Condition => ({
  ...{ name, damage: paperDamage({ severity: "moderate", mechanisms }) },
});

/** Each mechanism of the damage alone: after training on all of them, and after training on it alone. */
export const mechanisms: Study = {
  name: "mechanisms",
  question: "Which of 3′ bias, dropout and noise can be repaired, and does a training on all of them cost anything?",
  variants: () => [
    {
      name: "trained on all",
      conditions: [moderate("all", MECHANISMS), ...MECHANISMS.map((mechanism) => moderate(mechanism, [mechanism]))],
    },
    ...MECHANISMS.map((mechanism) => ({
      name: `trained on ${mechanism} alone`,
      training: (task: RepairTask) => otherTraining(task, { damage: paperDamage({ mechanisms: [mechanism] }) }),
      conditions: [moderate(mechanism, [mechanism])],
    })),
  ],
};

/** Training on one severity, test on another. */
export const unknownSeverity: Study = {
  name: "unknown-severity",
  question: "What does it cost to have trained for another severity than the sample's?",
  variants: () =>
    (["mixture", "mild", "moderate", "severe"] as const).map((trained) => ({
      name: `trained on ${trained}`,
      training: (task) => otherTraining(task, { damage: paperDamage(trained) }),
      conditions: (["mild", "moderate", "severe"] as const).map((name) => ({ name, damage: paperDamage(name) })),
    })),
};

/** Gene lengths that are wrong in the training's simulation, and in all that methods make of them. */
export const geneLengths: Study = {
  name: "gene-lengths",
  question: "What do the genes' lengths tell the methods, and what if they are wrong?",
  variants: ({ seed }) => {
    const withLengths = (change: (lengths: Float64Array) => Float64Array) => (task: RepairTask) => {
      const lengths = change(task.train.var.numbers("length").slice());
      const cells = (clean: AnnData) => {
        const changed = clean.copy();
        changed.var.set("length", lengths);
        return changed;
      };
      return otherTraining(task, { cells });
    };
    return [
      { name: "right" },
      { name: "shuffled", training: withLengths((lengths) => random(seed, "study", "lengths").shuffle(lengths)) },
      { name: "all alike", training: withLengths((lengths) => lengths.fill(1000)) },
    ].map((variant) => ({ ...variant, conditions: [MIXTURE] }));
  },
};
