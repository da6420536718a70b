import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { KernelClient, printed, resultOf, traceback, type Executed } from "./kernel-client.js";

const folder = mkdtempSync(join(tmpdir(), "imports "));
const kernel = new KernelClient();
const write = (name: string, text: string | Uint8Array): void => {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
};
const evalue = ({ reply }: Executed): unknown => reply?.content["evalue"];
const value = async (code: string): Promise<unknown> => resultOf(await kernel.execute(`// @types off\n${code}`));

/** `export function add(a: i32, b: i32): i32`. */
const ADD = Buffer.from("0061736d0100000001070160027f7f017f030201000707010361646400000a09010700200020016a0b", "hex");

beforeAll(async () => {
  write("tsconfig.json", '{ "compilerOptions": { "baseUrl": ".", "paths": { "@app/*": ["./app/*"] } } }');
  write("app/lib.ts", "export const aliased: number = 5;");
  await kernel.start(folder);
});
afterAll(async () => {
  await kernel.close();
  rmSync(folder, { recursive: true });
});

describe("modules of every kind", () => {
  test("local files: .cts, .cjs and CommonJS .js with their named exports, .mts, .tsx, WebAssembly", async () => {
    write("c.cts", "export const cts: number = 1;");
    write("common.cjs", "module.exports = { two: 2, three() { return 3 } }");
    write("plain.js", "const { two } = require('./common.cjs'); module.exports = { four: two + 2 }");
    write("m.mts", "export const five: number = 5;");
    write("t.tsx", "const React = { createElement: (tag: string) => tag }; export const six = <six/>;");
    write("add.wasm", ADD);
    expect(
      await value("import { cts } from './c.cts'; import { two, three } from './common.cjs'; [cts, two, three()]"),
    ).toBe("[ 1, 2, 3 ]");
    expect(
      await value(
        "import { four } from './plain.js'; import { five } from './m.mts'; import { six } from './t.tsx'; [four, five, six]",
      ),
    ).toBe("[ 4, 5, 'six' ]");
    expect(await value("import { add } from './add.wasm'; add(3, 4)")).toBe("7");
  });

  test("packages: ESM-only with top-level await and an exports map", async () => {
    write("node_modules/esm/package.json", '{"name":"esm","type":"module","exports":{".":"./i.js","./sub":"./s.js"}}');
    write("node_modules/esm/i.js", "export const x = await Promise.resolve(4)");
    write("node_modules/esm/s.js", "export default 7");
    expect(await value("import { x } from 'esm'; import s from 'esm/sub'; [x, s, (await import('esm')).x]")).toBe(
      "[ 4, 7, 4 ]",
    );
  });

  test("tsconfig.json's paths and baseUrl hold at run time, in cells and in local files", async () => {
    write("app/user.ts", "import { aliased } from '@app/lib'; export const user = aliased + 1;");
    expect(await value("import { aliased } from '@app/lib'; import { user } from 'app/user'; [aliased, user]")).toBe(
      "[ 5, 6 ]",
    );
  });

  test("import.meta, type-only imports, and a dynamic import of a computed name", async () => {
    expect(
      await value("[import.meta.dirname === process.cwd(), import.meta.resolve('./m.mts').endsWith('/m.mts')]"),
    ).toBe("[ true, true ]");
    expect(await value("import type { Absent } from './absent'; (await import('./m' + '.mts')).five")).toBe("5");
  });
});

describe("an edit is seen on importing again", () => {
  test("through export * and cyclic imports, in JSON, by a rename that keeps the time", async () => {
    write("one.ts", "export * from './two';");
    write("two.ts", "import { back } from './three.js'; export * from './three.js'; export const two = () => back;");
    write("three.ts", "import { two } from './two'; export const back = 1; export const both = () => two();");
    expect(await value("import { both } from './one'; both()")).toBe("1");
    write("next.ts", readFileSync(join(folder, "three.ts"), "utf8").replace("back = 1", "back = 2"));
    const then = new Date(1e12);
    utimesSync(join(folder, "three.ts"), then, then);
    utimesSync(join(folder, "next.ts"), then, then);
    renameSync(join(folder, "next.ts"), join(folder, "three.ts"));
    expect(await value("import { both } from './one'; both()")).toBe("2");
    write("data.json", '{ "n": 1 }');
    expect(await value("import data from './data.json'; data.n")).toBe("1");
    write("data.json", '{ "n": 2 }');
    expect(await value("import data from './data.json'; data.n")).toBe("2");
  });

  test("and on requiring again: CommonJS, what it requires, JSON, TypeScript", async () => {
    const all = "[require('./outer.js'), require('./data.json').n, require('./typed.ts').typed]";
    write("inner.js", "module.exports = 1");
    write("outer.js", "module.exports = require('./inner.js')");
    write("typed.ts", "export const typed: number = 1;");
    expect(await value(all)).toBe("[ 1, 2, 1 ]");
    expect(await value("const kept = require('./outer.js'); import outer from './outer.js'; outer")).toBe("1");
    write("inner.js", "module.exports = 20");
    write("data.json", '{ "n": 30 }');
    write("typed.ts", "export const typed: number = 40;");
    expect(await value(all)).toBe("[ 20, 30, 40 ]");
    expect(await value("import outer from './outer.js'; outer")).toBe("20");
  });

  test("while an unedited file stays the module it was", async () => {
    write("state.ts", "export const state = { n: 0 };");
    await kernel.execute("import { state } from './state'; state.n = 5");
    expect(await value("import { state } from './state'; state.n")).toBe("5");
  });
});

describe("what is missing is named, with its place and what to do", () => {
  test.each([
    ["import 'no-such/deep'", "Cannot find package 'no-such' imported from cell", 'await install("no-such")'],
    ["import '@no/such/deep'", "'@no/such'", 'await install("@no/such")'],
    ["await import('nowhere')", "'nowhere'", "npm install nowhere"],
    ["import './thre'", "thre'", 'Did you mean "./three.ts"?'],
    ["import './nodir/x'", "nodir/x'", "There is no folder"],
    ["import 'm.mts'", "'m.mts'", 'imported by its path: "./m.mts"'],
    ["import 'node:fss'", "node:fss", 'Did you mean "node:fs"?'],
    ["import 'fss'", "'fss'", 'Did you mean "node:fs"?'],
    ["import 'esm/other'", "'./other' is not defined", 'The package lets import: "esm", "esm/sub"'],
    ["require('nothing')", "Cannot find module 'nothing'", 'await install("nothing")'],
  ])("%s", async (code, message, advice) => {
    // baseUrl makes a bare name a file's: this one is asked for in a folder without it.
    const failed = await elsewhere.execute(code);
    expect(evalue(failed)).toContain(message);
    expect(traceback(failed)).toContain(advice);
    expect(traceback(failed)).toMatch(/at cell \[\d+\], line 1, column \d+\n> 1 \| /);
    expect(traceback(failed)).not.toMatch(/node:internal|loader\.js|Require stack/);
  });

  test("an export that is not there", async () => {
    expect(evalue(await elsewhere.execute("import { nope } from 'esm'; nope"))).toContain("an export named 'nope'");
  });

  const elsewhere = new KernelClient();
  const other = mkdtempSync(join(tmpdir(), "missing-"));
  beforeAll(async () => {
    for (const name of ["three.ts", "m.mts"]) writeFileSync(join(other, name), "export {}");
    mkdirSync(join(other, "node_modules/esm"), { recursive: true });
    writeFileSync(
      join(other, "node_modules/esm/package.json"),
      '{"name":"esm","type":"module","exports":{".":"./i.js","./sub":"./i.js"}}',
    );
    writeFileSync(join(other, "node_modules/esm/i.js"), "export const x = 1");
    await elsewhere.start(other);
  });
  afterAll(async () => {
    await elsewhere.close();
    rmSync(other, { recursive: true });
  });
});

describe("install", () => {
  test("adds a package to the notebook's folder, with progress; it and its types are found at once", async () => {
    write("pack/package.json", '{ "name": "packed", "version": "1.0.0", "main": "i.js", "types": "i.d.ts" }');
    write("pack/i.js", "exports.packed = 1");
    write("pack/i.d.ts", "export const packed: number;");
    expect(evalue(await kernel.execute("import { packed } from 'packed'; packed"))).toContain("'packed'");
    const cell = await kernel.execute('await install("./pack")');
    expect(cell.reply?.content["status"]).toBe("ok");
    expect(printed(cell, "stdout")).toMatch(/^Installing with npm in .*\n[^]*added 1 package/);
    expect(cell.messages.filter(({ type }) => /display_data$/.test(type)).length).toBeGreaterThan(1);
    expect(resultOf(await kernel.execute("import { packed } from 'packed'; packed"))).toBe("1");
    const typed = async () => evalue(await kernel.execute("packed.toUpperCase()"));
    await expect.poll(typed, { timeout: 60_000 }).toContain("TS2339");
    expect(JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))).toHaveProperty("dependencies.packed");
  });

  test("says what the tool said when it fails, and what it takes", async () => {
    const failed = await kernel.execute('await install("./not-there")');
    expect(evalue(failed)).toMatch(/^npm could not install \.\/not-there: exit code \d+\nnpm error/);
    expect(evalue(await kernel.execute('await install("--global")'))).toContain('not "--global"');
    expect(traceback(await kernel.execute("%npm install a b"))).toContain('await install("a", "b")');
  });
});
