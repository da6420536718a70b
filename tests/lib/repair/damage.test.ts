import { describe, expect, it } from "vitest";
import { countDamage, eitherDamage, fit, paperDamage, prepare, trainingData } from "../../../src/lib/repair/index.js";
import { dense } from "../../../src/lib/repair/training-data.js";
import { simulate } from "../../helpers/simulate.js";

const counts = simulate({ cells: 120 });
const task = prepare(counts, { nTopGenes: 40, draws: 2 });

describe("damage", () => {
  it("to counts keeps the genes, changes the values and is the same for the same seed", () => {
    const damage = countDamage("severe");
    const damaged = damage(task.test, 3);
    expect(damaged.varNames).toEqual(task.genes);
    expect(damaged.obsNames).toEqual(task.test.obsNames);
    expect(dense(damaged).data).not.toEqual(dense(task.test).data);
    expect(dense(damage(task.test, 3)).data).toEqual(dense(damaged).data);
    expect(dense(damage(task.test, 4)).data).not.toEqual(dense(damaged).data);
  });

  it("to counts that does nothing gives the clean cells", () => {
    const nothing = countDamage({ integrity: 10, keep: 1, captureLoss: 0, ambient: 0, swapping: 0 });
    expect(dense(nothing(task.test, 0)).data).toEqual(dense(task.test).data);
  });

  it("to counts needs them", () => {
    const bare = task.test.copy();
    delete bare.raw;
    expect(() => countDamage()(bare, 0)).toThrow("counts of all genes in raw");
  });

  it("of several kinds is one for each cell", () => {
    const kinds = [paperDamage("mild"), paperDamage("severe")];
    const either = eitherDamage(...kinds)(task.test, 5);
    const chosen = either.obs.numbers("damage");
    expect(new Set(chosen)).toEqual(new Set([0, 1]));
    const damaged = kinds.map((kind) => dense(kind(task.test, 5)));
    chosen.forEach((kind, i) => expect(dense(either).row(i)).toEqual(damaged[kind]!.row(i)));
    expect(() => eitherDamage()).toThrow("at least one kind");
  });

  it("of another kind acts on the same validation and test cells", () => {
    const other = task.degrade("test", paperDamage("severe"));
    expect(other.obsNames).toEqual(task.test.obsNames);
    expect(dense(task.degrade("test", paperDamage("mixture"))).data).toEqual(dense(task.degraded.test).data);
    expect(dense(other).data).not.toEqual(dense(task.degraded.test).data);
  });
});

describe("training data", () => {
  it("are what prepare makes of the same cells", () => {
    const { train, validation, genes, seed } = task;
    const data = trainingData({ clean: train, validation, genes }, { draws: 2, seed });
    expect(data.scaling).toEqual(task.scaling);
    expect(dense(data.degraded.validation).data).toEqual(dense(task.degraded.validation).data);
    expect(dense(data.draw(1)).data).toEqual(dense(task.degraded.train[1]!).data);
    expect(dense(data.draw(7)).data).toEqual(dense(task.draw(7)).data);
    expect(dense(data.draw(7)).data).not.toEqual(dense(data.draw(8)).data);
  });

  it("never share a cell between training and validation", () => {
    expect(() => trainingData({ clean: task.train, validation: task.train })).toThrow(
      "among the training and the validation cells",
    );
  });

  it("are fitted by a method's id", async () => {
    expect((await fit("mean", task)).label).toBe("Gene mean");
    await expect(fit("magic wand" as never, task)).rejects.toThrow(
      'no repair method "magic wand"; methods: input, mean',
    );
  });
});
