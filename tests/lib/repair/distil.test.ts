import { expect, it } from "vitest";
import { backend } from "../../../src/lib/engine/index.js";
import { STUDENT_NETWORK } from "../../../src/lib/repair/distil.js";
import { distil, fitDiffRepairer, fitGeneMean, fitLinearFusion, loadModel } from "../../../src/lib/repair/index.js";
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
  const student = await distil(teacher, task, { ...BRIEF, epochs: 20 });
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

it("a student learns its teacher's values, not the clean ones", async () => {
  const teacher = await fitGeneMean(task);
  const training = { ...BRIEF, epochs: 20, learningRate: 1e-2 };
  const student = await distil(teacher, task, training);
  const untaught = await fitDiffRepairer(task, {
    ...{ ...training, ...STUDENT_NETWORK, width: 16, feedForward: 32 },
  });
  expect(untaught.parameters).toBe(student.parameters);
  expect(await distance(student, teacher)).toBeLessThan(0.75 * (await distance(untaught, teacher)));
  student.dispose();
  untaught.dispose();
});

it("refuses options that are none", async () => {
  await expect(distil(await fitGeneMean(task), task, { hidden: 3 } as never)).rejects.toThrow(
    'unknown option "hidden"',
  );
});
