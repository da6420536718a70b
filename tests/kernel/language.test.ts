import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { childrenOf, KernelClient, resultOf, type Received } from "./kernel-client.js";
import { ROOT } from "./python.js";

interface Match {
  readonly text: string;
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

const kernel = new KernelClient();
let pid: number;
beforeAll(async () => {
  ({ pid } = await kernel.start(join(ROOT, "notebooks")));
});
afterAll(() => kernel.close());

const CURSOR = "¦";
/** Splits a sample at its cursor, which the protocol counts in code points, as Python does. */
function question(sample: string): { code: string; cursor_pos: number } {
  const [before = "", after = ""] = sample.split(CURSOR);
  return { code: before + after, cursor_pos: [...before].length };
}

async function complete(sample: string) {
  const { reply } = await kernel.request("complete_request", question(sample));
  expect(reply?.content["status"]).toBe("ok");
  const { _jupyter_types_experimental: typed } = reply?.content["metadata"] as Record<string, readonly Match[]>;
  return {
    matches: reply?.content["matches"] as string[],
    typed: typed ?? [],
    span: [reply?.content["cursor_start"], reply?.content["cursor_end"]],
  };
}

async function inspect(sample: string) {
  const { reply } = await kernel.request("inspect_request", { ...question(sample), detail_level: 0 });
  expect(reply?.content["status"]).toBe("ok");
  return reply?.content as { found: boolean; data: Record<string, string>; metadata: object };
}

describe("completion", () => {
  test("of members, by the types of earlier cells", async () => {
    await kernel.execute(
      "interface Gene { symbol: string; counts: number[] }\nclass Reader { read(): Gene[] { return [] } }\nlet reader = new Reader(); const genes = reader.read();",
    );
    expect((await complete("reader.re¦")).matches).toEqual(["read"]);
    const members = await complete("genes[0]!.¦");
    expect(members.matches).toEqual(["counts", "symbol"]);
    expect(members.typed[0]).toEqual({ text: "counts", type: "property", start: 10, end: 10 });
    expect((await complete("let other: Gene; other.sym¦")).matches).toEqual(["symbol"]);
    expect((await complete("genes.fla¦")).typed.map(({ type }) => type)).toEqual(["function", "function"]);
  });

  test("follows a name that is declared anew with another type, in a later cell or in this one", async () => {
    await kernel.execute("let moving = 1; const user = () => moving");
    expect((await complete("moving.to¦")).matches).toContain("toFixed");
    await kernel.execute("let moving = 'text'");
    const text = await complete("moving.to¦");
    expect(text.matches).toContain("toUpperCase");
    expect(text.matches).not.toContain("toFixed");
    expect((await complete("user().toF¦")).matches).toEqual(["toFixed"]);
    expect((await complete("const moving = new Set<number>(); moving.ad¦")).matches).toEqual(["add"]);
  });

  test("of bare names: earlier cells', this cell's, globals, keywords", async () => {
    await kernel.execute("import * as separator from 'node:fs'; function separate() {} type Separation = 1");
    const { typed } = await complete("let separated = 1; separa¦");
    expect(Object.fromEntries(typed.map(({ text, type }) => [text, type]))).toEqual({
      separate: "function",
      separated: "instance",
      separator: "module",
    });
    const types = (await complete("let x: Separa¦")).matches;
    expect(types).toContain("Separation");
    expect(types).not.toContain("separate");
    expect((await complete("cons¦")).matches.sort()).toEqual(["console", "const"]);
    expect((await complete("display.ht¦")).matches).toEqual(["html"]);
    expect((await complete("¦")).matches).toEqual(expect.arrayContaining(["separate", "display", "prompt", "await"]));
  });

  test("of imports: package, exports, and members of this package", async () => {
    expect((await complete("import vega from 'vega-l¦'")).matches).toContain("vega-lite");
    expect((await complete("import { normal¦ } from 'diffrepairer'; ")).matches).toEqual([]);
    expect((await complete("import { installK¦ } from 'diffrepairer/kernel'")).matches).toEqual(["installKernelSpec"]);
    expect((await complete("import { pp } from 'diffrepairer';\npp.normalizeT¦")).matches).toEqual(["normalizeTotal"]);
  });

  test("counts code points, also before astral characters", async () => {
    const { matches, span } = await complete("const s = '😀🧬'; s.toUp¦; '😀'");
    expect(matches).toEqual(["toUpperCase"]);
    expect(span).toEqual([18, 22]);
  });

  test("in the middle, in unfinished code, and of a value that may be undefined", async () => {
    const middle = await complete("Math.ma¦(1, 2);\nlet after = 1");
    expect([middle.matches, middle.span]).toEqual([["max"], [5, 7]]);
    expect((await complete("function f() { if (true) { Math.flo¦")).matches).toEqual(["floor"]);
    const optional = await complete("new Map<string, Date>().get('a').getFullY¦");
    expect([optional.matches, optional.span]).toEqual([["?.getFullYear"], [32, 41]]);
    expect((await complete("let v!: { 'a-b': 1; cc: 2 }; v.¦")).matches).toEqual(["cc"]);
    expect((await complete("let w: 'one' | 'two' = 't¦'")).matches).toEqual(["two"]);
  });

  test("offers nothing in comments, and forgets what a new session has not", async () => {
    expect((await complete("// Mat¦")).matches).toEqual([]);
    await kernel.execute("let forgotten = 1");
    expect((await complete("forgot¦")).matches).toEqual(["forgotten"]);
    await kernel.execute("process.exit()");
    expect((await complete("forgot¦")).matches).toEqual([]);
  });
});

describe("inspection", () => {
  test("gives type and doc comment of what earlier cells declare", async () => {
    await kernel.execute(
      "/**\n * Adds numbers.\n * @param a - the first\n */\nfunction add(a: number, b = 2) { return a + b }\nlet shown = new Map<string, number>()",
    );
    const { found, data } = await inspect("add¦;");
    expect(found).toBe(true);
    expect(data["text/plain"]).toBe(
      "function add(a: number, b?: number): number\n\nAdds numbers.\n\n@param a - the first",
    );
    expect(data["text/markdown"]).toContain("```typescript\nfunction add(a: number, b?: number): number\n```");
    expect((await inspect("shown¦")).data["text/plain"]).toBe("let shown: Map<string, number>");
  });

  test("gives the call around the cursor", async () => {
    expect((await inspect("add(1, ¦)")).data["text/plain"]).toMatch(/^add\(a: number, b\?: number\): number\n\nAdds/);
  });

  test("knows globals of the session and packages", async () => {
    expect((await inspect("'😀'; display¦")).data["text/plain"]).toMatch(/^const display: Display\n\nShows a value/);
    const { data } = await inspect("import { pp } from 'diffrepairer'; pp.normalizeTotal¦");
    expect(data["text/plain"]).toMatch(/^function normalizeTotal\(adata: AnnData, [^\n]*\): AnnData\n\n/);
  });

  test("says so when there is nothing", async () => {
    expect(await inspect("  ¦ ")).toMatchObject({ found: false, data: {}, metadata: {} });
  });
});

describe("while a cell loops for ever", () => {
  test.each([
    ["complete_request", { matches: ["max"] }],
    ["inspect_request", { found: true }],
  ])("%s is answered", async (type, content) => {
    const { reply, reply_of_cell: ended } = await kernel.command<Record<string, Received>>("while_busy", {
      code: "for (;;) {}",
      type,
      content: question("Math.max¦"),
    });
    expect(reply?.content).toMatchObject(content);
    expect(ended?.content["ename"]).toBe("Interrupted");
  });
});

test("a cell does not wait behind the questions that came before it", async () => {
  // The first question loads the language service, so that all the others are there before its answer.
  const fresh = new KernelClient();
  await fresh.start(join(ROOT, "notebooks"));
  const replies = await fresh.command<string[]>("crowd", {
    type: "complete_request",
    content: question("Math.¦"),
    times: 60,
    code: "1",
  });
  await fresh.close();
  expect(replies.filter((type) => type === "complete_reply")).toHaveLength(60);
  expect(replies.indexOf("execute_reply")).toBeLessThan(30);
});

test("a language process that ends is started again and knows the cells", async () => {
  await kernel.execute("let kept = 7; let typed = 'text'");
  const language = childrenOf(pid, "language/main.js");
  expect(language).toHaveLength(1);
  process.kill(language[0] ?? 0, "SIGKILL");
  await expect.poll(async () => resultOf(await kernel.execute("kept += 1")), { timeout: 20_000 }).toBe("8");
  expect((await complete("typed.toUp¦")).matches).toEqual(["toUpperCase"]);
});
