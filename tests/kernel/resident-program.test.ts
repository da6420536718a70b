import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { check } from "../../kernel/language/check.js";
import { complete } from "../../kernel/language/complete.js";
import { CellService } from "../../kernel/language/service.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "resident-"));
  writeFileSync(join(folder, "shared.ts"), "export const unit: string = 'kb'; export * from './deeper.js';\n");
  writeFileSync(join(folder, "deeper.ts"), "export const deep = 1;\n");
  const typed = join(folder, "node_modules", "typed");
  mkdirSync(typed, { recursive: true });
  writeFileSync(join(typed, "package.json"), '{ "name": "typed", "version": "1.0.0", "types": "index.d.ts" }');
  writeFileSync(join(typed, "index.d.ts"), "export declare function typed(n: number): string;\n");
  const untyped = join(folder, "node_modules", "untyped");
  mkdirSync(untyped, { recursive: true });
  writeFileSync(join(untyped, "package.json"), '{ "name": "untyped", "version": "1.0.0", "main": "index.js" }');
  writeFileSync(join(untyped, "index.js"), "exports.untyped = 1;\n");
});
afterAll(() => rmSync(folder, { recursive: true }));

const codesOf = (service: CellService, code: string): number[] => check(service, code).map((fault) => fault.code);
const programOf = (service: CellService) => service.openWhole("0").service.getProgram();

/** Cells in the order of a notebook; what is wrong is found when they are looked at with all those before. */
const NOTEBOOK = [
  "const n: number = 1; let text = 'a'; interface Row { id: number }",
  "const rows: Row[] = [{ id: n }]; rows.map(({ id }) => id.toFixed())",
  "rows[0].id = text",
  "class Box<T> { constructor(readonly value: T) {} map<U>(f: (value: T) => U) { return new Box(f(this.value)); } }",
  "new Box(n).map(String).value.toFixed()",
  "let n2 = new Box(rows).value; n2.push({ id: 'no' })",
  "const text = 3; text.toFixed()",
  "text.charAt(0)",
  'import { join } from "node:path"; join("a", 1)',
  'import { unit, deep } from "./shared.ts"; const sum: number = unit + deep',
  'import { typed } from "typed"; typed("one"); typed(1).length',
  'import { untyped } from "untyped"; untyped.anything',
  'import { missing } from "never-installed"; missing()',
  'const later = await import("./shared.js"); later.nothing',
  "n = 2",
  "function overloaded(a: string): string; function overloaded(a: number): number; function overloaded(a: any) { return a }",
  "overloaded(true)",
  "declare global { interface Array<T> { second(): T } }\n[1].second()",
  "rows.second().id",
  "rows.third()",
  "enum Mode { Fast, Exact }\nconst mode: Mode = Mode.Fast; mode === Mode.Exact",
  "const element = <div>{text}</div>",
  "_.first; const { a, ...rest } = { a: 1, b: 2 }; rest.a",
  "// @ts-expect-error\nconst wrong: string = 1",
  "// @ts-expect-error\nconst right: string = ''",
];

test("finds in every cell what a program of its own finds", () => {
  const resident = new CellService(folder);
  const found = NOTEBOOK.map((code, i) => {
    const faults = check(resident, code);
    const anew = new CellService(folder);
    NOTEBOOK.slice(0, i).forEach((before, j) => anew.add({ fileName: `cell-${j + 1}.ts`, code: before }));
    expect(faults, code).toEqual(check(anew, code));
    resident.add({ fileName: `cell-${i + 1}.ts`, code });
    return faults.length;
  });
  // Rightly: most are right, and each kind of wrong is found.
  expect(found.filter((count) => count > 0).length).toBeGreaterThan(10);
});

test("cells of builtins, earlier cells and what was imported before share one program", () => {
  const service = new CellService(folder);
  codesOf(service, 'import { typed } from "typed"; typed(1)');
  const program = programOf(service);
  service.add({ fileName: "cell-1.ts", code: "const one = 1;" });
  expect(codesOf(service, "one.length")).toEqual([2339]);
  expect(
    codesOf(service, 'import fs from "node:fs"; import { typed } from "typed"; fs.existsSync(typed(one))'),
  ).toEqual([]);
  expect(complete(service, { code: "one.toFi", cursor: 8 }).matches).toEqual(["toFixed"]);
  expect(programOf(service)).toBe(program);
  codesOf(service, 'import { unit } from "./shared.ts"; unit');
  expect(programOf(service)).not.toBe(program);
});

test("an edit of an imported file is seen", () => {
  const service = new CellService(folder);
  const file = join(folder, "edited.ts");
  const code = 'import { edited } from "./edited.ts"; edited.length';
  writeFileSync(file, "export const edited = 'text';\n");
  expect(codesOf(service, code)).toEqual([]);
  expect(codesOf(service, `${code};`)).toEqual([]);
  writeFileSync(file, "export const edited = 1;\n");
  utimesSync(file, new Date(), new Date(Date.now() + 5_000));
  expect(codesOf(service, `${code};;`)).toEqual([2339]);
});

describe("a cell that adds to the types of others", () => {
  const augmenting = "declare global { interface String { shout(): string } }\n'a'.shout(1)";

  test("adds nothing when it has not run", () => {
    const service = new CellService(folder);
    expect(codesOf(service, augmenting)).toEqual([2554]);
    expect(codesOf(service, "'a'.shout()")).toEqual([2339]);
  });

  test("adds them when it has, until all is forgotten", () => {
    const service = new CellService(folder);
    service.add({ fileName: "cell-1.ts", code: augmenting });
    expect(codesOf(service, "'a'.shout()")).toEqual([]);
    expect(codesOf(service, "'b'.shout()")).toEqual([]);
    service.clear();
    expect(codesOf(service, "'a'.shout()")).toEqual([2339]);
  });
});

test("cells that bear an earlier cell's file name after a restart are taken for what they are", () => {
  const service = new CellService(folder);
  service.add({ fileName: "cell-1.ts", code: "const value = 'text';" });
  expect(codesOf(service, "value.length")).toEqual([]);
  service.clear();
  service.add({ fileName: "cell-1.ts", code: "const value = 1;" });
  expect(codesOf(service, "value.length")).toEqual([2339]);
});

test("a program that has taken much text is made anew, and knows the same", () => {
  const service = new CellService(folder);
  service.add({ fileName: "cell-1.ts", code: "const kept = 1;" });
  const long = `/* ${"x".repeat(30_000)} */ kept.toFixed();`;
  codesOf(service, long);
  const program = programOf(service);
  codesOf(service, `${long};`);
  expect(programOf(service)).toBe(program);
  for (const i of [1, 2, 3]) codesOf(service, `${long} ${i}`);
  expect(programOf(service)).not.toBe(program);
  expect(codesOf(service, "kept.length")).toEqual([2339]);
});

test("a program is left to the next service of the same options, whatever its folder", () => {
  const options = join(folder, "other");
  mkdirSync(options);
  writeFileSync(join(options, "tsconfig.json"), '{ "compilerOptions": { "noUncheckedIndexedAccess": true } }');
  for (const [place, isSame] of [
    [tmpdir(), true],
    [options, false],
  ] as const) {
    const first = new CellService(join(folder, "nowhere"));
    codesOf(first, "1");
    const program = programOf(first);
    first.bequeath();
    const second = new CellService(place);
    expect(programOf(second) === program).toBe(isSame);
    expect(codesOf(second, "[1][0].toFixed()")).toEqual(isSame ? [] : [2532]);
  }
});
