import { describe, expect, it } from "vitest";
import { METHODS, prepare, type RepairMethod } from "../../../src/lib/repair/index.js";
import { SEARCH_SPACES } from "../../../src/cli/tune/search-space.js";
import { TUNED, TUNED_METHODS } from "../../../src/cli/tune/tuned-methods.js";
import { simulate } from "../../helpers/simulate.js";

describe("tuned methods", () => {
  it("are all methods, with settings out of their search spaces", () => {
    expect(Object.keys(TUNED_METHODS)).toEqual(Object.keys(METHODS));
    for (const [id, settings] of Object.entries(TUNED)) {
      const { values } = SEARCH_SPACES[id.replace("-known", "")]!;
      for (const [name, value] of Object.entries(settings)) expect(values[name], `${id} ${name}`).toContain(value);
    }
  });

  it("are fitted with these settings, and with their own training", async () => {
    const task = prepare(simulate({ cells: 120, genes: 50 }), { nTopGenes: 40, draws: 2 });
    const parameters = async (method: RepairMethod) => (await method.fit(task, { budget: "trial" })).parameters;
    // 40 → 1024 → 128 → 1024 → 40 with biases.
    expect(await parameters(TUNED_METHODS["dae"]!)).toBe(41 * 1024 + 1025 * 128 + 129 * 1024 + 1025 * 40);
    // More components were found best than there are genes.
    expect(await parameters(TUNED_METHODS["pca"]!)).toBeGreaterThan(0);
    const known = await TUNED_METHODS["linear-fusion-known"]!.fit(task);
    expect(known.label).toBe("Linear fusion, severity known");
  });
});
