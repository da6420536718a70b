import { tmpdir } from "node:os";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { KernelClient, printed, resultOf, traceback } from "./kernel-client.js";

const kernel = new KernelClient({ DIFFREPAIRER_TYPES: "off" });
beforeAll(() => kernel.start(tmpdir()));
afterAll(() => kernel.close());
afterEach(() => kernel.command("restart"));

const fails = "function () { throw new Error('patched') }";

test.each([
  `Object.getOwnPropertyNames(Array.prototype).filter((name) => !/^(length|constructor|push|pop)$/.test(name)).forEach((name) => (Array.prototype[name] = null))`,
  `Array.prototype[Symbol.iterator] = ${fails}; Object.getPrototypeOf([].values()).next = ${fails}`,
  `Promise.prototype.then = Promise.prototype.catch = ${fails}; Promise.resolve = Promise.all = null; globalThis.Promise = null`,
  `JSON.parse = JSON.stringify = ${fails}; globalThis.JSON = null`,
  `Object.keys = Object.entries = Object.assign = Object.defineProperty = Object.create = ${fails}; globalThis.Object = null`,
  `for (const type of [Map, Set, WeakMap]) for (const name of ["get", "set", "has", "add", "delete"]) type.prototype[name] = null`,
  `for (const name of Object.getOwnPropertyNames(String.prototype)) if (name !== "constructor" && name !== "length") String.prototype[name] = null`,
  `RegExp.prototype.exec = RegExp.prototype.test = RegExp.prototype[Symbol.replace] = ${fails}`,
  `Function.prototype.bind = Function.prototype.toString = ${fails}; globalThis.Reflect = null`,
  `Error.prepareStackTrace = ${fails}; Error.captureStackTrace = null; globalThis.Error = globalThis.TypeError = null`,
  `Object.prototype.toJSON = Array.prototype.toJSON = () => "patched"`,
  `Object.defineProperty(Object.prototype, "error", { get() { return undefined }, set() { throw 1 }, configurable: true })`,
  `process.stdout.write = process.stderr.write = process.on = process.once = process.exit = ${fails}`,
  `globalThis.setTimeout = globalThis.setImmediate = globalThis.clearTimeout = globalThis.queueMicrotask = ${fails}`,
  `globalThis.process = undefined; globalThis.Buffer = undefined; globalThis.URL = undefined`,
  `Buffer.from = Buffer.concat = Buffer.alloc = null; for (const name of ["subarray", "indexOf", "toString", "slice"]) Buffer.prototype[name] = null`,
  `Object.freeze(Object.prototype); Object.freeze(Array.prototype); Object.freeze(Function.prototype)`,
  `for (const name of ["display", "prompt", "console"]) Object.defineProperty(globalThis, name, { value: globalThis[name], writable: false })`,
])("after %s cells print, give results, fail and are interrupted as before", async (code) => {
  expect((await kernel.execute(code)).reply?.content["status"]).toBe("ok");

  const ok = await kernel.execute("let kept = 20; console.log('printed'); kept + 22");
  expect(resultOf(ok)).toBe("42");
  expect(printed(ok, "stdout")).toBe("printed\n");

  const failed = await kernel.execute("// one\nnull.missing");
  expect(failed.reply?.content).toMatchObject({ status: "error", ename: "TypeError" });
  expect(traceback(failed)).toContain("line 2, column 6");

  const stopped = await kernel.execute("for (;;) {}", { interrupt_after: 0.2 });
  expect(stopped.reply?.content["ename"]).toBe("Interrupted");
  const { reply } = await kernel.execute("", { user_expressions: { kept: "kept" } });
  expect(reply?.content["user_expressions"]).toMatchObject({ kept: { data: { "text/plain": "20" } } });
});

test("where a cell has broken what Node itself calls, the session ends, and says so", async () => {
  const failed = await kernel.execute("Array.prototype.pop = function () { throw new Error('patched') }");
  expect(failed.reply?.content["ename"]).toBe("SessionEnded");
  expect(printed(failed, "stderr")).toContain("Errors come without end, so the session ends");
  expect(resultOf(await kernel.execute("[1, 2].pop()"))).toBe("2");
});

test("what a cell patches stays patched for cells, and what it adds is there in its values' own displays", async () => {
  await kernel.execute("const join = Array.prototype.join; Array.prototype.join = function () { return 'patched' }");
  await kernel.execute("Array.prototype.last = function () { return this[this.length - 1] }");
  expect(resultOf(await kernel.execute("[1, 2].join()"))).toBe("'patched'");
  const shown = await kernel.execute(
    "({ [Symbol.for('Jupyter.display')]: () => ({ 'text/plain': String([1, 7].last()) }) })",
  );
  expect(resultOf(shown)).toBe("7");
});

test("cells see none of the kernel's names, and the kernel none of theirs", async () => {
  const seen = await kernel.execute("[typeof executor, typeof send, typeof fence, typeof module, typeof exports]");
  expect(resultOf(seen)).toBe(`[ ${Array.from({ length: 5 }, () => "'undefined'").join(", ")} ]`);
  await kernel.execute("let send = 1, lines = 2, take = 3, inspect = 4, Map = 5, Error = 6, process = 7");
  expect(resultOf(await kernel.execute("[send, Map, process]"))).toBe("[ 1, 5, 7 ]");
  expect(resultOf(await kernel.execute("typeof globalThis.Map"))).toBe("'function'");
});
