import { describe, expect, it } from "vitest";
import { random } from "../../../src/lib/stats/index.js";

describe("arrays of random numbers", () => {
  const sizes = [0, 1, 5, 63, 64, 65, 1000, 1001, 1024, 5000, 3];

  it("are normal numbers as drawn one by one, whatever the sizes of the arrays", () => {
    const [whole, single] = [random(3, "normal"), random(3, "normal")];
    for (const size of sizes) {
      const filled = whole.fillNormal(new Float32Array(size));
      expect(filled).toEqual(Float32Array.from({ length: size }, () => single.normal()));
    }
    expect(whole.uniform()).toBe(single.uniform());
  });

  it("are uniform numbers as drawn in short arrays", () => {
    const [whole, short] = [random(3, "uniform"), random(3, "uniform")];
    for (const size of [...sizes, 2047, 2048, 2049, 4096]) {
      const filled = whole.fillUniform(new Float32Array(size));
      expect(filled).toEqual(Float32Array.from({ length: size }, () => short.fillUniform(new Float32Array(1))[0]!));
    }
    expect(whole.integer(1000)).toBe(short.integer(1000));
  });

  it("of streams drawn in turn do not disturb one another", () => {
    const fill = (seed: number, draw: (array: Float32Array) => void) => {
      const array = new Float32Array(200);
      draw(array);
      return { seed, array };
    };
    const [a, b] = [random(1, "a"), random(2, "b")];
    const turns = [fill(1, a.fillNormal), fill(2, b.fillUniform), fill(1, a.fillNormal), fill(2, b.fillUniform)];
    for (const [seed, name, draw] of [
      [1, "a", "fillNormal"],
      [2, "b", "fillUniform"],
    ] as const) {
      const alone = random(seed, name);
      for (const { array } of turns.filter((turn) => turn.seed === seed)) {
        expect(alone[draw](new Float32Array(200))).toEqual(array);
      }
    }
  });
});
