import { describe, expect, it } from "vitest";
import { partOptions, resolveOptions } from "../../src/lib/options.js";

describe("options", () => {
  it("take the defaults where they are not given, or given as undefined", () => {
    expect(resolveOptions("verb", { a: undefined, b: 0 }, { a: 1, b: 2 })).toEqual({ a: 1, b: 0 });
  });

  it("that are unknown are refused with those that are known", () => {
    expect(() => resolveOptions("pp.verb", { c: 3 } as object, { a: 1, b: 2 })).toThrow(
      'pp.verb: unknown option "c"; options: a, b',
    );
  });

  it("are parted into a function's own, completed, and the rest, untouched", () => {
    const { own, rest } = partOptions<{ a: number; b: number }, { c?: number }>({ b: 5, c: 7 }, { a: 1, b: 2 });
    expect(own).toEqual({ a: 1, b: 5 });
    expect(rest).toEqual({ c: 7 });
    expect(partOptions({ a: undefined } as { a?: number }, { a: 1 }).own).toEqual({ a: 1 });
  });
});
