import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { KernelClient, resultOf, traceback } from "./kernel-client.js";
import { ROOT } from "./python.js";

const folder = mkdtempSync(join(tmpdir(), "diffrepairer-modules "));
const local = new KernelClient();
const packaged = new KernelClient();
const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
beforeAll(() => Promise.all([local.start(folder), packaged.start(join(ROOT, "notebooks"))]));
afterAll(async () => {
  await Promise.all([local.close(), packaged.close()]);
  rmSync(folder, { recursive: true });
});

test("builtins: default, named, renamed, namespace, type-only, side effect, dynamic", async () => {
  const code = `console.log("imports are hoisted:", join("a", "b"));
    import path, { join, sep as separator } from "node:path"; import * as os from "node:os"; import type { Stats } from "node:fs"; import "node:url";
    const { readFileSync } = await import("node:fs");
    [path.join === join, separator, typeof os.cpus, typeof readFileSync, import.meta.dirname === process.cwd(), typeof require("node:vm").Script]`;
  expect(resultOf(await local.execute(code))).toBe("[ true, '/', 'function', 'function', true, 'function' ]");
  expect(resultOf(await local.execute("join('c', 'd')"))).toBe("'c/d'");
});

test("packages: ESM-only, with top-level await, CommonJS", async () => {
  const code = `import { compile } from "vega-lite"; import h5wasm from "h5wasm/node"; import ts, { version } from "typescript";
    await h5wasm.ready; [typeof compile, typeof h5wasm.File, version === ts.version]`;
  expect(resultOf(await packaged.execute(code))).toBe("[ 'function', 'function', true ]");
});

test("this package is found by its own name", async () => {
  expect(resultOf(await packaged.execute(`(await import("diffrepairer/kernel")).KERNEL_NAME`))).toBe("'diffrepairer'");
});

test("local TypeScript and JSON, with their own lines in errors", async () => {
  write("deep.ts", "export const deep: number = 1;\n");
  write(
    "near.ts",
    'import { deep } from "./deep";\ninterface Erased { a: 1 }\nexport enum Kind { A = 5 }\nexport function near(x: number): number {\n  if (x < 0) throw new RangeError("negative");\n  return deep + x;\n}\n',
  );
  write("data.json", '{ "k": [1, 2] }');
  const code = "import { near, Kind } from './near.ts'; import data from './data.json'; [near(1), Kind.A, data.k]";
  expect(resultOf(await local.execute(code))).toBe("[ 2, 5, [ 1, 2 ] ]");
  expect(traceback(await local.execute("near(-1)"))).toMatch(/near \(.*near\.ts:5:20\)/);
});

test("an edit is seen on importing again, also in a file that an imported file imports", async () => {
  write("deep.ts", "export const deep: number = 100;\n");
  utimesSync(join(folder, "deep.ts"), new Date(), new Date(Date.now() + 5000));
  expect(resultOf(await local.execute("import { near } from './near'; near(1)"))).toBe("101");
});

test("what is missing is named, and how to get it", async () => {
  expect(traceback(await local.execute("import x from 'no-such-package'; x"))).toContain("npm install no-such-package");
  expect((await local.execute("import { nonsense } from 'node:fs'; nonsense()")).reply?.content["evalue"]).toContain(
    "nonsense",
  );
  expect((await local.execute("import './absent.ts'")).reply?.content["evalue"]).toContain("absent.ts");
});
