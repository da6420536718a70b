import { tmpdir } from "node:os";
import { afterAll, beforeAll, expect, test } from "vitest";
import { KernelClient, printed, resultOf, type ExecuteOptions, type Received } from "./kernel-client.js";

interface Listed {
  name: string;
  type: string;
  shape?: number[];
  preview: string;
  memory?: { bytes: number; isExact: boolean };
}

const kernel = new KernelClient({ DIFFREPAIRER_TYPES: "off" });
beforeAll(() => kernel.start(tmpdir()));
afterAll(() => kernel.close());

const dataOf = (message: Received | undefined) => message?.content["data"] as Record<string, unknown>;
const isFor = (comm: string) => (message: Received) =>
  message.type === "comm_msg" && message.content["comm_id"] === comm;

async function post(type: string, content: object): Promise<readonly Received[]> {
  const id = await kernel.post(type, content);
  return (await kernel.settle([id])).messages;
}

/** What is told after a cell, which may be before or after its end is published. */
async function toldAfter(code: string, options: ExecuteOptions = {}): Promise<Record<string, unknown>> {
  const { id, messages } = await kernel.execute(code, options);
  const told = messages.find(({ type, parent }) => type === "comm_msg" && parent === id);
  return dataOf(told ?? (await kernel.until({ parent: id, type: "comm_msg" })));
}

/** The variables that are told after a cell, by name. */
async function listAfter(code: string, options: ExecuteOptions = {}): Promise<Map<string, Listed>> {
  const { variables } = await toldAfter(code, options);
  return new Map((variables as Listed[]).map((variable) => [variable.name, variable]));
}

/** The answer to a question at the comm of variables. */
async function view(name: string): Promise<Record<string, unknown>> {
  const messages = await post("comm_msg", { comm_id: "v", data: { view: name, request: 7 } });
  return (
    messages
      .filter(isFor("v"))
      .map(dataOf)
      .find((data) => "view" in data) ?? {}
  );
}

test("a client that opens the comm is told the variables there are", async () => {
  await kernel.execute("const early = 1; let unset: number;");
  const opened = await post("comm_open", { comm_id: "v", target_name: "diffrepairer.variables", data: {} });
  expect(dataOf(opened.find(isFor("v")))).toEqual({
    variables: [
      { name: "early", type: "number", preview: "1", memory: { bytes: 8, isExact: true } },
      { name: "unset", type: "undefined", preview: "undefined", memory: { bytes: 8, isExact: true } },
    ],
    more: 0,
  });
});

test("each cell is followed by a new list, with type, shape, preview and memory, and without imports", async () => {
  const list = await listAfter(`import { sep } from "node:path";
    const text = "a\\nb", numbers = new Float32Array(1000), map = new Map([["a", [1, 2]]]), set = new Set([1.5]);
    const list = ["x", { deep: { er: 1 } }, , 4], record = { a: 1, b: "two", c: null };
    class Thing { size = 2; } const thing = new Thing(), make = () => 1, big = 10n ** 30n, when = new Date(0);
    numbers[1] = 0.123456789;`);
  expect(list.has("sep")).toBe(false);
  expect(list.get("text")).toMatchObject({ type: "string", shape: [3], preview: '"a\\nb"' });
  expect(list.get("numbers")).toMatchObject({ type: "Float32Array", shape: [1000] });
  expect(list.get("numbers")?.preview).toBe("[0, 0.123457, 0, 0, 0, 0, … 994 more]");
  expect(list.get("numbers")?.memory).toEqual({ bytes: 4000 + 56, isExact: true });
  expect(list.get("map")).toMatchObject({ type: "Map", shape: [1], preview: '{"a" → Array(2)}' });
  expect(list.get("set")).toMatchObject({ type: "Set", shape: [1], preview: "{1.5}" });
  expect(list.get("list")).toMatchObject({ type: "Array", shape: [4], preview: '["x", Object {…}, , 4]' });
  expect(list.get("record")).toMatchObject({ type: "Object", preview: '{a: 1, b: "two", c: null}' });
  expect(list.get("thing")).toMatchObject({ type: "Thing", preview: "{size: 2}" });
  expect(list.get("Thing")).toMatchObject({ type: "class", preview: "class Thing" });
  expect(list.get("make")).toMatchObject({ type: "function", preview: "make()" });
  expect(list.get("big")).toMatchObject({ type: "bigint", preview: "0xc9f2c9cd04674edea40000000n" });
  expect(list.get("when")).toMatchObject({ type: "Date", preview: "1970-01-01T00:00:00.000Z" });
});

test("a list follows a cell that fails or is interrupted, and a changed value", async () => {
  expect((await listAfter("let changing = 1; throw new Error('no')")).get("changing")?.preview).toBe("1");
  expect((await listAfter("changing = 2; undefined")).get("changing")?.preview).toBe("2");
  const interrupted = await listAfter("changing = 3; while (true);", { interrupt_after: 0.3 });
  expect(interrupted.get("changing")?.preview).toBe("3");
});

test("no getter, Proxy or method of a value is run", async () => {
  const list = await listAfter(`let ran: string[] = [];
    const note = (what: string) => { ran.push(what); return what; };
    const getting = { get a() { return note("getter"); }, b: 1, toString() { return note("toString"); } };
    const proxied = new Proxy({ x: 1 }, { get: () => note("get"), ownKeys: () => { note("ownKeys"); return []; },
      getPrototypeOf: () => { note("prototype"); return null; }, getOwnPropertyDescriptor: () => { note("descriptor"); return undefined; } });
    const holding = [proxied, getting, new Map([[proxied, proxied]])];
    class Tagged { get [Symbol.toStringTag]() { return note("tag"); } get length() { return note("length"); } get shape() { return note("shape"); }
      get [Symbol.for("diffrepairer.overview")]() { return note("overview"); } [Symbol.for("nodejs.util.inspect.custom")]() { return note("inspect"); }
      [Symbol.for("Jupyter.display")]() { return note("display"); } *[Symbol.iterator]() { note("iterator"); } toJSON() { return note("json"); } }
    const tagged = new Tagged(), inheriting = Object.create(proxied);
    class Sized extends Float64Array { override get length() { note("length"); return 1; } } const sized = new Sized(3);
    const asked = { toString: () => note("name"), [Symbol.toPrimitive]: () => note("primitive") };
    const failure = Object.assign(new Error(), { message: asked }), odd = Object.defineProperty(() => 1, "name", { value: asked });
    const captured = { message: asked, toString: () => note("captured") }; Error.captureStackTrace(captured);
    const frame = { $data: [[1]], $columns: [asked], $dtypes: [asked], $isSeries: false };`);
  expect(list.get("getting")?.preview).toBe("{a: (getter), b: 1, toString: toString()}");
  expect(list.get("proxied")).toMatchObject({ type: "Proxy", preview: "not looked into" });
  expect(list.get("holding")?.preview).toBe("[Proxy, Object {…}, Map(1)]");
  expect(list.get("tagged")).toMatchObject({ type: "Tagged", preview: "{}" });
  expect(list.get("sized")).toMatchObject({ type: "Sized", shape: [3] });
  expect(list.get("frame")).toMatchObject({ type: "DataFrame", shape: [1, 1], preview: "?: ?" });
  expect(resultOf(await kernel.execute("ran"))).toBe("[]");
});

test("huge values are listed in bounded size", async () => {
  const list =
    await listAfter(`const long = "é".repeat(5e6), rows = Array.from({ length: 200_000 }, (_, i) => ({ i, name: "row" }));
    const wide = Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => ["k" + i, i])), empty = new Array(4e9);`);
  const previews = [...list.values()].map(({ preview }) => preview.length);
  expect(Math.max(...previews)).toBeLessThanOrEqual(160);
  expect(list.get("rows")?.preview).toBe(
    "[Object {…}, Object {…}, Object {…}, Object {…}, Object {…}, Object {…}, … 199994 more]",
  );
  expect(list.get("wide")?.preview).toContain("… 49994 more}");
  expect(list.get("empty")).toMatchObject({ shape: [4e9], preview: "[, , , , , , … 3999999994 more]" });
});

test("one variable is shown as a cell would show it, and a list of records as a table", async () => {
  await kernel.execute(`const shown = { [Symbol.for("Jupyter.display")]: async () => ({ "text/html": "<b>1</b>" }) };
    const records = [{ gene: "A", count: 1 }, { gene: "B", count: 2 }];
    const broken = { [Symbol.for("Jupyter.display")]() { throw new Error("no") } };`);
  expect(await view("shown")).toMatchObject({ view: "shown", request: 7, data: { "text/html": "<b>1</b>" } });
  const table = (await view("records"))["data"] as Record<string, string>;
  expect(table["text/plain"]).toBe("   gene  count\n0     A      1\n1     B      2\n2 × 2");
  expect((await view("broken"))["data"]).toHaveProperty("text/plain");
  expect(await view("missing")).toEqual({
    view: "missing",
    request: 7,
    error: 'there is no variable "missing" in the session',
  });
  expect((await view("sep"))["error"]).toContain("there is no variable");
  expect(await view({} as string)).toHaveProperty("error");
});

test("a list still comes after a cell has broken what the language is written in", async () => {
  const list = await listAfter(
    "const { push, slice, map: mapped } = Array.prototype, { keys } = Object; Array.prototype.push = () => { throw 1 }; Array.prototype.map = undefined as never; Object.keys = () => ['no']; 1",
  );
  expect(list.get("early")?.preview).toBe("1");
  await kernel.execute("Array.prototype.push = push; Array.prototype.map = mapped; Object.keys = keys;");
});

test("of very many variables the first thousand are told", async () => {
  const names = Array.from({ length: 1200 }, (_, i) => `many${i}`);
  const { variables, more } = await toldAfter(`var ${names.map((name) => `${name} = 1`).join(", ")};`);
  expect(variables).toHaveLength(1000);
  expect(more).toBeGreaterThan(200);
});

test("those who come without end do not pile up, and who has closed hears no more", async () => {
  for (let i = 0; i < 9; i++) {
    await post("comm_open", { comm_id: `extra${i}`, target_name: "diffrepairer.variables", data: {} });
  }
  const info = (await kernel.request("comm_info_request", {})).reply?.content["comms"] as object;
  expect(Object.keys(info)).toEqual(Array.from({ length: 8 }, (_, i) => `extra${i + 1}`));
  for (const comm of Object.keys(info)) await post("comm_close", { comm_id: comm, data: {} });
  const { messages } = await kernel.execute("1");
  const after = await kernel.execute("2");
  expect([...messages, ...after.messages].filter(({ type }) => type === "comm_msg")).toEqual([]);
});

test("the status tells memory, and what computes once that is known", async () => {
  const opened = await post("comm_open", { comm_id: "s", target_name: "diffrepairer.status", data: {} });
  const status = dataOf(opened.find(isFor("s")));
  expect(status).toMatchObject({ memory: { rss: expect.any(Number), heap: expect.any(Number) } });
  expect((status["memory"] as { rss: number }).rss).toBeGreaterThan(1e7);
  expect(status).not.toHaveProperty("backend");
  expect(
    await toldAfter(`globalThis._tfengine = { backendName: "wasm", state: { numTensors: 2, numBytes: 48 } } as never`),
  ).toMatchObject({ backend: { name: "wasm" }, tensors: { count: 2, bytes: 48 } });
  const told = await toldAfter(
    `globalThis[Symbol.for("diffrepairer.backend") as never] = { name: "tensorflow", device: "CPU" } as never`,
  );
  expect(told["backend"]).toEqual({ name: "tensorflow", device: "CPU" });
  await post("comm_close", { comm_id: "s", data: {} });
});

test("a new session closes the comms of the old", async () => {
  await post("comm_open", { comm_id: "last", target_name: "diffrepairer.variables", data: {} });
  const { id, messages } = await kernel.execute("process.exit(3)");
  const closed = messages.find(({ type }) => type === "comm_close");
  expect((closed ?? (await kernel.until({ parent: id, type: "error" }))).type).toBeTruthy();
  const again = await post("comm_open", { comm_id: "again", target_name: "diffrepairer.variables", data: {} });
  expect(dataOf(again.find(isFor("again")))).toEqual({ variables: [], more: 0 });
  expect(printed({ messages: again }, "stderr")).toBe("");
});
