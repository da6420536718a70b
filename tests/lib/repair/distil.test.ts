import { expect, it } from "vitest";
import { backend } from "../../../src/lib/engine/index.js";
import { distil, fitGeneMean, fitLinearFusion, loadModel } from "../../../src/lib/repair/index.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { BRIEF, smallTask } from "./small-networks.js";

const { tf } = await backend();
const task = smallTask();

/** Mean squared distance of repaired test cells. */
async function distance(a: Parameters<typeof distil>[0], b: typeof a): Promise<number> {
  const [one, other] = [await a.repair(task.degraded.test), await b.repair(task.degraded.test)];
  return one.mean.data.reduce((sum, value, at) => sum + (value - other.mean.data[at]!) ** 2, 0) / one.mean.data.length;
}

it("a student comes close to its teacher, on cells that neither has seen", async () => {
  const before = tf.memory().numTensors;
  const teacher = await fitLinearFusion(task, { components: 5 });
  const student = await distil(teacher, task, { ...BRIEF, epochs: 20, hidden: 32, bottleneck: 16 });
  const mean = await fitGeneMean(task);
  expect(await distance(student, teacher)).toBeLessThan(0.6 * (await distance(mean, teacher)));
  const folder = temporaryFolder();
  await student.save(folder);
  const loaded = await loadModel(folder);
  expect(loaded.name).toBe("student");
  expect(await loaded.repair(task.degraded.test)).toEqual(await student.repair(task.degraded.test));
  student.dispose();
  loaded.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

it("a student of the gene mean learns the gene mean", async () => {
  const student = await distil(await fitGeneMean(task), task, {
    ...BRIEF,
    hidden: 8,
    bottleneck: 4,
    epochs: 30,
    learningRate: 1e-2,
  });
  const { mean } = await student.repair(task.degraded.test);
  const { data } = mean;
  const error = data.reduce((sum, value, at) => sum + (value - task.scaling.mean[at % 40]!) ** 2, 0) / data.length;
  const spread = task.scaling.sd.reduce((sum, sd) => sum + sd ** 2, 0) / 40;
  expect(error).toBeLessThan(0.05 * spread);
  student.dispose();
});

it("refuses options that are none", async () => {
  await expect(distil(await fitGeneMean(task), task, { width: 3 } as never)).rejects.toThrow('unknown option "width"');
});
