import { describe, expect, it } from "vitest";
import { METHODS, prepare, type MethodId } from "../../../src/lib/repair/index.js";
import { SEARCH_SPACES, settingsToTry, type SearchSpace } from "../../../src/cli/tune/search-space.js";
import { simulate } from "../../helpers/simulate.js";

const space: SearchSpace = {
  values: { k: [1, 2, 3, 4], wide: [true, false] },
  fit: () => Promise.reject(new Error("not asked for")),
};

describe("settings to try", () => {
  it("begin with the defaults, and no other comes twice", () => {
    const settings = settingsToTry("some", space, 6, 0);
    expect(settings).toHaveLength(6);
    expect(settings[0]).toEqual({});
    expect(new Set(settings.map((one) => JSON.stringify(one))).size).toBe(6);
  });

  it("are the same for the same seed, and others for another", () => {
    expect(settingsToTry("some", space, 6, 3)).toEqual(settingsToTry("some", space, 6, 3));
    expect(settingsToTry("some", space, 6, 3)).not.toEqual(settingsToTry("some", space, 6, 4));
  });

  it("are all there are where the space is small", () => {
    expect(settingsToTry("some", space, 100, 0)).toHaveLength(9);
  });
});

describe("search spaces", () => {
  it("are of methods that exist, and name settings that these know", async () => {
    const task = prepare(simulate({ cells: 80, genes: 40 }), { nTopGenes: 30, draws: 1 });
    for (const [id, { values, fit }] of Object.entries(SEARCH_SPACES)) {
      expect(METHODS[id as MethodId], id).toBeDefined();
      for (const [name, [value]] of Object.entries(values)) {
        const repaired = async () => (await fit(task, { [name]: value!, misspelt: 1 }, {})).repair(task.test);
        // Settings are looked at in their order, so that a wrong name before it would be told instead.
        await expect(repaired(), `${id} ${name}`).rejects.toThrow('"misspelt"');
      }
    }
  });
});
