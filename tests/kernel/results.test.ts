import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CellService } from "../../kernel/language/service.js";
import { check } from "../../kernel/language/check.js";
import { KernelClient, printed, resultOf } from "./kernel-client.js";

const folder = mkdtempSync(join(tmpdir(), "results-"));
const kernel = new KernelClient({ DIFFREPAIRER_TYPES: "off" });
beforeAll(() => kernel.start(folder));
afterAll(async () => {
  await kernel.close();
  rmSync(folder, { recursive: true });
});

const run = async (code: string): Promise<unknown> => {
  const executed = await kernel.execute(code);
  expect(executed.reply?.content["status"], JSON.stringify(executed.reply?.content["traceback"])).toBe("ok");
  return resultOf(executed);
};

describe("the last expression's value", () => {
  test.each([
    ["Symbol('s')", "Symbol(s)"],
    ["(function named() {})", "[Function: named]"],
    ["class Point<T> {}; Point", "[class Point]"],
    ["new Date(0)", "1970-01-01T00:00:00.000Z"],
    ["/a+/gi", "/a+/gi"],
    ["new Set([1, [2]])", "Set(2) { 1, [ 2 ] }"],
    ["new (class Cell { id = 1 })()", "Cell { id: 1 }"],
    ["const ring: any = { a: 1 }; ring.self = ring; ring", "<ref *1> { a: 1, self: [Circular *1] }"],
    ["({ get quiet() { throw new Error('read') } })", "{ quiet: [Getter] }"],
    ["(async () => ({ late: await 1 }))()", "{ late: 1 }"],
    ["[Promise.resolve(1), new Promise(() => {})]", "[ Promise { 1 }, Promise { <pending> } ]"],
    ["({ a: { b: { c: { d: { e: { f: 1 } } } } } })", /e: \[Object\]/],
  ])("%s is shown as %s", async (code, shown) => {
    const text = String(await run(code)).replace(/\s+/g, " ");
    if (typeof shown === "string") expect(text).toBe(shown);
    else expect(text).toMatch(shown);
  });

  test("an error is a value like others: with its cell's own place, its cause and its fields", async () => {
    const text = await run("Object.assign(new TypeError('outer', { cause: new Error('inner') }), { code: 7 })");
    expect(text).toMatch(/^TypeError: outer\n\s+at cell \[\d+\]:1:15/);
    expect(text).toMatch(/code: 7/);
    expect(text).toMatch(/\[cause\]: Error: inner/);
  });

  test("no trap of a Proxy runs", async () => {
    const executed = await kernel.execute(
      "new Proxy({ a: 1 }, new Proxy({}, { get(_, trap) { console.log('trap', trap) } }))",
    );
    expect(resultOf(executed)).toBe("{ a: 1 }");
    expect(printed(executed, "stdout")).toBe("");
  });

  test("a value whose own inspect throws is told, and shown without it", async () => {
    const executed = await kernel.execute(
      "({ a: 1, [Symbol.for('nodejs.util.inspect.custom')]() { throw new Error('no text') } })",
    );
    expect(executed.reply?.content["status"]).toBe("ok");
    expect(printed(executed, "stderr")).toContain("no text");
    expect(resultOf(executed)).toContain("a: 1");
  });

  test("a value that cannot be shown at all stops nothing", async () => {
    expect(await run("({ get [Symbol.toStringTag]() { throw new Error('no tag') } })")).toContain("cannot be shown");
    const revoked = "const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); proxy";
    expect(await run(revoked)).toBe("<Revoked Proxy>");
  });

  test("a representation that is no JSON is told, and the value shown as text", async () => {
    const executed = await kernel.execute("({ [Symbol.for('Jupyter.display')]: () => ({ 'application/json': 1n }) })");
    expect(printed(executed, "stderr")).toContain("BigInt");
    expect(resultOf(executed)).toContain("Jupyter.display");
  });

  test("of user expressions comes in all its representations", async () => {
    const { reply } = await kernel.execute("", {
      user_expressions: {
        late: "Promise.resolve(new Map([[1, null]]))",
        rich: "({ [Symbol.for('Jupyter.display')]: () => ({ 'text/html': '<b>1</b>' }) })",
        nothing: "undefined",
        broken: "({ [Symbol.for('Jupyter.display')]() { throw new Error('no') } })",
      },
    });
    expect(reply?.content["user_expressions"]).toMatchObject({
      late: { status: "ok", data: { "text/plain": "Map(1) { 1 => null }" } },
      rich: { status: "ok", data: { "text/html": "<b>1</b>" } },
      nothing: { status: "ok", data: {} },
      broken: { status: "ok", data: { "text/plain": expect.stringContaining("Jupyter.display") as string } },
    });
  });
});

describe("a large value has a short text", () => {
  test.each([
    ["Array.from({ length: 1e7 }, (_, i) => i)", "... 9999900 more items"],
    ["const holes = new Array(1e7).fill(1); delete holes[3]; holes", "... 9999900 more items"],
    ["const wide: any = {}; for (let i = 0; i < 1e6; i++) wide['k' + i] = i; wide", "... 999700 more properties"],
    ["({ wide })", "wide: [Object]"],
    ["new Set(wide ? Array.from({ length: 1e5 }, (_, i) => i) : [])", "... 99900 more items"],
    ["'x'.repeat(1e7)", "... 9990000 more characters"],
    ["let deep: any = {}; for (let i = 0; i < 1e5; i++) deep = { deep }; deep", "[Object]"],
    [
      "const row = Array.from({ length: 100 }, () => 1); [1, 2, 3].reduce((x: any) => row.map(() => x), row)",
      "[Array]",
    ],
  ])("%s", async (code, left) => {
    const text = String(await run(code));
    expect(text).toContain(left);
    expect(text.length).toBeLessThan(200_000);
  });
});

describe("earlier results", () => {
  test("are _ , __ and ___, and _N by execution count", async () => {
    const first = await kernel.execute("({ first: 1 })");
    await run("console.log('nothing of its own')");
    await run("Promise.resolve('second')");
    await kernel.execute("throw new Error('none')");
    expect(await run("[_, __]")).toBe("[ 'second', { first: 1 } ]");
    expect(await run("[___, __ === ___]")).toBe("[ { first: 1 }, false ]");
    expect(await run(`_${String(first.reply?.content["execution_count"])}.first`)).toBe("1");
    expect(await run("null")).toBe("null");
    expect(await run("_")).toBe("null");
  });

  test("are not those of silent cells, of user expressions and of displays", async () => {
    await run("'kept'");
    await kernel.execute("'silent'", { silent: true });
    await kernel.execute("", { user_expressions: { a: "'asked'" } });
    await run("display.html('shown')");
    const { reply } = await kernel.execute("", { user_expressions: { last: "_" } });
    expect(reply?.content["user_expressions"]).toMatchObject({ last: { data: { "text/plain": "'kept'" } } });
  });

  test("beyond the last 50 numbered ones are let go", async () => {
    const { reply } = await kernel.execute("'old'");
    const name = `_${String(reply?.content["execution_count"])}`;
    await kernel.command("execute_all", { codes: Array.from({ length: 49 }, (_, i) => String(i)) });
    expect(await run(`typeof ${name}`)).toBe("'string'");
    expect(await run(`typeof ${name}`)).toBe("'undefined'");
  });

  test("give way to what a cell declares or assigns", async () => {
    await run("import __ from 'node:path'; var ___ = 'mine'; 5");
    expect(await run("[__.sep, ___]")).toBe("[ '/', 'mine' ]");
    await run("_ = 'assigned'; 6");
    expect(await run("_")).toBe("'assigned'");
    const count = Number((await kernel.execute("7")).reply?.content["execution_count"]);
    await run(`const _${count} = 'declared'`);
    expect(await run(`_${count}`)).toBe("'declared'");
    await run("let _ = 'declared'; 8");
    expect(await run("_")).toBe("'declared'");
  });
});

describe("types of earlier results", () => {
  const typed = (...cells: string[]) => {
    const service = new CellService(folder);
    cells.forEach((code, i) => {
      service.add({ fileName: `cell-${i + 1}.ts`, code });
      service.add({ fileName: `cell-${i + 1}.ts`, code, result: { count: i + 1 } });
    });
    return (code: string) => check(service, code).map(({ code: number }) => number);
  };

  test("are those of the expressions, promises resolved", () => {
    const faults = typed(
      "class Cell { #id = 1; n = 2 }\nconst cell = new Cell(); cell",
      "Promise.resolve('text')",
      "1 + 1",
    );
    expect(faults("const n: number = _; const s: string = __; const c: Cell = ___; _1.n + _2.length")).toEqual([]);
    expect(faults("_.length")).toEqual([2339]);
    expect(faults("const wrong: string = _1.n")).toEqual([2322]);
  });

  test("stop a cell that uses a result wrongly", async () => {
    const { reply } = await kernel.execute("['text']");
    const wrong = `// @types error\n_${String(reply?.content["execution_count"])}[0].toFixed()`;
    const until = Date.now() + 60_000;
    let executed = await kernel.execute(wrong);
    while (executed.reply?.content["ename"] !== "TypeScriptError" && Date.now() < until)
      executed = await kernel.execute(wrong);
    expect(executed.reply?.content["evalue"]).toContain("'toFixed' does not exist on type 'string'");
  });

  test("of what is no result are any", () => {
    expect(typed("1")("_9.anything + __.anything")).toEqual([]);
  });

  test("do not disturb a name that a cell declares", () => {
    expect(typed("1", "import _ from 'node:path'; _.sep")("_.sep.length")).toEqual([]);
    expect(typed("1")("const _ = { own: 1 }; _.own")).toEqual([]);
    expect(typed("1")("[[1]].map((_) => _.length)")).toEqual([]);
  });
});

test("patched built-ins leave values their text and displays their output", async () => {
  await run(
    "String.prototype.replace = Array.prototype.every = Array.prototype.map = Object.keys = Map.prototype.entries = null as never; globalThis.Symbol = Object.getOwnPropertyDescriptor = Promise.prototype.then = null as never; 1",
  );
  expect(await run("({ a: [new Set([1])] })")).toBe("{ a: [ Set(1) { 1 } ] }");
  expect(await run("Promise.resolve([1])")).toBe("[ 1 ]");
  const shown = await kernel.execute("display(new Map([[1, { b: 2 }]]))");
  expect(shown.messages.find(({ type }) => type === "display_data")?.content["data"]).toEqual({
    "text/plain": "Map(1) { 1 => { b: 2 } }",
  });
});
