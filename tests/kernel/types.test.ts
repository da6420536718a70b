import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { check } from "../../kernel/language/check.js";
import { libraries } from "../../kernel/language/compiler-options.js";
import { CellService } from "../../kernel/language/service.js";
import {
  childrenOf,
  KernelClient,
  printed,
  resultOf,
  traceback,
  type Executed,
  type Received,
} from "./kernel-client.js";
import { ROOT } from "./python.js";

const folder = mkdtempSync(join(tmpdir(), "types-"));
const kernel = new KernelClient();
let pid: number;
beforeAll(async () => {
  ({ pid } = await kernel.start(folder));
  await warm(kernel);
});
afterAll(async () => {
  await kernel.close();
  rmSync(folder, { recursive: true });
});

/** Waits until type errors stop cells. */
async function warm(client: KernelClient): Promise<void> {
  const until = Date.now() + 60_000;
  while ((await client.execute("null as number")).reply?.content["status"] === "ok") {
    if (Date.now() > until) throw new Error("the checker does not become warm");
  }
}

const evalue = ({ reply }: Executed): unknown => reply?.content["evalue"];

/** A cell whose types take a minute to look at. */
const SLOW = [
  "type Digit = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;",
  "type Turned<N extends string> = { [K in `${Digit}${Digit}${Digit}${N}`]: K extends `${infer A}${infer B}${infer R}` ? [R, B, A] : never };",
  ...Array.from(
    { length: 100 },
    (_, i) =>
      `let p${i}: Turned<"${i}">[keyof Turned<"${i}">] | Turned<"x${i}">[keyof Turned<"x${i}">] = ["", "", "" as any];`,
  ),
].join("\n");

describe("type errors", () => {
  test("stop the cell before anything runs; each has code, place and excerpt, in reply and on iopub", async () => {
    const cell = await kernel.execute(
      "console.log('ran');\nconst size: number = 'two';\n\nconst list: string[] = [1];\nlist.nothing",
    );
    expect(cell.reply?.content).toMatchObject({
      status: "error",
      ename: "TypeScriptError",
      evalue: "Type 'string' is not assignable to type 'number'. (TS2322, line 2, column 7) and 2 more",
    });
    const text = traceback(cell);
    expect(text).toContain("TypeScriptError: Type 'string' is not assignable to type 'number'. (TS2322)");
    expect(text).toMatch(
      /at cell \[\d+\], line 2, column 7\n.*\n> 2 \| const size: number = 'two';\n +\| {7}\^\^\^\^\n/,
    );
    expect(text).toMatch(/TS2322[^]*TS2322[^]*line 4, column 25[^]*TS2339[^]*line 5, column 6/);
    expect(text.match(/TypeScriptError/g)).toHaveLength(3);
    expect(printed(cell, "stdout")).toBe("");
    const error = cell.messages.find(({ type }) => type === "error");
    expect(error?.content["traceback"]).toEqual(cell.reply?.content["traceback"]);
  });

  test("come from the types of earlier cells", async () => {
    await kernel.execute("const n = 1; let text = 'a'; function call(x: number) { return x }\nclass Shape {}");
    for (const [code, message] of [
      ["n.toUpperCase()", "TS2339"],
      ["n = 2", "Cannot assign to 'n' because it is a constant. (TS2588"],
      ["text = 2", "TS2322"],
      ["call('x')", "TS2345"],
      ["call = (x) => x", "Cannot assign to 'call' because it is a function. (TS2630"],
      ["Shape = null", "Cannot assign to 'Shape' because it is a class. (TS2629"],
    ] as const) {
      expect(evalue(await kernel.execute(code)), code).toContain(message);
    }
    expect(resultOf(await kernel.execute("text = 'b'; call(n) + text"))).toBe("'1b'");
  });

  test("have the cell's own place in an object literal, after other line ends and astral characters", async () => {
    expect(evalue(await kernel.execute("  { a: nowhere }"))).toContain("line 1, column 8");
    expect(evalue(await kernel.execute("'😀';\r\n'🧬'; nowhere"))).toContain("line 2, column 7");
  });

  test("of syntax that only the checker sees are SyntaxErrors", async () => {
    const cell = await kernel.execute("function f() { await 1 }");
    expect(cell.reply?.content["ename"]).toBe("SyntaxError");
    expect(evalue(cell)).toContain("TS1308");
  });

  test("stop what is queued behind the cell, as other errors do", async () => {
    const { replies } = await kernel.command<{ replies: { content: { status: string } }[] }>("execute_all", {
      codes: ["await new Promise((done) => setTimeout(done, 300))", "null as number", "1"],
    });
    expect(replies.map(({ content }) => content.status)).toEqual(["ok", "error", "aborted"]);
  });
});

describe("names", () => {
  test("of a cell that did not run are not known; of one that threw they are", async () => {
    await kernel.execute("let unknown1 = 1; let bad: number = 'x'");
    await kernel.execute("let unknown2 = 1; let = 2");
    expect(evalue(await kernel.execute("unknown1"))).toContain("TS2304");
    expect(evalue(await kernel.execute("unknown2"))).toContain("TS2304");
    expect(resultOf(await kernel.execute("typeof unknown1 + typeof unknown2"))).toBe("'undefinedundefined'");
    await kernel.execute("let kept = 1; throw new Error('thrown')");
    expect(resultOf(await kernel.execute("kept"))).toBe("1");
    // A constant of a cell that was stopped does not make the name constant.
    await kernel.execute("let moving = 1");
    await kernel.execute("const moving = 2; moving.nothing");
    expect(resultOf(await kernel.execute("moving = 3"))).toBe("3");
  });

  test("may be declared anew with another type", async () => {
    for (const declaration of [
      "const again = 1",
      "let again = 'a'",
      "class again {}",
      "enum again { A }",
      "type again = 1",
    ])
      expect((await kernel.execute(declaration)).reply?.content["status"], declaration).toBe("ok");
    await kernel.execute("function again(): 'done' { return 'done' }");
    expect(evalue(await kernel.execute("again().nothing"))).toContain("on type '\"done\"'");
  });

  test("on globalThis are asked for by it, or told", async () => {
    await kernel.execute("globalThis.onGlobal = 5");
    expect(evalue(await kernel.execute("onGlobal"))).toContain("Write globalThis.onGlobal, or tell its type");
    expect(resultOf(await kernel.execute("globalThis.onGlobal"))).toBe("5");
    await kernel.execute("declare var onGlobal: number");
    expect(resultOf(await kernel.execute("onGlobal + 1"))).toBe("6");
    await kernel.execute(
      "declare global { interface Array<T> { second(): T } }\nArray.prototype.second = function () { return this[1] }",
    );
    expect(resultOf(await kernel.execute("[1, 2].second()"))).toBe("2");
    expect(evalue(await kernel.execute("[1].second().nothing"))).toContain("TS2339");
  });

  test("in 300 cells do not slow the next", async () => {
    const time = async (i: number) => {
      const { ms, reply } = await kernel.execute(`const fresh${i}: number[] = [${i}]; fresh${i}.map((x) => x + 1)`);
      expect(reply?.content["status"]).toBe("ok");
      return ms;
    };
    const times: number[] = [];
    for (let i = 0; i < 300; i++) times.push(await time(i));
    const median = (some: number[]) => some.sort((a, b) => a - b)[some.length >> 1] ?? 0;
    expect(median(times.slice(-50))).toBeLessThan(3 * median(times.slice(20, 70)) + 10);
    // A cell that uses a cell that uses a cell …
    await kernel.execute("const deep0 = { n: 0 }");
    for (let i = 1; i < 200; i++) await kernel.execute(`const deep${i} = { n: deep${i - 1}.n + 1 }`);
    expect(evalue(await kernel.execute("deep199.m"))).toContain("TS2339");
    expect(resultOf(await kernel.execute("deep199.n"))).toBe("199");
  });
});

describe("what notebooks do is let pass", () => {
  test.each([
    [
      "types left out",
      "const rows = []; rows.push(1); let x; x = 1; x = 'a'; ((a, b) => a + b)(1, 2); rows.length",
      "1",
    ],
    [
      "a variable that an earlier function uses before it is declared",
      "function later() { return value } let value = 7; later()",
      "7",
    ],
    ["top-level await, and for await", "for await (const x of [1]) x; await Promise.resolve(3)", "3"],
    ["asking for a name that is not there", "typeof nowhere", "'undefined'"],
    ["what is caught", "let message; try { throw new Error('m') } catch (e) { message = e.message } message", "'m'"],
    [
      "names and values unused, code that is not reached",
      "const unused = 1; 1; if (false) { 2 } function f() { return 1; f() } 3",
      "3",
    ],
    [
      "globals of Node",
      "[typeof require('node:fs').readFileSync, typeof WebAssembly, __dirname.length > 0].join()",
      "'function,object,true'",
    ],
    ["@ts-ignore", "// @ts-ignore\nlet ignored: number = 'x'; ignored", "'x'"],
    ["@ts-expect-error", "// @ts-expect-error for a reason\nlet expected: number = 'x'; expected", "'x'"],
    ["using", "{ using r = { [Symbol.dispose]() {} } }; 4", "4"],
    ["exports", "export const exported = 1; export default exported; exported", "1"],
  ])("%s", async (_, code, result) => {
    const cell = await kernel.execute(code);
    expect(cell.reply?.content["traceback"]).toBeUndefined();
    expect(resultOf(cell)).toBe(result);
    expect(printed(cell, "stderr")).toBe("");
  });

  test("a package without types, and one whose types cannot be found", async () => {
    for (const [name, types] of [
      ["untyped", undefined],
      ["halftyped", "missing.d.ts"],
    ] as const) {
      const place = join(folder, "node_modules", name);
      mkdirSync(place, { recursive: true });
      writeFileSync(join(place, "package.json"), JSON.stringify({ name, version: "1.0.0", main: "index.js", types }));
      writeFileSync(join(place, "index.js"), "module.exports = { answer: 42 }");
      expect(resultOf(await kernel.execute(`import it from '${name}'; it.answer`))).toBe("42");
    }
  });

  test("a module that is not there is told by the run", async () => {
    const bare = await kernel.execute("import nothing from 'no-such-package'; nothing.x");
    expect(bare.reply?.content["ename"]).not.toMatch(/TypeScriptError/);
    expect(evalue(bare)).toContain("no-such-package");
    expect(evalue(await kernel.execute("import './no-such-file.js'"))).toContain("no-such-file");
  });

  test("an unused @ts-expect-error is told, as TypeScript does", async () => {
    expect(evalue(await kernel.execute("// @ts-expect-error\n1"))).toContain("TS2578");
  });
});

describe("strictness", () => {
  test("of a cell is said above its first statement", async () => {
    const off = await kernel.execute("// a note\n// @ts-nocheck\nlet off: number = 'x'; off");
    expect([resultOf(off), printed(off, "stderr")]).toEqual(["'x'", ""]);
    expect(resultOf(await kernel.execute("// @types off\nlet off2: number = 'x'; off2"))).toBe("'x'");
    const warned = await kernel.execute("// @types warn\nlet warned: number = 'x'; warned");
    expect(resultOf(warned)).toBe("'x'");
    expect(printed(warned, "stderr")).toMatch(/TS2322[^]*line 2, column 5/);
    expect(evalue(await kernel.execute("1; // @types off\nnull as number"))).toContain("TS2352");
  });

  test("of the kernel is set by DIFFREPAIRER_TYPES", async () => {
    const lax = new KernelClient({ DIFFREPAIRER_TYPES: "warn" });
    await lax.start(folder);
    const warned = async () => printed(await lax.execute("let warned: number = 'x'; warned"), "stderr");
    await expect.poll(warned, { timeout: 60_000, interval: 200 }).toContain("TS2322");
    expect(evalue(await lax.execute("// @types error\nnull as number"))).toContain("TS2352");
    await lax.close();
    const off = new KernelClient({ DIFFREPAIRER_TYPES: "off" });
    await off.start(folder);
    // An editor's question makes the checker warm.
    await off.request("complete_request", { code: "Math.", cursor_pos: 5 });
    const cell = await off.execute("let off: number = 'x'; off");
    expect([resultOf(cell), printed(cell, "stderr")]).toEqual(["'x'", ""]);
    await off.close();
  });

  test("silent runs and user expressions are not checked", async () => {
    expect((await kernel.execute("null as number", { silent: true })).reply?.content["status"]).toBe("ok");
    const { reply } = await kernel.execute("1", { user_expressions: { a: "null as number" } });
    expect(reply?.content["user_expressions"]).toMatchObject({ a: { status: "ok" } });
  });

  test("tsconfig.json of the notebook's folder says more", async () => {
    const strict = mkdtempSync(join(tmpdir(), "strict-"));
    writeFileSync(
      join(strict, "tsconfig.json"),
      // A comment and an option that would break cells are no trouble.
      `{ /* strict */ "compilerOptions": { "strict": true, "noUncheckedIndexedAccess": true, "noUnusedLocals": true, "module": "commonjs", "experimentalDecorators": true } }`,
    );
    const client = new KernelClient();
    await client.start(strict);
    await warm(client);
    expect(evalue(await client.execute("const same = (a) => a"))).toContain("TS7006");
    expect(evalue(await client.execute("const list = [1]; list[0].toFixed()"))).toContain("TS2532");
    const decorated = "function note(target: object, key: string) { noted.push(key) } const noted: string[] = [];";
    await client.execute(decorated);
    expect(resultOf(await client.execute("class Noted { @note field = 1 } noted.join()"))).toBe("'field'");
    await client.close();
    rmSync(strict, { recursive: true });
  });
});

describe("the checker", () => {
  test("without a startup snapshot does not hold up the first cell, whose type errors follow under it", async () => {
    const fresh = new KernelClient({ DIFFREPAIRER_SNAPSHOT: "off" });
    await fresh.start(folder);
    const first = await fresh.execute("let early: number = 'x'; early");
    expect(resultOf(first)).toBe("'x'");
    const late = async () => [...first.messages, ...(await fresh.command<Received[]>("drain", { seconds: 0.2 }))];
    await expect
      .poll(async () => (await late()).filter(({ type, parent }) => type === "stream" && parent === first.id).length, {
        timeout: 60_000,
      })
      .toBe(1);
    expect(evalue(await fresh.execute("early.toUpperCase()"))).toContain("on type 'number'");
    await fresh.close();
  });

  test("looks at the first cell before it runs where there is a startup snapshot", async () => {
    const fresh = new KernelClient();
    await fresh.start(folder);
    expect(evalue(await fresh.execute("let early: number = 'x'; early"))).toContain("TS2322");
    await fresh.close();
  });

  test("is interrupted with the cell, which does not run", async () => {
    const stopped = await kernel.execute(`let unborn = 1;\n${SLOW}`, { interrupt_after: 1.5 });
    expect(stopped.reply?.content).toMatchObject({ status: "error", ename: "Interrupted" });
    expect(stopped.stopped_ms).toBeLessThan(1_000);
    expect(resultOf(await kernel.execute("typeof unborn"))).toBe("'undefined'");
    await warm(kernel);
  });

  test("that takes too long lets the cell run, says so, and knows its names from then on", async () => {
    const cell = await kernel.execute(`let outlived = 1;\n${SLOW}\noutlived`);
    expect(resultOf(cell)).toBe("1");
    expect(printed(cell, "stderr")).toMatch(/The types of cell \[\d+\] could not be checked: it took longer than 10 s/);
    expect(cell.ms).toBeLessThan(20_000);
    await warm(kernel);
    const next = await kernel.execute("outlived + p0.length");
    expect([resultOf(next), printed(next, "stderr")]).toEqual(["4", ""]);
    expect(next.ms).toBeLessThan(5_000);
    // The checker knows less of what comes of those names than the cell that uses them may.
    await kernel.execute("const letters = Array.from(p0);");
    const certain = await kernel.execute("letters.map((letter) => letter.length).join()");
    expect([resultOf(certain), printed(certain, "stderr")]).toEqual(["'0,0,0'", expect.stringContaining("TS18046")]);
    const other = await kernel.execute("const wrong: string = 1;");
    expect(evalue(other)).toContain("TS2322");
  });

  test("whose process ends lets the cell run, says so, and is started again", async () => {
    const cell = kernel.execute(`let survived = 1;\n${SLOW}\nsurvived`);
    await new Promise((later) => setTimeout(later, 1_500));
    for (const language of childrenOf(pid, "language/main.js")) process.kill(language, "SIGKILL");
    expect(resultOf(await cell)).toBe("1");
    expect(printed(await cell, "stderr")).toMatch(/The types of cell \[\d+\] could not be checked/);
    await warm(kernel);
  });
});

test.each([20, 22, 24])("TypeScript has the libraries that Node %i can run", (node) => {
  const folder = join(ROOT, "node_modules/typescript/lib");
  for (const name of libraries(node)) expect(existsSync(join(folder, `lib.${name}.d.ts`)), name).toBe(true);
});

test.each(readdirSync(join(ROOT, "notebooks")).filter((name) => name.endsWith(".ipynb")))(
  "the types of %s are right",
  (name) => {
    const path = join(ROOT, "notebooks", name);
    const { cells } = JSON.parse(readFileSync(path, "utf8")) as { cells: { cell_type: string; source: string[] }[] };
    const service = new CellService(join(ROOT, "notebooks"));
    const faults = cells
      .filter(({ cell_type }) => cell_type === "code")
      .flatMap(({ source }, i) => {
        const code = source.join("");
        const found = check(service, code);
        service.add({ fileName: `cell-${i + 1}.ts`, code });
        return found.map(({ code: number, line, message }) => `cell ${i + 1}, line ${line}: TS${number} ${message}`);
      });
    expect(faults).toEqual([]);
  },
);
