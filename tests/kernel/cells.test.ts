import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { tmpdir } from "node:os";
import { temporaryFolder } from "../helpers/temporary-folder.js";
import { KernelClient, printed, resultOf, traceback, type Received } from "./kernel-client.js";

const kernel = new KernelClient();
beforeAll(() => kernel.start(tmpdir()));
afterAll(() => kernel.close());

async function run(code: string, client = kernel): Promise<unknown> {
  const executed = await client.execute(code);
  expect(executed.reply?.content["status"], JSON.stringify(executed.reply?.content["traceback"])).toBe("ok");
  return resultOf(executed);
}

describe("a cell", () => {
  test.each([
    [
      "enum Level { Low = 1, High = Low << 2, Name = 'n'.length }; [Level.High, Level[1], Level.Name]",
      "[ 4, 'Name', 1 ]",
    ],
    ["const enum Fixed { A = 3 }; Fixed.A", "3"],
    ["namespace Outer { export namespace Inner { export const deep = 5 } }; Outer.Inner.deep", "5"],
    [
      "namespace Merged { export const a = 1 } namespace Merged { export const b = a + 1 } [Merged.a, Merged.b]",
      "[ 1, 2 ]",
    ],
    [
      "abstract class Shape { constructor(protected readonly side: number) {} abstract area(): number } class Square extends Shape { override area() { return this.side ** 2 } }; new Square(3).area()",
      "9",
    ],
    [
      "class Private { #x = 1; static made: number; static { Private.made = 2 } get x() { return this.#x } accessor y = 4 }; [new Private().x, Private.made, new Private().y]",
      "[ 1, 2, 4 ]",
    ],
    ["function pick<const T extends readonly unknown[]>(all: T): T[0] { return all[0] } pick(['first', 2])", "'first'"],
    ["const limits = { a: 1, b: 'x' } satisfies Record<string, number | string>; limits.a.toFixed(1)", "'1.0'"],
    [
      "function over(a: string): string; function over(a: number): number; function over(a: string | number) { return a } [over('a'), over(1)]",
      "[ 'a', 1 ]",
    ],
    [
      "const result = hoisted(); function hoisted() { return inner(); function inner() { return 'up' } } result",
      "'up'",
    ],
    [
      "type Pair<T> = [T, T]; interface Named { name: string } interface Named { age?: number } const pair: Pair<Named> = [{ name: 'a' }, { name: 'b', age: 1 }]; pair.length",
      "2",
    ],
    [
      "const [first, ...others] = [1, 2, 3]; const { length, ...more } = Object.assign([4], { x: 1 }); [first, others, length, more]",
      "[ 1, [ 2, 3 ], 1, { '0': 4, x: 1 } ]",
    ],
    ["let nothing: { a?: { b: number } } | undefined; nothing?.a?.b ?? 'none'", "'none'"],
    ["label: for (const i of [1, 2]) { for (;;) continue label }\n7 as number satisfies number", "7"],
    [
      "async function* numbers() { yield 1; yield 2 } const all: number[] = []; for await (const n of numbers()) all.push(n); all",
      "[ 1, 2 ]",
    ],
    [
      "(() => { try { (undefined as any).x; return 0 } catch { return (function (this: unknown) { return this })() === undefined } })()",
      "true",
    ],
  ])("may hold %s", async (code, shown) => {
    expect(await run(code)).toBe(shown);
  });

  test("is strict: names must be declared, and frozen things stay", async () => {
    const undeclared = await kernel.execute("// @types off\nundeclared = 1");
    expect(undeclared.reply?.content).toMatchObject({ ename: "ReferenceError" });
    expect((await kernel.execute("// @types off\nObject.freeze([1])[0] = 2")).reply?.content["ename"]).toBe(
      "TypeError",
    );
  });

  test("of 1 MB runs, and so do 300 of declarations, all of which the next one knows", async () => {
    expect(await run(`// @types off\nconst big = [${"123456789, ".repeat(95_000)}]; big.length`)).toBe("95000");
    const codes = Array.from({ length: 300 }, (_, i) => `let many${i} = ${i}; function of${i}() { return many${i} }`);
    const { replies } = await kernel.command<{ replies: Received[] }>("execute_all", { codes });
    expect(replies.every(({ content }) => content["status"] === "ok")).toBe(true);
    expect(await run("many0 + many299 + of150() + of299()")).toBe("748");
  });

  test("disposes what `using` holds, in reverse order and when it throws", async () => {
    await run("Symbol.dispose ?? Object.defineProperty(Symbol, 'dispose', { value: Symbol('dispose') })");
    await run(
      "Symbol.asyncDispose ?? Object.defineProperty(Symbol, 'asyncDispose', { value: Symbol('asyncDispose') })",
    );
    const code = `
      const log: string[] = [];
      const held = (name: string) => ({ [Symbol.dispose]() { log.push(name) }, async [Symbol.asyncDispose]() { log.push("async " + name) } });
      try { using a = held("a"); using b = held("b"); throw new Error("x") } catch { log.push("caught") }
      { await using c = held("c"); log.push("in") }
      log`;
    expect(await run(code)).toBe("[ 'b', 'a', 'caught', 'in', 'async c' ]");
  });

  test("has JSX, and decorators of the older kind, where the notebook's tsconfig.json asks for them", async () => {
    const folder = temporaryFolder();
    const compilerOptions = { jsx: "react", jsxFactory: "h", experimentalDecorators: true, target: "es2022" };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions }));
    const client = new KernelClient();
    onTestFinished(() => client.close());
    await client.start(folder);
    const jsx = `// @types off
      const h = (tag: string, attributes: object | null, ...children: unknown[]) => [tag, attributes, ...children];
      <b title="t">text {1 + 1}</b>`;
    expect(await run(jsx, client)).toBe("[ 'b', { title: 't' }, 'text ', 2 ]");
    const legacy = `
      const seen: unknown[] = [];
      function note(target: object, key: string) { seen.push([typeof target, key]) }
      class Noted { @note method() {} }
      seen`;
    expect(await run(legacy, client)).toBe("[ [ 'object', 'method' ] ]");
  });

  test("has the decorators of the language elsewhere", async () => {
    const code = `
      function named(_: unknown, context: ClassMemberDecoratorContext) { context.addInitializer(function () { (this as { made: unknown }).made = context.name }) }
      class Made { declare made: unknown; @named method() {} }
      new Made().made`;
    expect(await run(code)).toBe("'method'");
  });
});

describe("between cells", () => {
  test("timers run, and change what the next one sees", async () => {
    await run("let ticks = 0; const timer = setInterval(() => ticks++, 5); 0");
    await expect.poll(async () => Number(await run("ticks")), { timeout: 10_000 }).toBeGreaterThan(2);
    await run("clearInterval(timer)");
  });

  test("no other begins while one awaits", async () => {
    const codes = [
      "const order: string[] = []; await new Promise((done) => setTimeout(done, 200)); order.push('first')",
      "order.push('second')",
    ];
    await kernel.command("execute_all", { codes });
    expect(await run("order")).toBe("[ 'first', 'second' ]");
  });

  test("names change their type and their kind, as often as one likes", async () => {
    await run("let shape = 1");
    await run("const shape = 'text'");
    await run("function shape() { return 'called' }");
    expect(await run("shape()")).toBe("'called'");
    await run("class shape { x = 2 }");
    expect(await run("new shape().x")).toBe("2");
    await run("enum shape { A = 7 }");
    expect(await run("shape.A")).toBe("7");
    await run("import { sep as shape } from 'node:path'");
    expect(await run("shape")).toBe("'/'");
    await run("type shape = { only: 'type' }; interface other { a: 1 }");
    expect(await run("const typed: shape = { only: 'type' }; typed")).toBe("{ only: 'type' }");
  });

  test("const stays const in later cells, checked or not", async () => {
    await run("const fast = 1");
    const refused = await kernel.execute("fast = 2");
    expect(refused.reply?.content["ename"]).toBe("TypeScriptError");
    expect(traceback(refused)).toContain("TS2588");
    const unchecked = await kernel.execute("// @types off\nfast++");
    expect(unchecked.reply?.content).toMatchObject({ ename: "TypeError", evalue: "Assignment to constant variable." });
    expect(await run("fast")).toBe("1");
  });

  test("what was declared before a throw stays, functions and classes too", async () => {
    await kernel.execute(
      "// @types off\nlet a = 1; class B { x = 2 } const c = await 3; throw 0; let d = 4; function e() { return 5 }",
    );
    expect(await run("// @types off\n[a, new B().x, c, e()]")).toBe("[ 1, 2, 3, 5 ]");
    expect((await kernel.execute("// @types off\nd")).reply?.content["ename"]).toBe("ReferenceError");
  });
});

test("an empty cell and one of comments alone count, say nothing and stay ok", async () => {
  for (const code of ["", "   \n\t\n", "// only this", "/* and\nthis */"]) {
    const cell = await kernel.execute(code);
    expect(cell.reply?.content["status"]).toBe("ok");
    expect(cell.messages.map(({ type }) => type)).toEqual(["status", "execute_input", "status"]);
    expect(printed(cell, "stdout")).toBe("");
  }
});
