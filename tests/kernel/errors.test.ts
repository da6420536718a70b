import { tmpdir } from "node:os";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { KernelClient, printed, resultOf, traceback } from "./kernel-client.js";

const kernel = new KernelClient();
beforeAll(() => kernel.start(tmpdir()));
afterAll(() => kernel.close());

describe("runtime errors", () => {
  test("name the cell's own line and column, below erased types and after await", async () => {
    const failed = await kernel.execute(
      "interface Erased {\n  a: number;\n}\ntype Gone = string;\nawait 1;\nconst value: Erased = { a: 1 };\n  (value as any).missing.x;\n",
    );
    expect(failed.reply?.content).toMatchObject({ status: "error", ename: "TypeError" });
    expect(traceback(failed)).toMatch(/cell \[\d+\], line 7, column \d+/);
    expect(traceback(failed)).toMatch(/> 7 \| {3}\(value as any\)\.missing\.x;\n.*\^/);
    const error = failed.messages.find(({ type }) => type === "error");
    expect(error?.content["traceback"]).toEqual(failed.reply?.content["traceback"]);
  });

  test("name both cells where an earlier cell's function threw, with its cause, and no frame of the kernel", async () => {
    await kernel.execute(
      "function fails(x: number): never {\n  throw new RangeError('outer', { cause: new Error('inner') });\n}",
    );
    const failed = await kernel.execute("// two\nfails(\n  1)");
    const text = traceback(failed);
    expect(text).toMatch(/RangeError: outer\n {2}at fails \(cell \[\d+\], line 2, column 9\)/);
    expect(text).toMatch(/at cell \[\d+\], line 2, column 1/);
    expect(text).toContain("Caused by Error: inner");
    expect(text).not.toMatch(/node:internal|dist\/kernel|executor/);
  });

  test("speak of the cell's variables, not of the boxes that hold them", async () => {
    await kernel.execute("let thing: any = {}; let $money: any; function calls() { thing() }");
    for (const [code, message] of [
      ["thing(1)", "thing is not a function"],
      ["thing.method(1)", "thing.method is not a function"],
      ["[...thing]", "thing is not iterable"],
      ["'$$'; $money()", "$money is not a function"],
      ["thing.v()", "thing.v is not a function"],
      ["calls()", "thing is not a function"],
      ["'$$thing.v'; throw new TypeError('$$thing.v')", "$$thing.v"],
    ]) {
      const failed = await kernel.execute(code ?? "");
      expect(failed.reply?.content).toMatchObject({ ename: "TypeError", evalue: message });
      expect(traceback(failed)).toContain(`TypeError: ${message}\n`);
    }
    const caught = await kernel.execute("try { thing() } catch (error) { console.log(error) }");
    expect(printed(caught, "stdout")).toMatch(/^TypeError: thing is not a function\n/);
    const frozen = await kernel.execute("try { thing() } catch (error) { throw Object.freeze(error) }");
    expect(frozen.reply?.content["evalue"]).toContain("thing");
  });

  test("place a call at its name, whatever the call looks like", async () => {
    await kernel.execute("function thrower(..._: unknown[]): any { throw new Error('placed') }");
    for (const code of ["thrower()", "thrower `x${1}`", "thrower ?. (1)", "thrower!(\n1)", "[thrower(1)]"]) {
      const column = code.indexOf("thrower") + 1;
      expect(traceback(await kernel.execute(code))).toMatch(
        new RegExp(`at cell \\[\\d+\\], line 1, column ${column}\n`),
      );
    }
  });

  test("thrown values that are no errors, aggregates, and errors whose fields throw are told", async () => {
    expect((await kernel.execute("throw { a: 1 }")).reply?.content).toMatchObject({
      ename: "Uncaught",
      evalue: "{ a: 1 }",
    });
    const all = await kernel.execute(
      "await Promise.any([Promise.reject(new Error('one')), Promise.reject(new TypeError('two'))])",
    );
    expect(traceback(all)).toMatch(/Error: one[\s\S]*TypeError: two/);
    const odd = await kernel.execute("throw Object.defineProperty(new Error('x'), 'message', { get() { throw 1 } })");
    expect(odd.reply?.content["status"]).toBe("error");
  });

  test("endless recursion is told in a few lines", async () => {
    const failed = await kernel.execute("function again() { again() } again()");
    expect(failed.reply?.content["ename"]).toBe("RangeError");
    expect(traceback(failed).split("\n").length).toBeLessThan(40);
  });

  test("error.stack read in a cell speaks of the cell", async () => {
    const shown = resultOf(await kernel.execute("interface Gone {}\nnew Error('here').stack!.split('\\n')[1]"));
    expect(shown).toMatch(/at cell \[\d+\]:2:1/);
  });
});

describe("syntax errors", () => {
  test.each([
    ["let x: number = ;", "Expression expected", "line 1, column 17"],
    ["const a = 1;\nlet b = (;", "Expression expected", "line 2, column 10"],
    ["let twice = 1; let twice = 2", "declared twice", "line 1, column 20"],
    ["return 1", "'return' statement", "line 1, column 1"],
    ["const ok = 1;\nconst bad = /(/;", "Invalid regular expression", "line 2"],
  ])("%j", async (code, message, place) => {
    const failed = await kernel.execute(code);
    expect(failed.reply?.content["ename"]).toBe("SyntaxError");
    expect(failed.reply?.content["evalue"]).toContain(message);
    expect(traceback(failed)).toContain(place);
  });

  test("run nothing of the cell", async () => {
    await kernel.execute("globalThis.touched = true; let = ;");
    expect(resultOf(await kernel.execute("typeof touched"))).toBe("'undefined'");
  });
});

test("unhandled rejections and errors in timers are told under their cell", async () => {
  const cell = await kernel.execute(
    "setTimeout(() => { throw new Error('timer') }, 5); Promise.reject(new Error('rejected')); await new Promise((done) => setTimeout(done, 100))",
  );
  expect(cell.reply?.content["status"]).toBe("ok");
  expect(printed(cell, "stderr")).toMatch(/Uncaught in cell \[\d+\]: .*rejected[\s\S]*timer/);
});

describe("the session's end", () => {
  test.each([
    ["process.exit(3)", "exit code 3"],
    ["process.abort()", "SIGABRT"],
    ["process.kill(process.pid, 'SIGKILL')", "SIGKILL"],
  ])("%s is told with what was lost; the kernel lives", async (code, how) => {
    await kernel.execute("let precious = 1");
    const failed = await kernel.execute(code);
    expect(failed.reply?.content["ename"]).toBe("SessionEnded");
    expect(failed.reply?.content["evalue"]).toContain(how);
    expect(failed.reply?.content["evalue"]).toContain("precious");
    expect(resultOf(await kernel.execute("typeof precious"))).toBe("'undefined'");
  });

  test("is followed by nothing that the next session says by itself as it starts", async () => {
    const ended = await kernel.execute("process.exit(3)");
    const next = await kernel.execute("await new Promise((done) => setTimeout(done, 500)); 1");
    expect(printed(ended, "stderr") + printed(next, "stderr")).toBe("");
  });
});
