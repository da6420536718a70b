import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { KernelClient, printed, resultOf, traceback, type Received } from "./kernel-client.js";

const folder = mkdtempSync(join(tmpdir(), "tracebacks-"));
const kernel = new KernelClient();
const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
beforeAll(async () => {
  await kernel.start(folder);
  await kernel.execute("let thing: any = {}; let nothing: any;");
});
afterAll(async () => {
  await kernel.close();
  rmSync(folder, { recursive: true });
});

describe("what a cell catches speaks of its variables", () => {
  test.each([
    ["try { thing() } catch (error) { console.log(error.message) }", "thing is not a function"],
    ["try { thing.do() } catch (error) { console.log(String(error)) }", "TypeError: thing.do is not a function"],
    ["try { new nothing() } catch ({ message }) { console.log(message) }", "nothing is not a constructor"],
    [
      "try { const { a } = nothing } catch ({ message: m }) { console.log(m) }",
      "Cannot destructure property 'a' of 'nothing' as it is undefined.",
    ],
    ["const f = () => { try { thing() } catch (e) { return e.message } }; console.log(f())", "thing is not a function"],
    ["try { early } catch (e) { console.log(e.message) } let early = 1", "Cannot access 'early' before initialization"],
  ])("%s", async (code, message) => {
    expect(printed(await kernel.execute(`// @types off\n${code}`), "stdout")).toBe(`${message}\n`);
  });
});

describe("thrown values of every kind are told", () => {
  test.each([
    ["null", "Uncaught", "null"],
    ["undefined", "Uncaught", "undefined"],
    ["'text'", "Uncaught", "'text'"],
    ["() => 1", "Uncaught", "[Function (anonymous)]"],
    ["Object.create(null)", "Uncaught", "[Object: null prototype] {}"],
    ["new Proxy({}, { get() { throw 1 }, getPrototypeOf() { throw 2 } })", "Uncaught", "{}"],
    ["new (class MyError extends Error {})('mine')", "MyError", "mine"],
    ["new DOMException('aborted', 'AbortError')", "AbortError", "aborted"],
  ])("%s", async (thrown, ename, evalue) => {
    const failed = await kernel.execute(`throw ${thrown}`);
    expect(failed.reply?.content).toMatchObject({ status: "error", ename, evalue });
    const published = failed.messages.find(({ type }) => type === "error");
    expect(published?.content).toMatchObject({ ename, evalue, traceback: failed.reply?.content["traceback"] });
  });

  test("causes end at an error above; errors within errors are unfolded", async () => {
    const failed = await kernel.execute(
      "const first: any = new Error('first'); first.cause = new AggregateError([first, new Error('deep')], 'many'); throw first",
    );
    expect(traceback(failed)).toMatch(
      /^Error: first[^]*Caused by AggregateError: many[^]*\[1 of 2\]\nan error above[^]*Error: deep/,
    );
  });
});

describe("local files", () => {
  test("have their own lines, of the source as it was written", async () => {
    write(
      "thrower.ts",
      "interface Erased { a: 1 }\n\nexport function thrower(): never {\n  throw new Error('in a file');\n}\n",
    );
    for (const code of ["import { thrower } from './thrower'; thrower()", "require('./thrower.ts').thrower()"]) {
      const failed = traceback(await kernel.execute(code));
      expect(failed).toMatch(/at .*thrower \(.*thrower\.ts:4:9\)\n[^]*> 4 \| {3}throw new Error\('in a file'\);\n/);
      expect(failed).toMatch(/at cell \[\d+\], line 1, column \d+\n/);
    }
  });

  test("whose syntax is wrong are told with the line", async () => {
    for (const name of ["broken.ts", "broken.js"]) {
      write(name, "const fine = 1;\nexport const = 2;\n");
      const failed = await kernel.execute(`await import('./${name}')`);
      expect(failed.reply?.content["ename"]).toBe("SyntaxError");
      expect(traceback(failed)).toMatch(/broken\.[tj]s:2:14\)\n[^]*> 2 \| export const = 2;\n +\| {14}\^/);
    }
  });
});

test("names of the compiled cell do not show", async () => {
  const failed = await kernel.execute(
    "console.log(new Error('shown').stack);\n[1].map(() => { throw new Error('here') })",
  );
  expect(traceback(failed) + printed(failed, "stdout")).not.toContain("$$");
});

describe("errors outside a cell's course are told under their cell", () => {
  test.each([
    "setTimeout(() => { throw new Error('stray') }, 300)",
    "setTimeout(() => Promise.reject(new Error('stray')), 300)",
  ])("%s", async (code) => {
    const first = await kernel.execute(code);
    await kernel.execute("1");
    const later: Received[] = [];
    await expect
      .poll(async () => {
        later.push(...(await kernel.command<Received[]>("drain", { seconds: 0.2 })));
        return later.filter(({ type, parent }) => type === "stream" && parent === first.id).length;
      })
      .toBe(1);
    const { content } = later.find(({ type }) => type === "stream") ?? {};
    expect(String(content?.["text"])).toMatch(/^Uncaught in cell \[\d+\]: .*stray/);
  });
});

describe("what ends the session is told, with what was lost", () => {
  test.each([
    ["const hoard: unknown[] = []; for (;;) hoard.push(new Array(1e6).fill(hoard.length))", /memory/],
    ["process.exit(3)", /exit code 3/],
    ["process.abort()", /SIGABRT/],
    ["process.kill(process.pid, 'SIGTERM')", /SIGTERM/],
  ])("%s", async (code, how) => {
    await kernel.execute("let precious = 1");
    const failed = await kernel.execute(code, { timeout: 100 });
    expect(failed.reply?.content["ename"]).toBe("SessionEnded");
    expect(failed.reply?.content["evalue"]).toMatch(how);
    expect(failed.reply?.content["evalue"]).toMatch(/lost: .*precious/);
    expect(resultOf(await kernel.execute("1 + 1"))).toBe("2");
  });

  test("but endless recursion does not end it", async () => {
    await kernel.execute("let kept = 1; function deeper(n: number): number { return deeper(n + 1) + 1 }");
    const failed = await kernel.execute("deeper(0)");
    expect(failed.reply?.content["evalue"]).toBe("Maximum call stack size exceeded");
    expect(resultOf(await kernel.execute("kept"))).toBe("1");
  });
});
