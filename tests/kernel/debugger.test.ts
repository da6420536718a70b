import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { installKernelSpec } from "../../kernel/index.js";
import { DebugClient, type ShownVariable } from "./debug-client.js";
import { KernelClient, printed, resultOf } from "./kernel-client.js";

const folder = mkdtempSync(join(tmpdir(), "debugger-"));
const kernel = new KernelClient();
const debug = new DebugClient(kernel);

beforeAll(() => kernel.start(folder));
beforeEach(async () => {
  await debug.request("disconnect");
  await debug.attach();
});
afterAll(async () => {
  await kernel.close();
  rmSync(folder, { recursive: true });
});

const LOOP = `interface Gone {
  a: number;
}
type Alias = string;

let total = 0;
for (let i = 0; i < 5; i++) {
  const square: number = i * i;
  total += square;
}
total`;

describe("breakpoints", () => {
  test("stop before a line of TypeScript runs, below erased types, and where the cell has its file", async () => {
    expect(await debug.breakAt(LOOP, 9)).toMatchObject([{ verified: true, line: 9 }]);
    await debug.begin(LOOP);
    const { reason, frames, places } = await debug.stopped();
    expect(reason).toBe("breakpoint");
    expect(places).toEqual(["cell [n]:9"]);
    const { sourcePath } = await debug.request("dumpCell", { code: LOOP });
    expect(frames[0]?.source.path).toBe(sourcePath);
    expect(readFileSync(String(sourcePath), "utf8")).toBe(LOOP);
    expect(await debug.request("source", { source: { path: sourcePath } })).toMatchObject({ content: LOOP });
    expect(await debug.variables()).toMatchObject({ Local: ["square: 0", "i: 0"], Session: ["total: 0"] });
    await debug.breakAt(LOOP);
    expect(resultOf(await debug.run())).toBe("30");
  });

  test("that are set in quick succession end as the last ones", async () => {
    const code = "let quick = 1;\nquick += 1;\nquick";
    const { sourcePath } = await debug.request("dumpCell", { code });
    const set = (line: number) => ({
      command: "setBreakpoints",
      arguments: { source: { path: sourcePath }, breakpoints: [{ line }] },
    });
    await kernel.command("debug_all", { requests: [set(1), set(3), set(2), set(1), set(3)] });
    await debug.begin(code);
    expect((await debug.stopped()).places).toEqual(["cell [n]:3"]);
    await debug.breakAt(code);
    expect(resultOf(await debug.run())).toBe("2");
    expect(resultOf(await kernel.execute(code))).toBe("2");
  });

  test("move to the next line with code, and say where there is none", async () => {
    expect(await debug.breakAt(LOOP, 1, 5)).toMatchObject([
      { verified: true, line: 6 },
      { verified: true, line: 6 },
    ]);
    expect(await debug.breakAt("interface Only {}", 1)).toMatchObject([
      { verified: false, message: "there is no code to stop at here or below" },
    ]);
    expect(await debug.breakAt("let x = ;", 1)).toMatchObject([{ verified: false, message: "Expression expected." }]);
  });

  test("stop in the loop's turn that meets a condition, of which session and local names are part", async () => {
    await kernel.execute("const wanted: number = 3; const square = 'hidden by the local one'; const i = 99");
    await debug.breakAt(LOOP, { line: 9, condition: "(i as number) === wanted && square === 9" });
    await debug.begin(LOOP);
    await debug.stopped();
    expect((await debug.variables())["Local"]).toEqual(["square: 9", "i: 3"]);
    expect(resultOf(await debug.run())).toBe("30");
  });

  test("count hits, and print instead of stopping", async () => {
    await debug.breakAt(LOOP, { line: 8, hitCondition: "== 4" }, { line: 9, logMessage: "turn {i}: {total}" });
    await debug.begin(LOOP);
    await debug.stopped();
    expect((await debug.variables())["Local"]).toContain("i: 3");
    const ended = await debug.run();
    expect(printed(ended, "stdout")).toBe("turn 0: 0\nturn 1: 0\nturn 2: 1\nturn 3: 5\nturn 4: 14\n");
    expect(await debug.breakAt(LOOP, { line: 9, condition: "i ===" })).toMatchObject([
      { verified: false, message: "Expression expected." },
    ]);
    expect(await debug.breakAt(LOOP, { line: 9, hitCondition: "often" })).toMatchObject([{ verified: false }]);
  });

  test("stop in a function of an earlier cell, set before it ran or after", async () => {
    const early = "function early(n: number): number {\n  const m = n + 1;\n  return m;\n}";
    const late = "type N = number;\nfunction late(n: N): N {\n  return early(n) * 2;\n}";
    await debug.breakAt(early, 2);
    await kernel.execute(early);
    await kernel.execute(late);
    await debug.breakAt(late, 3);
    await debug.begin("late(4)");
    expect((await debug.stopped()).places).toEqual(["late:3", "cell [n]:1"]);
    expect((await debug.step("continue")).places).toEqual(["early:2", "late:3", "cell [n]:1"]);
    expect(resultOf(await debug.run())).toBe("10");
    await debug.breakAt(early);
    await debug.breakAt(late);
    expect(resultOf(await kernel.execute("late(5)"))).toBe("12");
  });

  test("stop again in each later run of the same cell, and are told by debugInfo", async () => {
    const code = "const again = 1;\nagain + 1";
    await debug.breakAt(code, 2);
    for (let run = 1; run <= 2; run++) {
      await debug.begin(code);
      expect((await debug.stopped()).places).toEqual(["cell [n]:2"]);
      const { stoppedThreads, breakpoints } = await debug.request("debugInfo");
      expect(stoppedThreads).toEqual([1]);
      expect(breakpoints).toMatchObject([{ breakpoints: [{ line: 2 }] }]);
      expect(resultOf(await debug.run())).toBe("2");
    }
  });

  test("stop in a local TypeScript file, also at its first line while it is imported", async () => {
    const path = join(folder, "scale.ts");
    writeFileSync(
      path,
      "interface Gone {}\nconst factor: number = 2;\nexport const scale = (n: number) =>\n  n * factor;\n",
    );
    expect(await debug.breakIn(path, 2, 4)).toMatchObject([{ verified: false }, { verified: false }]);
    await debug.begin("import { scale } from './scale';\nscale(4)");
    expect((await debug.stopped()).places).toEqual(["scale.ts:2"]);
    const { frames, places } = await debug.step("continue");
    expect(places).toEqual(["scale:4", "cell [n]:2"]);
    expect(frames[0]?.source.path).toBe(path);
    expect((await debug.variables())["Local"]).toEqual(["n: 4"]);
    expect(resultOf(await debug.run())).toBe("8");
    expect(await debug.request("modules")).toMatchObject({ modules: [{ name: "scale.ts", path }] });
  });

  test("a debugger statement stops a cell, and none once the debugger has left", async () => {
    await debug.begin("debugger;\n1");
    expect(await debug.stopped()).toMatchObject({ reason: "breakpoint", places: ["cell [n]:1"] });
    await debug.request("disconnect");
    expect(resultOf(await debug.finish())).toBe("1");
    expect(resultOf(await kernel.execute("debugger;\n2"))).toBe("2");
    expect(await debug.request("debugInfo")).toMatchObject({ isStarted: false, breakpoints: [], stoppedThreads: [] });
  });
});

describe("stepping", () => {
  const FUNCTIONS = `const double = (n: number): number => {
  const m = n * 2;
  return m;
};
async function later(n: number) {
  await null;
  const m = n + 1;
  return m;
}`;
  const CELL = "let a = 1;\na = await later(a);\nconst b = double(a);\nawait null;\nb";
  beforeAll(() => kernel.execute(FUNCTIONS));

  test("over lines and awaits goes through the cell alone, and ends with it", async () => {
    await debug.breakAt(CELL, 1);
    await debug.begin(CELL);
    expect((await debug.stopped()).places).toEqual(["cell [n]:1"]);
    for (const line of [2, 3, 4, 5]) {
      expect(await debug.step("next")).toMatchObject({ reason: "step", places: [`cell [n]:${line}`] });
    }
    await debug.request("next");
    expect(resultOf(await debug.finish())).toBe("4");
    expect(resultOf(await kernel.execute("1 + 1"))).toBe("2");
    await debug.begin("debugger;\n3");
    expect((await debug.stopped()).reason).toBe("breakpoint");
    expect(resultOf(await debug.run())).toBe("3");
  });

  test("goes by lines, also around a loop, and ends on the line of a loop without another", async () => {
    const code = "let sum = 0;\nfor (let i = 0; i < 2; i++) {\n  sum += i;\n}\nwhile (sum < 3) sum += 1;\nsum";
    await debug.breakAt(code, 2);
    await debug.begin(code);
    await debug.stopped();
    for (const line of [3, 2, 3, 2, 5, 5]) expect((await debug.step("next")).places).toEqual([`cell [n]:${line}`]);
    expect(resultOf(await debug.run())).toBe("3");
  });

  test("into a function of another cell and out of it, across await", async () => {
    await debug.breakAt(CELL, 2);
    await debug.begin(CELL);
    await debug.stopped();
    expect((await debug.step("stepIn")).places).toEqual(["later:6", "cell [n]:2"]);
    expect((await debug.step("next")).places).toEqual(["later:7"]);
    expect((await debug.step("stepOut")).places).toEqual(["cell [n]:2"]);
    expect((await debug.step("next")).places).toEqual(["cell [n]:3"]);
    expect((await debug.step("stepIn")).places).toEqual(["double:2", "cell [n]:3"]);
    expect((await debug.step("stepOut")).places).toEqual(["cell [n]:4"]);
    expect(resultOf(await debug.run())).toBe("4");
  });

  test("pause stops a busy loop where it is", async () => {
    await debug.begin("let turns = 0;\nwhile (turns >= 0) {\n  turns += 1;\n}\nturns");
    await expect.poll(async () => debug.evaluate("turns > 0").catch(() => "")).toBe("true");
    await debug.request("pause", { threadId: 1 });
    const { reason, places } = await debug.stopped();
    expect(reason).toBe("pause");
    expect(places[0]).toMatch(/cell \[n\]:[23]/);
    await debug.evaluate("turns = -10", 1);
    expect(resultOf(await debug.run())).toMatch(/^-(9|10)$/);
  });
});

describe("exceptions", () => {
  const CELL =
    "try {\n  throw new Error('caught');\n} catch {}\nawait null;\ntry {\n  await Promise.reject(new Error('caught too'));\n} catch {}\nthrow new RangeError('gone');";

  test("stop where an error is thrown that the cell does not catch, and the cell then fails as ever", async () => {
    await debug.request("setExceptionBreakpoints", { filters: ["uncaught"] });
    await debug.begin(CELL);
    expect(await debug.stopped()).toMatchObject({
      reason: "exception",
      text: "RangeError: gone",
      places: ["cell [n]:8"],
    });
    expect(await debug.request("exceptionInfo", { threadId: 1 })).toMatchObject({
      exceptionId: "RangeError",
      description: "RangeError: gone",
    });
    const { reply } = await debug.run();
    expect(reply?.content).toMatchObject({ status: "error", ename: "RangeError", evalue: "gone" });
    await debug.begin("throw new TypeError('at once')");
    expect((await debug.stopped()).text).toBe("TypeError: at once");
    expect((await debug.run()).reply?.content["ename"]).toBe("TypeError");
  });

  test("stop at those that are caught too, if asked, and at none otherwise", async () => {
    await debug.request("setExceptionBreakpoints", { filters: ["all"] });
    await debug.begin(CELL);
    expect((await debug.stopped()).text).toBe("Error: caught");
    expect((await debug.step("continue")).text).toBe("Error: caught too");
    expect((await debug.step("continue")).text).toBe("RangeError: gone");
    await debug.run();
    await debug.request("setExceptionBreakpoints", { filters: [] });
    const { reply } = await kernel.execute(CELL);
    expect(reply?.content["ename"]).toBe("RangeError");
  });
});

describe("variables", () => {
  const VALUES = `class Point { #secret = 1; constructor(readonly x: number) {} get double() { throw new Error("ran " + this.#secret); } }
const nested = { list: [1, [2, "three"]], map: new Map([["key", { deep: true }]]), point: new Point(5), none: null };
const many = Array.from({ length: 25_000 }, (_, i) => i);
const typed = new Float32Array([1.5, 2.5]);
const lazy = { get late() { return { loaded: 1 }; }, "two words": 2 };
function f() {}
const text = "it's";
const large = 10n;`;
  beforeAll(() => kernel.execute(VALUES));

  const session = async () => (await debug.request<{ variables: ShownVariable[] }>("inspectVariables")).variables;
  const named = (variables: readonly ShownVariable[], name: string): ShownVariable => {
    const found = variables.find((each) => each.name === name);
    if (!found) throw new Error(`no variable ${name}`);
    return found;
  };
  const inside = async (name: string, ...path: string[]): Promise<ShownVariable[]> => {
    let reached = await debug.open(named(await session(), name).variablesReference);
    for (const each of path) reached = await debug.open(named(reached, each).variablesReference);
    return reached;
  };

  test("of the session are listed while nothing runs, under their own names", async () => {
    const variables = await session();
    expect(named(variables, "nested")).toMatchObject({ type: "Object", evaluateName: "nested" });
    expect(named(variables, "text").value).toBe(`"it's"`);
    expect(named(variables, "large").value).toBe("10n");
    expect(named(variables, "f").value).toBe("[Function: f]");
    expect(named(variables, "Point").value).toBe("[class Point]");
    expect(named(variables, "typed").value).toBe("Float32Array(2) [1.5, 2.5]");
  });

  test("open to what is in them", async () => {
    expect((await inside("nested", "list")).map(({ value }) => value)).toEqual(["1", "(2) [2, 'three']"]);
    expect(named(await inside("nested", "list", "1"), "1")).toMatchObject({
      value: "'three'",
      evaluateName: "nested.list[1][1]",
    });
    expect((await inside("nested", "map", "[[Entries]]", "0", "value")).map(({ name }) => name)).toEqual(["deep"]);
  });

  test("getters run only once they are opened", async () => {
    const shown = await inside("lazy");
    expect(named(shown, "late").value).toBe("(getter)");
    expect(named(shown, "two words").evaluateName).toBe('lazy["two words"]');
    expect(await inside("lazy", "late")).toMatchObject([{ value: "{loaded: 1}" }]);
    expect(named(await inside("nested", "point"), "double").value).toBe("(getter)");
  });

  test("large arrays come in pages, or in groups to clients that ask for none", async () => {
    const { variablesReference, indexedVariables } = named(await session(), "many");
    expect(indexedVariables).toBe(25_000);
    const page = await debug.open(variablesReference, { filter: "indexed", start: 20_000, count: 3 });
    expect(page.map(({ name, value }) => `${name}: ${value}`)).toEqual([
      "20000: 20000",
      "20001: 20001",
      "20002: 20002",
    ]);
    expect((await inside("many")).map(({ name }) => name)).toEqual(["[0…9999]", "[10000…19999]", "[20000…24999]"]);
    const last = await inside("many", "[20000…24999]", "[24900…24999]");
    expect(last.at(-1)).toMatchObject({ name: "24999", evaluateName: "many[24999]" });
  });

  test("of a frame: locals, closure and session, shadowed names apart, without the kernel's own", async () => {
    const code =
      "const outer = (a: number) => {\n  const b = a;\n  return () => {\n    let a = 'inner';\n    return a + b;\n  };\n};\nouter(1)()";
    await debug.breakAt(code, 5);
    await debug.begin(code);
    expect((await debug.stopped()).places).toHaveLength(2);
    const { Local, Closure, Session } = await debug.variables();
    expect(Local).toEqual(["a: 'inner'"]);
    expect(Closure).toEqual(["b: 1"]);
    expect(Session).toContain("outer: [Function]");
    expect(await debug.evaluate("a + b + (outer as object).constructor.name", 1)).toBe("'inner1Function'");
    expect((await debug.run()).reply?.content["status"]).toBe("ok");
  });

  test("can be set: locals, session variables and properties", async () => {
    const code = "let kept = { n: 1 };\nfor (let i = 0; i < 1; i++) {\n  kept.n += i;\n}\nkept.n";
    await debug.breakAt(code, 3);
    await debug.begin(code);
    await debug.stopped();
    const { scopes } = await debug.request<{ scopes: { name: string; variablesReference: number }[] }>("scopes", {
      frameId: 1,
    });
    const [local] = scopes;
    expect(
      await debug.request("setVariable", {
        variablesReference: local?.variablesReference,
        name: "i",
        value: "10 as number",
      }),
    ).toMatchObject({ value: "10" });
    const kept = named((await debug.scopes())["Session"] ?? [], "kept");
    await debug.request("setVariable", { variablesReference: kept.variablesReference, name: "n", value: "i * 2" });
    expect(resultOf(await debug.run())).toBe("30");
  });

  test("have the kernel's own display, stopped or not", async () => {
    await kernel.execute(
      "const shown = { [Symbol.for('Jupyter.display')]: () => ({ 'text/html': '<b>shown</b>' }) }; const slow = { [Symbol.for('Jupyter.display')]: async () => ({ 'text/html': 'slow' }) }",
    );
    const rich = (variableName: string, frameId?: number) =>
      debug.request("richInspectVariables", { variableName, frameId });
    expect(await rich("shown")).toMatchObject({ data: { "text/html": "<b>shown</b>" } });
    expect(await rich("slow")).toMatchObject({ data: { "text/html": "slow" } });
    await debug.begin("{ const here = shown;\ndebugger; void here; }");
    await debug.stopped();
    expect(await rich("here", 1)).toMatchObject({ data: { "text/html": "<b>shown</b>" } });
    expect((await rich("slow", 1))["data"]).toHaveProperty("text/plain");
    await debug.run();
    expect((await debug.ask("richInspectVariables", { variableName: "0" })).message).toContain("no variable");
    expect((await debug.ask("richInspectVariables", { variableName: "missing" })).message).toBe(
      "ReferenceError: missing is not defined",
    );
  });

  test("are told to JupyterLab by their values, which it shows only without a type", async () => {
    await debug.attach("jupyterlab");
    expect(named(await session(), "text")).not.toHaveProperty("type");
    await debug.attach();
    expect(named(await session(), "text").type).toBe("string");
  });
});

describe("expressions", () => {
  test("see the frame, the session and types, and can change both", async () => {
    const code = "let seen: number = 1;\nfunction add(n: number) {\n  const m = n + seen;\n  return m;\n}\nadd(2)";
    await debug.breakAt(code, 4);
    await debug.begin(code);
    await debug.stopped();
    expect(await debug.evaluate("(n as number) + seen + m", 1)).toBe("6");
    expect(await debug.evaluate("[n, m].map((each: number) => each * seen)", 1)).toBe("(2) [2, 3]");
    const hover = (expression: string) => debug.ask("evaluate", { expression, frameId: 1, context: "hover" });
    expect((await hover("m * seen")).body).toMatchObject({ result: "3" });
    expect((await hover("seen = 100")).message).toContain("side-effect");
    expect(await debug.evaluate("seen = 7", 1)).toBe("7");
    const { stackFrames } = await debug.request<{ stackFrames: { id: number }[] }>("stackTrace", { threadId: 1 });
    expect(stackFrames[0]?.id).toBeGreaterThan(1);
    expect((await debug.variables(stackFrames[0]?.id))["Local"]).toEqual(["n: 2", "m: 3", "(return value): 3"]);
    expect((await debug.ask("evaluate", { expression: "await null", frameId: 1 })).message).toContain("cannot await");
    expect((await debug.ask("evaluate", { expression: "n = ", frameId: 1 })).message).toBe("Expression expected.");
    await debug.run();
    expect(resultOf(await kernel.execute("seen"))).toBe("7");
  });

  test("are evaluated, and may await, while nothing is stopped", async () => {
    await kernel.execute("let free: number = 20");
    expect(await debug.evaluate("await Promise.resolve((free as number) + 1)")).toBe("21");
    expect((await debug.ask("evaluate", { expression: "nowhere" })).message).toBe(
      "ReferenceError: nowhere is not defined",
    );
    expect((await debug.ask("evaluate", { expression: "(free as any)()" })).message).toBe(
      "TypeError: free is not a function",
    );
    expect((await debug.ask("evaluate", { expression: "let declared = 1" })).message).toContain("declare");
  });

  test("are ended when they never end, and the session lives", async () => {
    expect((await debug.ask("evaluate", { expression: "(() => { for (;;) {} })()" })).message).toContain("took longer");
    expect(resultOf(await kernel.execute("1 + 2"))).toBe("3");
  });
});

describe("a stopped session", () => {
  test("lets the kernel answer, and an interrupt ends the cell", async () => {
    await kernel.execute("const waiting = 3");
    await debug.begin("let unfinished = 1;\ndebugger;\nunfinished = 2");
    await debug.stopped();
    const { reply } = await kernel.request("complete_request", { code: "waiting.toF", cursor_pos: 11 });
    expect(reply?.content["matches"]).toEqual(["toFixed"]);
    expect((await kernel.request("kernel_info_request", {})).reply?.content).toMatchObject({
      debugger: true,
      supported_features: expect.arrayContaining(["debugger"]),
    });
    await kernel.request("interrupt_request", {}, { channel: "control" });
    expect((await debug.finish()).reply?.content["ename"]).toBe("Interrupted");
    expect(resultOf(await kernel.execute("unfinished"))).toBe("1");
  });

  test("is interrupted as ever while it runs", async () => {
    const { reply } = await kernel.execute("for (;;) {}", { interrupt_after: 0.3 });
    expect(reply?.content["ename"]).toBe("Interrupted");
    await debug.begin("debugger;\n3");
    await debug.stopped();
    expect(resultOf(await debug.run())).toBe("3");
  });

  test.each([
    "for (;;) {\n  debugger;\n}",
    "setInterval(() => {\n  debugger;\n}, 1);\nawait new Promise(() => {})",
    "await null;\ntry {\n  debugger;\n} finally {\n  for (;;) debugger;\n}",
  ])("is interrupted for good: %s", async (code) => {
    await debug.begin(code);
    await debug.stopped();
    await kernel.request("interrupt_request", {}, { channel: "control" });
    expect((await debug.finish()).reply?.content["ename"]).toBe("Interrupted");
    expect(resultOf(await kernel.execute("1 + 1"))).toBe("2");
  });

  test("that dies is told, and the next one is debugged with the same breakpoints", async () => {
    const code = "const next = 1;\nnext + 1";
    await debug.breakAt(code, 2);
    await debug.begin("debugger;\nprocess.exit(3)");
    await debug.stopped();
    await debug.request("continue", { threadId: 1 });
    expect(await debug.event("thread")).toEqual({ reason: "exited", threadId: 1 });
    const ended = await debug.finish();
    expect(ended.reply?.content["ename"]).toBe("SessionEnded");
    expect(printed(ended, "stderr")).toBe("");
    await debug.begin(code);
    expect((await debug.stopped()).places).toEqual(["cell [n]:2"]);
    expect(resultOf(await debug.run())).toBe("2");
  });

  test("terminate ends its cell", async () => {
    await debug.begin("debugger;\n1");
    await debug.stopped();
    await debug.request("terminate");
    expect((await debug.finish()).reply?.content["ename"]).toBe("Interrupted");
  });
});

test("clients find the debugger by the kernelspec, and the file of a cell by MurmurHash2 of its text", async () => {
  const spec = await installKernelSpec({ prefix: join(folder, "prefix") });
  const { metadata } = JSON.parse(readFileSync(join(spec, "kernel.json"), "utf8")) as { metadata: object };
  expect(metadata).toMatchObject({ debugger: true });
  const { hashMethod, hashSeed, tmpFilePrefix, tmpFileSuffix } = await debug.request("debugInfo");
  expect({ hashMethod, hashSeed }).toEqual({ hashMethod: "Murmur2", hashSeed: 0x9747b28c });
  const hashes = { "": 275646681, a: 2731586172, ab: 316155434, abc: 479470107, abcd: 2971317748 };
  for (const [code, hash] of Object.entries({ ...hashes, "const é = '✓ 😀';\nlet x = 1;": 2758120965 })) {
    const { sourcePath } = await debug.request("dumpCell", { code });
    expect(sourcePath).toBe(`${String(tmpFilePrefix)}${hash}${String(tmpFileSuffix)}`);
  }
});

test("requests that cannot be done say why", async () => {
  await debug.request("disconnect");
  const said = async (command: string, values: object = {}) => (await debug.ask(command, values)).message;
  expect(await said("attach")).toBe("send initialize before attach");
  expect(await said("setBreakpoints", { source: { path: "/x" } })).toContain("not attached");
  expect(await said("nonsense")).toBe('the debugger has no request "nonsense"');
  await debug.attach();
  expect(await said("next")).toBe("the session is not stopped");
  expect(await said("scopes", { frameId: 1 })).toBe("the session is not stopped");
  expect(await said("dumpCell")).toBe("dumpCell needs the code of a cell");
  expect(await said("setBreakpoints")).toBe("setBreakpoints needs the path of a source");
  expect(await said("variables", { variablesReference: 999 })).toContain("has run on");
  expect(await said("source", { source: { path: "/no/such.ts" } })).toBe("there is no source /no/such.ts");
});

test.each([false, true])("a kernel ends while its session is stopped, and leaves no files; killed: %s", async (now) => {
  const other = new KernelClient();
  const client = new DebugClient(other);
  await other.start(folder);
  await client.attach();
  const { sourcePath } = await client.request("dumpCell", { code: "debugger;" });
  await client.begin("debugger;");
  await client.stopped();
  expect(await other.command("shutdown", { now })).toMatchObject({ alive: false });
  await expect.poll(() => existsSync(dirname(String(sourcePath))), { timeout: 5000 }).toBe(false);
  await other.close();
});
