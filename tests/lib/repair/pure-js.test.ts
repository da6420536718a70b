import { expect, it } from "vitest";
import { backend } from "../../../src/lib/engine/index.js";
import {
  fitDae,
  fitLinearFusion,
  fitNearestCells,
  fitRidge,
  fitZinb,
  prepare,
  PURE_JS_STEP_BUDGET,
} from "../../../src/lib/repair/index.js";
import { simulate } from "../../helpers/simulate.js";

process.env["DIFFREPAIRER_BACKEND"] = "wasm";

it("on a backend without native TensorFlow training ends with the step budget, and all methods run", async () => {
  let notice = "";
  const { tf, name } = await backend({ onNotice: (text) => (notice = text) });
  expect(name).toBe("wasm");
  expect(notice).toContain("SLOW ENGINE");
  const task = prepare(simulate({ cells: 120 }), { nTopGenes: 40, draws: 2 });
  const model = await fitDae(task, { hidden: 8, bottleneck: 4, batchSize: 16, budget: "full", patience: 150 });
  expect(model.history.epochs.at(-1)!.step).toBe(PURE_JS_STEP_BUDGET.wasm);
  expect(model.history.stopped).toBe("step budget of a slow backend spent");
  const counts = await fitZinb(task, { hidden: 8, bottleneck: 4, batchSize: 16, epochs: 1 });
  const closed = [await fitRidge(task), await fitLinearFusion(task, { components: 5 }), await fitNearestCells(task)];
  for (const fitted of [model, counts, ...closed]) {
    const { mean } = await fitted.repair(task.degraded.test);
    expect(mean.shape).toEqual([24, 40]);
    expect(mean.data.every(Number.isFinite)).toBe(true);
  }
  model.dispose();
  counts.dispose();
  expect(tf.memory().numTensors).toBe(0);
});
