import { tmpdir } from "node:os";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { KernelClient, printed, resultOf, traceback, type Received } from "./kernel-client.js";

const kernel = new KernelClient();
const run = async (code: string): Promise<unknown> => {
  const executed = await kernel.execute(code);
  expect(executed.reply?.content["status"], JSON.stringify(executed.reply?.content["traceback"])).toBe("ok");
  return resultOf(executed);
};

beforeAll(() => kernel.start(tmpdir()));
afterAll(() => kernel.close());

describe("values", () => {
  test.each([
    ["1 + 1", "2"],
    ["'text'", "'text'"],
    ["null", "null"],
    ["[1, { a: [2] }]", "[ 1, { a: [ 2 ] } ]"],
    ["{ a: 1 }", "{ a: 1 }"],
    ["new Map([[1, 2]])", "Map(1) { 1 => 2 }"],
    ["new Float32Array([1, 2])", "Float32Array(2) [ 1, 2 ]"],
    ["10n ** 20n", "100000000000000000000n"],
    ["Promise.resolve(3)", "3"],
    ["await Promise.resolve(4)", "4"],
    ["for (const x of [1]) {}\n5; // last", "5"],
  ])("%s is shown as %s", async (code, shown) => {
    expect(await run(code)).toBe(shown);
  });

  test.each([
    "undefined",
    "",
    "  \n",
    "// comment",
    "let quiet = 1",
    "function nothing() {}",
    "interface Nothing { a: 1 }",
  ])("%j shows nothing", async (code) => {
    expect(await run(code)).toBeUndefined();
  });
});

describe("names across cells", () => {
  test("are shared, changed and redeclared with another type", async () => {
    await run("let n: number = 1; function readN() { return n }");
    expect(await run("n += 1; readN()")).toBe("2");
    await run("let n = 'text'; const [p, { q }] = [1, { q: 2 }] as const");
    expect(await run("[readN(), p, q]")).toBe("[ 'text', 1, 2 ]");
  });

  test("constants stay constant, and can be declared anew", async () => {
    await run("const fixed = 1");
    const refused = await kernel.execute("// @ts-nocheck\nfixed = 2");
    expect(refused.reply?.content["ename"]).toBe("TypeError");
    expect(await run("const fixed = 3; fixed")).toBe("3");
  });

  test("declared before a throw are kept, later ones say so", async () => {
    await kernel.execute("let before = 1; throw new Error('stop'); let after = 2");
    expect(await run("before")).toBe("1");
    expect((await kernel.execute("after")).reply?.content["ename"]).toBe("ReferenceError");
  });

  test("of classes, enums, namespaces and functions hoisted within the cell", async () => {
    expect(await run("const early = late(); function late() { return 7 }\nearly")).toBe("7");
    await run(
      "enum Colour { Red, Green } class Base { constructor(readonly x = 1) {} } namespace Space { export const y = 2 }",
    );
    expect(await run("class Derived extends Base {} [Colour.Green, new Derived().x, Space.y]")).toBe("[ 1, 1, 2 ]");
    await run("enum Colour { Blue = 9 }");
    expect(await run("Colour")).toBe("{ '9': 'Blue', Blue: 9 }");
  });

  test("do not reach libraries or globals", async () => {
    expect(await run("class Map {}; const { Map: global } = globalThis; new global() instanceof Map")).toBe("false");
  });

  test("loops, closures and destructuring keep the language's scopes", async () => {
    expect(
      await run(
        "let i = 'outer'; const seen = []; for (let i = 0; i < 2; i++) seen.push(() => i); [i, ...seen.map((f) => f())]",
      ),
    ).toBe("[ 'outer', 0, 1 ]");
    expect(await run("var total = 0; for (var k = 0; k < 3; k++) { var total = total + k }\n({ total, k })")).toBe(
      "{ total: 3, k: 3 }",
    );
    expect(await run("const f = () => 1; class K { static s = 2 } const g = class { }; [f.name, K.name, g.name]")).toBe(
      "[ 'f', 'K', 'g' ]",
    );
  });
});

test("decorators, using, generics, satisfies and overloads run", async () => {
  const code = `
    function twice<T extends (...a: never[]) => number>(f: T, _: unknown) { return function (this: unknown) { return 2 * f.call(this as never) } as unknown as T }
    class Counter { @twice count() { return 21 } }
    const log: string[] = [];
    { using held = { [Symbol.dispose]() { log.push("disposed") } }; log.push("held") }
    function over(a: string): string; function over(a: number): number; function over(a: unknown) { return a }
    const table = { a: 1 } satisfies Record<string, number>;
    [new Counter().count(), log, over(table.a)]`;
  expect(
    await run(`if (!Symbol.dispose) Object.defineProperty(Symbol, "dispose", { value: Symbol("dispose") });${code}`),
  ).toBe("[ 42, [ 'held', 'disposed' ], 1 ]");
});

test("counts, store_history, silent, user_expressions", async () => {
  const first = await kernel.execute("1");
  const count = first.reply?.content["execution_count"] as number;
  const silent = await kernel.execute("console.log('heard'); 2", { silent: true });
  expect(resultOf(silent)).toBeUndefined();
  expect(printed(silent, "stdout")).toBe("heard\n");
  expect(silent.messages.some(({ type }) => type === "execute_input")).toBe(false);
  const unstored = await kernel.execute("3", { store_history: false });
  expect(unstored.reply?.content["execution_count"]).toBe(count);
  const { reply } = await kernel.execute("4", { user_expressions: { good: "20 + 1", bad: "missing" } });
  expect(reply?.content["execution_count"]).toBe(count + 1);
  expect(reply?.content["user_expressions"]).toMatchObject({
    good: { status: "ok", data: { "text/plain": "21" } },
    bad: { status: "error", ename: "ReferenceError" },
  });
});

test("an error aborts the cells queued behind it, and no later one", async () => {
  const codes = ["await new Promise((done) => setTimeout(done, 200)); throw new Error('first')", "2", "3"];
  const { ids, replies, messages } = await kernel.command<{
    ids: string[];
    replies: { content: { status: string } }[];
    messages: Received[];
  }>("execute_all", { codes });
  expect(replies.map(({ content }) => content.status)).toEqual(["error", "aborted", "aborted"]);
  const idles = messages.filter(({ content }) => content["execution_state"] === "idle");
  expect(idles.map(({ parent }) => parent)).toEqual(ids);
  expect(await run("4")).toBe("4");
});

test("with stop_on_error false the queue runs on", async () => {
  const failed = await kernel.execute("throw 1", { stop_on_error: false });
  expect(failed.reply?.content["status"]).toBe("error");
  expect(traceback(failed)).toContain("Uncaught 1");
});

test("200 cells at once run in order", async () => {
  const codes = ["let order = ''", ...Array.from({ length: 199 }, (_, i) => `order += '${i},'`), "order.length"];
  const { replies } = await kernel.command<{ replies: { content: { status: string } }[] }>("execute_all", { codes });
  expect(replies.every(({ content }) => content.status === "ok")).toBe(true);
  expect(await run("order === Array.from({ length: 199 }, (_, i) => `${i},`).join('')")).toBe("true");
});

test("patched prototypes and globals do not break the kernel", async () => {
  await kernel.execute(
    "Array.prototype.map = null; JSON.stringify = null; Promise.prototype.then = null; Object.keys = null; globalThis.setImmediate = null",
  );
  const after = await kernel.execute("console.log('still'); 42");
  expect(resultOf(after)).toBe("42");
  expect(printed(after, "stdout")).toBe("still\n");
});
