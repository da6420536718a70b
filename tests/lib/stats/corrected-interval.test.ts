import { describe, expect, it } from "vitest";
import { correctedInterval, meanInterval } from "../../../src/lib/stats/index.js";

describe("correctedInterval", () => {
  const values = [0.71, 0.73, 0.7, 0.74];

  it("is Student's interval where test sets are nothing beside training sets", () => {
    const { mean, low, high } = correctedInterval(values, 0);
    const plain = meanInterval(values);
    expect(mean).toBeCloseTo(0.72, 12);
    expect(low).toBeCloseTo(plain.low, 12);
    expect(high).toBeCloseTo(plain.high, 12);
  });

  it("is wider by √(1 + n · test / train)", () => {
    const ratio = 2 / 7;
    const reach = ({ low, high }: { low: number; high: number }) => high - low;
    const wider = reach(correctedInterval(values, ratio)) / reach(correctedInterval(values, 0));
    expect(wider).toBeCloseTo(Math.sqrt(1 + 4 * ratio), 12);
    expect(correctedInterval(values, ratio).sd).toBeCloseTo(Math.sqrt((1e-4 + 1e-4 + 4e-4 + 4e-4) / 3), 12);
  });

  it("has no ends for one split, leaves NaN out, and refuses nonsense", () => {
    expect(correctedInterval([3, NaN], 0.3)).toEqual({ mean: 3, sd: NaN, low: NaN, high: NaN });
    expect(correctedInterval([], 0.3).mean).toBeNaN();
    expect(() => correctedInterval(values, -1)).toThrow("testOverTrain");
    for (const level of [0, 1, 95]) expect(() => correctedInterval(values, 0.3, level)).toThrow("level");
  });
});
