import { expect, test } from "vitest";
import { CellModules } from "../../dist/kernel/language/cell-modules.js";
import { Recent } from "../../dist/kernel/recent.js";

test("Recent forgets what was used longest ago, by number and by size, and never the newest", () => {
  const recent = new Recent<number, string>({ entries: 3, size: 10, sizeOf: (text) => text.length });
  for (const key of [1, 2, 3]) recent.set(key, "ab");
  recent.get(1);
  recent.set(4, "ab");
  expect([1, 2, 3, 4].map((key) => recent.get(key))).toEqual(["ab", undefined, "ab", "ab"]);
  recent.set(5, "abcdefgh");
  expect([1, 3, 4, 5].map((key) => recent.get(key))).toEqual([undefined, undefined, "ab", "abcdefgh"]);
  recent.set(6, "longer than all bounds");
  expect([5, 6].map((key) => recent.get(key))).toEqual([undefined, "longer than all bounds"]);
  recent.set(6, "a");
  recent.set(7, "b");
  expect([6, 7].map((key) => recent.get(key))).toEqual(["a", "b"]);
});

test("the module of a cell is let go once all its names are declared anew, unless another's types come from it", () => {
  const modules = new CellModules();
  const add = (i: number, uses: string[] = []): void =>
    modules.add(`./cell-${i}`, { text: `text ${i}`, path: `/cell-${i}.ts`, uses });
  add(0);
  for (let i = 1; i < 200; i++) add(i, i === 199 ? ["./cell-7"] : []);
  const paths = modules.sweep(() => ["./cell-199", "./cell-0"]);
  expect(paths).toHaveLength(197);
  expect(paths).not.toContain("/cell-7.ts");
  expect(["text 0", "text 7", "text 8"].map((text) => modules.named(text))).toEqual([
    "./cell-0",
    "./cell-7",
    undefined,
  ]);
});
