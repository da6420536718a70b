import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { KernelClient, resultOf, type Received } from "./kernel-client.js";

const folder = mkdtempSync(join(tmpdir(), "editor-"));
const kernel = new KernelClient();
beforeAll(async () => {
  writeFileSync(join(folder, "near.ts"), "export const nearby = 1;");
  await kernel.start(folder);
  await kernel.execute(
    `/** The number of cells. */
let count = 1;
/** Adds one.
 * @example next(1) */
const next = (x: number) => x + 1;
var touched = 0;
const options = { alpha: 1, beta: { gamma: 2 }, get trap() { return ++touched } };`,
  );
});
afterAll(async () => {
  await kernel.close();
  rmSync(folder, { recursive: true });
});

function question(sample: string): { code: string; cursor_pos: number } {
  const [before = "", after = ""] = sample.split("¦");
  return { code: before + after, cursor_pos: [...before].length };
}

async function complete(sample: string): Promise<string[]> {
  const { reply } = await kernel.request("complete_request", question(sample));
  return reply?.content["matches"] as string[];
}

async function inspect(sample: string, detail = 0): Promise<string | undefined> {
  const { reply } = await kernel.request("inspect_request", { ...question(sample), detail_level: detail });
  return (reply?.content["data"] as Record<string, string>)["text/plain"];
}

describe("completion", () => {
  test.each([
    ["const tag = <div id='a'>{options.¦}", ["alpha", "beta", "trap"]],
    ["const tag = <b>{options.beta.¦}</b>", ["gamma"]],
    ["let broken: = ; options.al¦", ["alpha"]],
    ["'😀😀'; options.beta.g¦amma; '😀'", ["gamma"]],
    ["const text = 'options.al¦'", []],
    ["`options.al¦`", []],
    ["`${options.al¦}`", ["alpha"]],
    ["import { nea¦ } from './near'", ["nearby"]],
    ["import {} from './ne¦'", ["near"]],
    ["import {} from 'node:fs/pro¦'", ["promises"]],
  ])("%s", async (sample, matches) => {
    expect(await complete(sample)).toEqual(matches);
  });

  test("runs no user code", async () => {
    await complete("options.trap.¦");
    await inspect("options.trap¦");
    expect(resultOf(await kernel.execute("touched"))).toBe("0");
  });
});

describe("inspection", () => {
  test("tells the doc comment of a variable of an earlier cell", async () => {
    expect(await inspect("cou¦nt")).toBe("let count: number\n\nThe number of cells.");
    expect(await inspect("next¦(1)")).toBe("const next: (x: number) => number\n\nAdds one.\n\n@example next(1)");
  });

  test("has the source too at detail 1", async () => {
    expect(await inspect("next¦", 1)).toMatch(
      /Adds one\.[^]*Declared in a cell:\nconst next = \(x: number\) => x \+ 1;$/,
    );
    expect(await inspect("Math.max¦", 1)).toMatch(/Declared in .*lib\.\w+\.d\.ts:\nmax\(/);
  });

  test("tells the call at its parenthesis", async () => {
    expect(await inspect("next(¦")).toMatch(/^next\(x: number\): number/);
  });
});

describe("is_complete", () => {
  test.each([
    ["const tag = <div>{1}</div>", "complete", ""],
    ["const open = <div>", "incomplete", ""],
    ["let r = /[(]/.test('a')", "complete", ""],
    ["@decorator", "incomplete", ""],
    ["`a ${1 +", "incomplete", "  "],
    ["function f() {\n  if (a) {", "incomplete", "    "],
    ["a && b ||", "incomplete", ""],
    ["x =>", "incomplete", ""],
    ["i++", "complete", ""],
    ["{ a: 1, b: 2 }", "complete", ""],
    ["/* open", "incomplete", ""],
    ["'open", "invalid", ""],
    ["a b c", "invalid", ""],
    ["}", "invalid", ""],
    ["", "complete", ""],
  ])("%j is %s", async (code, status, indent) => {
    const { reply } = await kernel.request("is_complete_request", { code });
    expect(reply?.content).toMatchObject({ status, indent });
  });
});

test.each([
  ["complete_request", { matches: ["alpha"] }],
  ["inspect_request", { found: true }],
  ["is_complete_request", { status: "complete" }],
])("%s is answered while a cell awaits", async (type, content) => {
  const { reply } = await kernel.command<Record<string, Received>>("while_busy", {
    code: "await new Promise(() => {})",
    type,
    content: question("options.alpha¦"),
  });
  expect(reply?.content).toMatchObject(content);
});
