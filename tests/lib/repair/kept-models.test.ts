import { readdirSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it, vi, afterEach } from "vitest";
import { fitDae, fitDiffRepairer, prepare, type TrainingOptions } from "../../../src/lib/repair/index.js";
import { simulate } from "../../helpers/simulate.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

const task = prepare(simulate({ cells: 120, genes: 40 }), { nTopGenes: 30, draws: 2 });
const small = { hidden: 8, bottleneck: 4, budget: "trial" } as const;

let cache: string;
beforeEach(() => {
  cache = temporaryFolder();
  vi.stubEnv("DIFFREPAIRER_CACHE", cache);
});
afterEach(() => void vi.unstubAllEnvs());

const kept = () => readdirSync(join(cache, "trained")).sort();

/** The repaired test cells, and whether a training was seen. */
async function fitted(options: TrainingOptions & { hidden?: number } = {}, data = task) {
  let trained = false;
  const model = await fitDae(data, { ...small, keep: true, onProgress: () => (trained = true), ...options });
  const { mean } = await model.repair(task.degraded.test);
  model.dispose();
  return { values: mean.data, trained, history: model.history };
}

describe("a network that is to be kept", () => {
  it("is trained once, and repairs the same from then on, its history beside it", async () => {
    const first = await fitted();
    const second = await fitted();
    expect([first.trained, second.trained]).toEqual([true, false]);
    expect(second.values).toEqual(first.values);
    expect(second.history).toEqual(first.history);
    expect(kept()).toHaveLength(1);
  });

  it("is another where settings, seed or data are others", async () => {
    await fitted();
    const other = prepare(simulate({ cells: 120, genes: 40, seed: 1 }), { nTopGenes: 30, draws: 2 });
    for (const again of [await fitted({ seed: 5 }), await fitted({ hidden: 9 }), await fitted({ learningRate: 0.1 })]) {
      expect(again.trained).toBe(true);
    }
    await fitDae(other, { ...small, keep: true }).then((model) => model.dispose());
    expect(kept()).toHaveLength(5);
  });

  it("is trained anew where what was kept is damaged", async () => {
    const first = await fitted();
    writeFileSync(join(cache, "trained", kept()[0]!, "model.safetensors"), "damaged");
    const second = await fitted();
    expect(second.trained).toBe(true);
    expect(second.values).toEqual(first.values);
    expect((await fitted()).trained).toBe(false);
  });

  it("stays while there is room, and goes when later ones need it", async () => {
    for (let seed = 0; seed < 22; seed++) await fitted({ seed });
    expect(kept()).toHaveLength(22);
    const [large] = kept();
    truncateSync(join(cache, "trained", large!, "model.safetensors"), 1e9);
    utimesSync(join(cache, "trained", large!, "model.json"), 1, 1);
    await fitted({ seed: 22 });
    expect(kept()).toHaveLength(22);
    expect(kept()).not.toContain(large);
    expect((await fitted({ seed: 22 })).trained).toBe(false);
  });

  it("is there all the same where it cannot be kept, and that is said", async () => {
    const notices: string[] = [];
    vi.spyOn(process, "emitWarning").mockImplementation((notice) => void notices.push(String(notice)));
    writeFileSync(join(cache, "trained"), "a file in the way");
    expect((await fitted()).values).toHaveLength(task.test.nObs * 30);
    expect(notices.join()).toMatch(/the trained DAE is not kept: /);
    vi.restoreAllMocks();
  });

  it("is not kept unless asked", async () => {
    await fitted({ keep: false });
    expect(readdirSync(cache)).toEqual([]);
  });

  it("may be a DiffRepairer, whose severities are estimated as before", async () => {
    const fit = () =>
      fitDiffRepairer(task, { budget: "trial", context: "mlp", width: 8, feedForward: 16, components: 4, keep: true });
    const [a, b] = [await fit(), await fit()];
    const [first, second] = [await a.repair(task.degraded.test), await b.repair(task.degraded.test)];
    expect(second.mean.data).toEqual(first.mean.data);
    expect(second.sd!.data).toEqual(first.sd!.data);
    for (const model of [a, b]) model.dispose();
  });
});
