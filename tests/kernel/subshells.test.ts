import { tmpdir } from "node:os";
import { afterAll, beforeAll, expect, test } from "vitest";
import { KernelClient, printed, resultOf, type Received } from "./kernel-client.js";

const kernel = new KernelClient();
beforeAll(() => kernel.start(tmpdir()));
afterAll(() => kernel.close());

const control = async (type: string, content: object = {}) =>
  (await kernel.request(type, content, { channel: "control" })).reply?.content;
const create = async () => (await control("create_subshell_request"))?.["subshell_id"] as string;
const list = async () => (await control("list_subshell_request"))?.["subshell_id"];
const remove = (id: string) => control("delete_subshell_request", { subshell_id: id });

/** Sends a cell to a subshell, or to the main shell, and waits for nothing. */
const send = (code: string, subshell: string | null = null, options: object = {}): Promise<string> =>
  kernel.post("execute_request", { code, ...options }, { header: { subshell_id: subshell } });

const resultUnder = (messages: readonly Received[], id: string): unknown => {
  const result = messages.find(({ type, parent }) => type === "execute_result" && parent === id);
  return (result?.content["data"] as Record<string, unknown> | undefined)?.["text/plain"];
};
const statusesOf = (replies: readonly Received[], ids: readonly string[]): unknown[] =>
  ids.map((id) => replies.find(({ parent }) => parent === id)?.content["status"]);

test("subshells are created, listed and deleted", async () => {
  expect(await list()).toEqual([]);
  const [first, second] = [await create(), await create()];
  expect(first).not.toBe(second);
  expect(await list()).toEqual([first, second]);
  expect(await remove(first)).toEqual({ status: "ok" });
  expect(await list()).toEqual([second]);
  expect(await remove(first)).toMatchObject({ status: "error", ename: "KernelError" });
  expect((await remove(first))?.["evalue"]).toContain(first);
  await remove(second);
});

test("a subshell's cell runs while the main shell awaits, and shares its variables and count", async () => {
  const subshell = await create();
  const main = await send(
    "let shared = 1; await new Promise<void>((r) => Object.assign(globalThis, { go: r })); shared",
  );
  const side = await send("shared += 1; let fromSide = { deep: shared }; (globalThis as any).go(); fromSide", subshell);
  const { messages, replies } = await kernel.settle([main, side], [main, side]);
  expect(replies.map(({ parent }) => parent)).toEqual([side, main]);
  expect([resultUnder(messages, main), resultUnder(messages, side)]).toEqual(["2", "{ deep: 2 }"]);
  const counts = [main, side].map((id) => replies.find(({ parent }) => parent === id)?.content["execution_count"]);
  expect(counts[1]).toBe(Number(counts[0]) + 1);
  const states = messages.filter(({ type }) => type === "status").map(({ parent, content }) => [parent, content]);
  for (const id of [main, side]) {
    expect(states.filter(([parent]) => parent === id).map(([, content]) => content)).toEqual([
      { execution_state: "busy" },
      { execution_state: "idle" },
    ]);
  }
  // What a subshell declares is known, with its type, to cells of every shell.
  expect(resultOf(await kernel.execute("fromSide.deep + 1"))).toBe("3");
  await remove(subshell);
});

test("each shell keeps its own order", async () => {
  const subshell = await create();
  await kernel.execute("const order: string[] = [], pause = () => new Promise((r) => setTimeout(r, 20))");
  const ids: string[] = [];
  for (const i of [1, 2, 3]) {
    ids.push(await send(`await pause(); await pause(); order.push("m${i}")`));
    ids.push(await send(`await pause(); order.push("s${i}")`, subshell));
  }
  const { replies } = await kernel.settle(ids, ids);
  expect(replies.every(({ content }) => content["status"] === "ok")).toBe(true);
  const order = String(resultOf(await kernel.execute("order.join()")))
    .slice(1, -1)
    .split(",");
  expect(order.filter((name) => name.startsWith("m"))).toEqual(["m1", "m2", "m3"]);
  expect(order.filter((name) => name.startsWith("s"))).toEqual(["s1", "s2", "s3"]);
  expect(order.indexOf("s3")).toBeLessThan(order.indexOf("m3"));
  await remove(subshell);
});

test("a synchronous loop holds back every shell", async () => {
  const subshell = await create();
  await kernel.execute("let looping = false");
  const main = await send("looping = true; for (const end = Date.now() + 300; Date.now() < end;) {} looping = false");
  const side = await send("looping", subshell);
  const { messages } = await kernel.settle([main, side]);
  expect(resultUnder(messages, side)).toBe("false");
  await remove(subshell);
});

test("outputs, late ones too, belong to the cell that made them", async () => {
  const subshell = await create();
  const cell = (name: string): string =>
    `for (let i = 0; i < 5; i += 1) { console.log("${name}"); console.error("${name}"); await new Promise((r) => setTimeout(r, 5)); }
     setTimeout(() => console.log("late ${name}"), 30); display.html("${name}")`;
  const ids = [await send(cell("main")), await send(cell("side"), subshell)];
  const { messages } = await kernel.settle(ids);
  const later = await kernel.execute("await new Promise((r) => setTimeout(r, 100))");
  for (const [i, name] of ["main", "side"].entries()) {
    const own = [...messages, ...later.messages].filter(({ parent }) => parent === ids[i]);
    expect(printed({ messages: own }, "stdout")).toBe(`${name}\n`.repeat(5) + `late ${name}\n`);
    expect(printed({ messages: own }, "stderr")).toBe(`${name}\n`.repeat(5));
    expect(own.find(({ type }) => type === "display_data")?.content["data"]).toMatchObject({ "text/html": name });
  }
  await remove(subshell);
});

test("stop_on_error aborts the queue of its own shell alone", async () => {
  const subshell = await create();
  const main = [await send("await pause(); 1"), await send("await pause(); 2"), await send("3")];
  const side = [await send("await 1; throw new Error('stop')", subshell), await send("4", subshell)];
  const { replies } = await kernel.settle([...main, ...side], [...main, ...side]);
  expect(statusesOf(replies, main)).toEqual(["ok", "ok", "ok"]);
  expect(statusesOf(replies, side)).toEqual(["error", "aborted"]);
  await remove(subshell);
});

test("an interrupt ends the cells of all shells, and aborts what is queued", async () => {
  const subshell = await create();
  const main = [await send("await new Promise(() => {})"), await send("1")];
  const side = [await send("console.log('in'); for (;;) {}", subshell), await send("2", subshell)];
  await kernel.until({ parent: side[0] as string, type: "stream" });
  await kernel.post("interrupt_request", {}, { channel: "control" });
  const { replies } = await kernel.settle([...main, ...side], [...main, ...side]);
  expect(statusesOf(replies, main)).toEqual(["error", "aborted"]);
  expect(statusesOf(replies, side)).toEqual(["error", "aborted"]);
  expect(replies.find(({ parent }) => parent === side[0])?.content["ename"]).toBe("Interrupted");
  expect(resultOf(await kernel.execute("shared"))).toBe("2");
  await remove(subshell);
});

test("deleting a subshell ends its cell, aborts its queue, and leaves others alone", async () => {
  const subshell = await create();
  const main = await send("await new Promise<void>((r) => Object.assign(globalThis, { go: r })); 'went on'");
  const side = [await send("console.log('in'); await new Promise(() => {})", subshell), await send("2", subshell)];
  await kernel.until({ parent: side[0] as string, type: "stream" });
  await kernel.post("delete_subshell_request", { subshell_id: subshell }, { channel: "control" });
  const { replies } = await kernel.settle(side, side);
  expect(statusesOf(replies, side)).toEqual(["error", "aborted"]);
  expect(replies.find(({ parent }) => parent === side[0])?.content["evalue"]).toContain(
    "subshell that ran the cell was deleted",
  );
  expect(await list()).toEqual([]);
  const other = await create();
  const go = await send("(globalThis as any).go()", other);
  const { messages } = await kernel.settle([main, go]);
  expect(resultUnder(messages, main)).toBe("'went on'");
  await remove(other);
});

test("a synchronous loop of a deleted subshell goes on until it ends or is interrupted", async () => {
  const subshell = await create();
  const side = await send("console.log('in'); for (;;) {}", subshell);
  await kernel.until({ parent: side, type: "stream" });
  expect(await remove(subshell)).toEqual({ status: "ok" });
  await kernel.post("interrupt_request", {}, { channel: "control" });
  expect(statusesOf((await kernel.settle([side], [side])).replies, [side])).toEqual(["error"]);
  expect(resultOf(await kernel.execute("shared"))).toBe("2");
});

test("an unknown subshell is told in the reply, and under the cell", async () => {
  const id = await send("1", "no-such");
  const { messages, replies } = await kernel.settle([id], [id]);
  expect(replies[0]?.content).toMatchObject({ status: "error", ename: "KernelError" });
  expect(replies[0]?.content["evalue"]).toMatch(/no subshell "no-such" \(there are none\); create one/);
  expect(messages.map(({ type }) => type)).toEqual(["status", "error", "status"]);
  const header = { subshell_id: 7 };
  const complete = await kernel.post("complete_request", { code: "sha", cursor_pos: 3 }, { header });
  const info = await kernel.post("kernel_info_request", {}, { header });
  const answers = await kernel.settle([complete, info], [complete, info]);
  expect(statusesOf(answers.replies, [complete, info])).toEqual(["error", "ok"]);
  expect(resultOf(await kernel.execute("1"))).toBe("1");
});

test("requests of other kinds are answered in a subshell", async () => {
  const subshell = await create();
  const main = await send("await new Promise<void>((r) => Object.assign(globalThis, { go: r }))");
  const id = await kernel.post(
    "complete_request",
    { code: "sha", cursor_pos: 3 },
    { header: { subshell_id: subshell } },
  );
  expect((await kernel.settle([id], [id])).replies[0]?.content["matches"]).toContain("shared");
  const go = await send("(globalThis as any).go()", subshell);
  await kernel.settle([main, go]);
  await remove(subshell);
});

test("a subshell's cell asks for input", async () => {
  const subshell = await create();
  const main = await send("await new Promise<void>((r) => Object.assign(globalThis, { go: r })); 'main'");
  const side = await send("const name = prompt('Name?'); (globalThis as any).go(); name", subshell, {
    allow_stdin: true,
  });
  const request = await kernel.command<Received>("answer_prompt", { value: "Ada" });
  expect(request).toMatchObject({ parent: side, content: { prompt: "Name?" } });
  const { messages } = await kernel.settle([main, side]);
  expect([resultUnder(messages, main), resultUnder(messages, side)]).toEqual(["'main'", "'Ada'"]);
  await remove(subshell);
});

test("comm messages over a subshell reach a cell that awaits them", async () => {
  const subshell = await create();
  const main = await send(
    "await new Promise((resolve) => comms.registerTarget('side', (_, { data }) => { console.log('heard'); resolve(data); }))",
  );
  const open = await kernel.post(
    "comm_open",
    { comm_id: "c1", target_name: "side", data: { n: 1 } },
    { header: { subshell_id: subshell } },
  );
  const { messages } = await kernel.settle([main, open]);
  expect(resultUnder(messages, main)).toBe("{ n: 1 }");
  expect(messages.find(({ type }) => type === "stream")?.parent).toBe(open);
  // A client may still name a subshell that is gone: comm messages have no reply to say so in.
  await remove(subshell);
  await kernel.execute("comms.registerTarget('stale', (comm) => comm.send({ ok: true }))");
  const stale = await kernel.post(
    "comm_open",
    { comm_id: "c2", target_name: "stale", data: {} },
    { header: { subshell_id: subshell } },
  );
  expect((await kernel.settle([stale])).messages.map(({ type }) => type)).toContain("comm_msg");
});

test("subshells outlive the session; cells of all shells are told that it ended", async () => {
  const subshell = await create();
  const main = await send("await new Promise(() => {})");
  const side = await send("process.exit(1)", subshell);
  const { replies } = await kernel.settle([main, side], [main, side]);
  expect(replies.map(({ content }) => content["ename"])).toEqual(["SessionEnded", "SessionEnded"]);
  const again = await send("6 * 7", subshell);
  expect(resultUnder((await kernel.settle([again])).messages, again)).toBe("42");
});

test("200 cells at once in two subshells run in order", async () => {
  const shells = [await create(), await create()];
  await kernel.execute("const seen: number[][] = [[], []]");
  const ids: string[] = [];
  for (let i = 0; i < 200; i += 1) ids.push(await send(`seen[${i % 2}]!.push(${i})`, shells[i % 2]));
  const { replies } = await kernel.settle(ids, ids);
  expect(replies.every(({ content }) => content["status"] === "ok")).toBe(true);
  expect(new Set(replies.map(({ content }) => content["execution_count"])).size).toBe(200);
  const inOrder = "seen.every((s) => s.length === 100 && s.every((n, i) => i === 0 || n > s[i - 1]!))";
  expect(resultOf(await kernel.execute(inOrder))).toBe("true");
});
