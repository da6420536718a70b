import { createHash, randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { afterAll, beforeAll, expect, test } from "vitest";
import { KernelClient, printed, resultOf, type Executed, type PostOptions, type Received } from "./kernel-client.js";

const kernel = new KernelClient();
beforeAll(() => kernel.start(tmpdir()));
afterAll(() => kernel.close());

const commsOf = (messages: readonly Received[]): Received[] => messages.filter(({ type }) => type.startsWith("comm_"));
const statesOf = (messages: readonly Received[], id: string): unknown[] =>
  messages.filter(({ type, parent }) => type === "status" && parent === id).map((m) => m.content["execution_state"]);
const infoOf = async (query: object = {}) => (await kernel.request("comm_info_request", query)).reply?.content["comms"];

/** Sends a comm message and gives what is published until its idle. */
async function post(type: string, content: object, options: PostOptions = {}) {
  const id = await kernel.post(type, content, options);
  const { messages } = await kernel.settle([id]);
  return { id, messages };
}

test("a client's comm reaches the target that a cell has registered, and hears from it", async () => {
  await kernel.execute(`comms.registerTarget("echo", (comm, { data, metadata }) => {
    comm.send({ opened: data, metadata });
    comm.onMessage(({ data }) => comm.send({ heard: data }));
    comm.onClose(({ data }) => console.log("closed with", data));
  })`);
  const opened = await post(
    "comm_open",
    { comm_id: "e1", target_name: "echo", data: { a: 1 } },
    { metadata: { m: "é" } },
  );
  expect(commsOf(opened.messages)).toMatchObject([
    {
      type: "comm_msg",
      parent: opened.id,
      content: { comm_id: "e1", data: { opened: { a: 1 }, metadata: { m: "é" } } },
    },
  ]);
  expect(statesOf(opened.messages, opened.id)).toEqual(["busy", "idle"]);
  const sent = await post("comm_msg", { comm_id: "e1", data: { b: [2, null] } });
  expect(commsOf(sent.messages)[0]?.content).toEqual({ comm_id: "e1", data: { heard: { b: [2, null] } } });
  const closed = await post("comm_close", { comm_id: "e1", data: { why: "done" } });
  expect(printed(closed, "stdout")).toBe("closed with { why: 'done' }\n");
  expect(closed.messages.find(({ type }) => type === "stream")?.parent).toBe(closed.id);
  expect(commsOf((await post("comm_msg", { comm_id: "e1", data: {} })).messages)).toEqual([]);
});

test("a cell opens a comm, sends, hears and closes", async () => {
  const cell = await kernel.execute(
    `const made = comms.open("client", { data: { hello: 1 }, metadata: { version: "2.1.0" } }); made.send({ n: 2 }); made.send(); made.target`,
  );
  expect(resultOf(cell)).toBe("'client'");
  const [open, first, second] = commsOf(cell.messages);
  const id = open?.content["comm_id"] as string;
  expect(open).toMatchObject({
    type: "comm_open",
    parent: cell.id,
    content: { target_name: "client", data: { hello: 1 } },
    metadata: { version: "2.1.0" },
  });
  expect([first?.content, second?.content]).toEqual([
    { comm_id: id, data: { n: 2 } },
    { comm_id: id, data: {} },
  ]);
  await kernel.execute("let heard: unknown; made.onMessage(({ data }) => { heard = data; })");
  await post("comm_msg", { comm_id: id, data: { from: "client" } });
  expect(resultOf(await kernel.execute("heard"))).toBe("{ from: 'client' }");
  const closing = await kernel.execute("made.close({ bye: true }); made.close(); made.isOpen");
  expect(commsOf(closing.messages).map(({ content }) => content)).toEqual([{ comm_id: id, data: { bye: true } }]);
  expect(resultOf(closing)).toBe("false");
  expect((await kernel.execute("made.send({})")).reply?.content["evalue"]).toContain("is closed; open a new one");
});

test("comm_info tells what is open, of all targets or one", async () => {
  await kernel.execute(`const a = comms.open("ta", { id: "ia" }), b = comms.open("tb", { id: "ib" })`);
  expect(await infoOf()).toEqual({ ia: { target_name: "ta" }, ib: { target_name: "tb" } });
  expect(await infoOf({ target_name: "tb" })).toEqual({ ib: { target_name: "tb" } });
  expect(await infoOf({ target_name: "other" })).toEqual({});
  expect((await kernel.execute(`comms.open("ta", { id: "ia" })`)).reply?.content["evalue"]).toContain("open already");
  await kernel.execute("a.close()");
  await post("comm_close", { comm_id: "ib", data: {} });
  expect(await infoOf()).toEqual({});
});

test("buffers go both ways, whatever they are views of", async () => {
  await kernel.execute(`comms.registerTarget("bytes", (comm, { buffers }) => {
    const floats = new Float32Array(buffers[0]!.buffer);
    comm.send({ sum: floats[0]! + floats[1]!, lengths: buffers.map((b) => b.length) }, { buffers: [
      new Uint8Array([9, 1, 2, 9]).subarray(1, 3), new Float64Array([0.5]), new DataView(new ArrayBuffer(1)),
      new Uint8Array([7]).buffer, Buffer.from("é"),
    ] });
  })`);
  const floats = Buffer.from(new Float32Array([1.5, 2]).buffer).toString("base64");
  const { messages } = await post(
    "comm_open",
    { comm_id: "b1", target_name: "bytes", data: {} },
    { buffers: [floats, ""] },
  );
  const [answer] = commsOf(messages);
  expect(answer?.content["data"]).toEqual({ sum: 3.5, lengths: [8, 0] });
  expect(answer?.buffers.map((text) => [...Buffer.from(text, "base64")])).toEqual([
    [1, 2],
    [0, 0, 0, 0, 0, 0, 0xe0, 0x3f],
    [0],
    [7],
    [0xc3, 0xa9],
  ]);
  const wrong = await kernel.execute(`comms.open("t", { buffers: ["text"] as never })`);
  expect(wrong.reply?.content["evalue"]).toContain("must be ArrayBuffers, typed arrays or DataViews");
});

test("a buffer of 10 MB comes through both ways", async () => {
  await kernel.execute(`
    import { createHash } from "node:crypto";
    comms.registerTarget("big", (comm, { buffers }) => comm.send({ hash: createHash("sha256").update(buffers[0]!).digest("hex") }, { buffers }))`);
  const bytes = randomBytes(10 << 20);
  const { messages } = await post(
    "comm_open",
    { comm_id: "big1", target_name: "big", data: {} },
    { buffers: [bytes.toString("base64")] },
  );
  const [answer] = commsOf(messages);
  expect(answer?.content["data"]).toEqual({ hash: createHash("sha256").update(bytes).digest("hex") });
  expect(Buffer.from(answer?.buffers[0] ?? "", "base64").equals(bytes)).toBe(true);
});

test("a target that no cell has registered, or no more, is refused", async () => {
  await kernel.execute(`comms.registerTarget("gone", () => {}); comms.unregisterTarget("gone")`);
  for (const target of ["never", "gone", "__proto__"]) {
    const { id, messages } = await post("comm_open", { comm_id: "u1", target_name: target, data: {} });
    expect(commsOf(messages)).toMatchObject([{ type: "comm_close", parent: id, content: { comm_id: "u1" } }]);
  }
  expect(await infoOf({ target_name: "never" })).toEqual({});
});

test("messages of unknown comms, or without fields, are survived", async () => {
  for (const type of ["comm_msg", "comm_close", "comm_open"]) {
    for (const content of [{}, { comm_id: 1, data: {} }, { comm_id: "unknown", data: {} }]) {
      const { id, messages } = await post(type, content);
      expect(statesOf(messages, id)).toEqual(["busy", "idle"]);
    }
  }
  expect(resultOf(await kernel.execute("1"))).toBe("1");
});

test("what a handler throws is told under the cell that gave it, and refuses a comm that is being opened", async () => {
  const cell = await kernel.execute(`comms.registerTarget("throws", (comm) => {
    comm.onMessage(async () => { await 1; throw new Error("in message"); });
    if (comm.id === "t1") throw new Error("in open");
  })`);
  const errorsOf = (messages: readonly Received[]) =>
    messages.filter(({ type, parent }) => type === "stream" && parent === cell.id).map((m) => m.content["text"]);
  const first = await post("comm_open", { comm_id: "t1", target_name: "throws", data: {} });
  expect(commsOf(first.messages)).toMatchObject([{ type: "comm_close", content: { comm_id: "t1" } }]);
  expect(errorsOf(first.messages).join("")).toMatch(/Uncaught in cell \[\d+\].*in open[\s\S]*line 3/);
  const second = await post("comm_open", { comm_id: "t2", target_name: "throws", data: {} });
  expect(commsOf(second.messages)).toEqual([]);
  const third = await post("comm_msg", { comm_id: "t2", data: {} });
  expect(errorsOf(third.messages).join("")).toMatch(/in message[\s\S]*line 2/);
  expect(statesOf(third.messages, third.id)).toEqual(["busy", "idle"]);
});

test("outputs of a handler, late ones too, belong to its message", async () => {
  await kernel.execute(`let release = () => {}; const released = new Promise<void>((resolve) => (release = resolve));
  comms.registerTarget("prints", async (comm) => {
    console.log("one"); display.html("<b>two</b>"); await new Promise((r) => setTimeout(r, 20)); console.error("three");
    void released.then(() => console.log("late"));
  })`);
  const open = await post("comm_open", { comm_id: "p1", target_name: "prints", data: {} });
  const later = await kernel.execute("release(); await new Promise((r) => setTimeout(r, 50))");
  const own = [...open.messages, ...later.messages].filter(({ parent }) => parent === open.id);
  expect(own.map(({ type, content }) => content["text"] ?? content["execution_state"] ?? type)).toEqual([
    "busy",
    "one\n",
    "display_data",
    "three\n",
    "idle",
    "late\n",
  ]);
});

test("handlers run while a cell awaits, which can wait for a message", async () => {
  const cell = await kernel.post("execute_request", {
    code: `await new Promise((resolve) => comms.registerTarget("question", (_, { data }) => resolve(data)))`,
  });
  // Sent at once: it is handled after the cell has begun.
  const answer = await kernel.post("comm_open", { comm_id: "q1", target_name: "question", data: { answer: 42 } });
  const { messages, replies } = await kernel.settle([cell, answer], [cell]);
  expect(replies[0]?.content["status"]).toBe("ok");
  const result = messages.find(({ type }) => type === "execute_result");
  expect(result?.content["data"]).toEqual({ "text/plain": "{ answer: 42 }" });
});

test("a target can be opened right after the cell that registers it", async () => {
  const cell = await kernel.post("execute_request", {
    code: `comms.registerTarget("soon", (comm) => comm.send({ got: true }))`,
  });
  const open = await kernel.post("comm_open", { comm_id: "s1", target_name: "soon", data: {} });
  const { messages } = await kernel.settle([cell, open]);
  expect(commsOf(messages)).toMatchObject([{ type: "comm_msg", parent: open }]);
});

test("messages wait for a synchronous loop, and keep their order", async () => {
  await kernel.execute(
    `const order: unknown[] = []; const busy = comms.open("busy", { id: "o1" }); busy.onMessage(({ data }) => order.push(data.i))`,
  );
  const cell = await kernel.post("execute_request", {
    code: `for (const end = Date.now() + 400; Date.now() < end;) {} order.length`,
  });
  const sent: string[] = [];
  for (let i = 0; i < 20; i += 1) sent.push(await kernel.post("comm_msg", { comm_id: "o1", data: { i } }));
  const { messages } = await kernel.settle([cell, ...sent]);
  expect(messages.find(({ type }) => type === "execute_result")?.content["data"]).toEqual({ "text/plain": "0" });
  expect(resultOf(await kernel.execute("order.join()"))).toBe(`'${Array.from({ length: 20 }, (_, i) => i).join()}'`);
});

test("an interrupt ends a handler that does not end", async () => {
  await kernel.execute(`let state = 1; comms.registerTarget("loops", () => { console.log("in"); for (;;) {} })`);
  const open = await kernel.post("comm_open", { comm_id: "l1", target_name: "loops", data: {} });
  await kernel.until({ parent: open, type: "stream" });
  const stop = await kernel.post("interrupt_request", {}, { channel: "control" });
  const { messages } = await kernel.settle([open, stop]);
  expect(statesOf(messages, open)).toEqual(["idle"]);
  expect(resultOf(await kernel.execute("state"))).toBe("1");
});

test("a handler cannot ask for input, and is told so", async () => {
  await kernel.execute(`comms.registerTarget("asks", () => { prompt("?"); })`);
  const { messages } = await post("comm_open", { comm_id: "k1", target_name: "asks", data: {} });
  expect(printed({ messages }, "stderr")).toContain("ask in a cell instead");
});

test("comms are closed when the session ends, and can be opened anew", async () => {
  await kernel.execute(`comms.registerTarget("lost", () => {}); const lost = comms.open("x", { id: "lost1" })`);
  const { messages } = await kernel.execute("process.exit(3)");
  const closed = commsOf(messages).filter(({ content }) => content["comm_id"] === "lost1");
  expect(closed).toMatchObject([{ type: "comm_close" }]);
  expect(await infoOf()).toEqual({});
  const refused = await post("comm_open", { comm_id: "lost2", target_name: "lost", data: {} });
  expect(commsOf(refused.messages)).toMatchObject([{ type: "comm_close" }]);
  await kernel.execute(`comms.open("x", { id: "lost1" })`);
  expect(await infoOf()).toEqual({ lost1: { target_name: "x" } });
});

test("a widget is opened and shown by hand", async () => {
  const cell = await kernel.execute(`
    const layout = comms.open("jupyter.widget", { metadata: { version: "2.1.0" }, data: { buffer_paths: [], state: {
      _model_module: "@jupyter-widgets/controls", _model_module_version: "2.0.0", _model_name: "IntSliderModel", value: 3 } } });
    layout.onMessage<{ method: string; state?: { value: number } }>(({ data }) => {
      if (data.method === "update") layout.send({ method: "update", state: { value: data.state!.value + 1 }, buffer_paths: [] });
    });
    display({ "application/vnd.jupyter.widget-view+json": { version_major: 2, version_minor: 0, model_id: layout.id } }, { raw: true });`);
  const [open] = commsOf(cell.messages);
  const shown = cell.messages.find(({ type }) => type === "display_data")?.content["data"] as Record<string, object>;
  expect(shown["application/vnd.jupyter.widget-view+json"]).toMatchObject({ model_id: open?.content["comm_id"] });
  expect(open?.metadata).toMatchObject({ version: "2.1.0" });
  const { messages } = await post("comm_msg", {
    comm_id: open?.content["comm_id"],
    data: { method: "update", state: { value: 4 }, buffer_paths: [] },
  });
  expect(commsOf(messages)[0]?.content["data"]).toMatchObject({ method: "update", state: { value: 5 } });
});

test("wrong calls are told what is wrong", async () => {
  const evalueOf = async (code: string): Promise<unknown> => {
    const cell: Executed = await kernel.execute(code);
    return cell.reply?.content["evalue"];
  };
  expect(await evalueOf(`comms.open("")`)).toContain("a text that is not empty");
  expect(await evalueOf(`comms.open("x", { data: [1] })`)).toContain("the data of a comm message must be an object");
  expect(await evalueOf(`comms.open("x", { bufers: [] } as object)`)).toContain('no option "bufers"');
  expect(await evalueOf(`comms.registerTarget("x", 5 as never)`)).toContain("must be a function");
  expect(await evalueOf(`comms.open("x", { data: { n: 1n } })`)).toContain("BigInt");
});

test("the language service knows the types of comms", async () => {
  const completed = await kernel.request("complete_request", { code: "comms.reg", cursor_pos: 9 });
  expect(completed.reply?.content["matches"]).toEqual(["registerTarget"]);
  const inspected = await kernel.request("inspect_request", { code: "comms", cursor_pos: 3, detail_level: 0 });
  expect((inspected.reply?.content["data"] as Record<string, string>)["text/plain"]).toContain("Comms");
  const cell = await kernel.execute(`comms.registerTarget("typed", (comm) => comm.sent({}))`);
  expect(cell.reply?.content["ename"]).toBe("TypeScriptError");
});
