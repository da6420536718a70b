import { tmpdir } from "node:os";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { KernelClient, printed, resultOf, type Received } from "./kernel-client.js";
import { RawClient } from "./raw-client.js";

const kernel = new KernelClient({ DIFFREPAIRER_TYPES: "off" });
beforeAll(() => kernel.start(tmpdir()));
afterAll(() => kernel.close());

interface Queue {
  ids: string[];
  replies: Received[];
  messages: Received[];
}

const countOf = async (): Promise<number> =>
  (await kernel.execute("0", { store_history: false })).reply?.content["execution_count"] as number;

describe("execution counts", () => {
  test("go up by one a stored cell, failed and empty ones too, and are the same in input, result and reply", async () => {
    const before = await countOf();
    for (const [i, code] of ["'result'", "throw 1", "", "// none"].entries()) {
      const { reply, messages } = await kernel.execute(code);
      expect(reply?.content["execution_count"]).toBe(before + i + 1);
      const counts = messages.map(({ content }) => content["execution_count"]).filter((count) => count !== undefined);
      expect(new Set(counts)).toEqual(new Set([before + i + 1]));
    }
  });

  test("stay with store_history false and with silent", async () => {
    const before = await countOf();
    await kernel.execute("1", { store_history: false });
    await kernel.execute("1", { silent: true });
    await kernel.execute("1", { silent: true, store_history: true });
    expect(await countOf()).toBe(before);
  });
});

test("a silent cell publishes no input and no result, but what it prints and what it throws", async () => {
  const quiet = await kernel.execute("console.log('out'); 1", { silent: true });
  expect(quiet.messages.map(({ type }) => type)).toEqual(["status", "stream", "status"]);
  const failed = await kernel.execute("throw new Error('told')", { silent: true });
  expect(failed.reply?.content).toMatchObject({ status: "error", evalue: "told" });
});

describe("user expressions", () => {
  test("are evaluated after the cell, each by itself, with representations or the error of each", async () => {
    const { reply, messages } = await kernel.execute("let base = 20", {
      user_expressions: {
        sum: "base + 1",
        rich: "({ [Symbol.for('Jupyter.display')]: () => ({ 'text/html': '<b>' }) })",
        fails: "base.missing.deep",
        syntax: "1 +",
        awaited: "await Promise.resolve(7)",
      },
    });
    expect(reply?.content["user_expressions"]).toMatchObject({
      sum: { status: "ok", data: { "text/plain": "21" }, metadata: {} },
      rich: { status: "ok", data: { "text/html": "<b>" } },
      fails: { status: "error", ename: "TypeError", traceback: expect.any(Array) },
      syntax: { status: "error", ename: "SyntaxError" },
      awaited: { status: "ok", data: { "text/plain": "7" } },
    });
    expect(reply?.content["status"]).toBe("ok");
    expect(messages.map(({ type }) => type)).toEqual(["status", "execute_input", "status"]);
  });

  test("are left out when the cell fails", async () => {
    const { reply } = await kernel.execute("throw 1", { user_expressions: { a: "1" } });
    expect(reply?.content["user_expressions"]).toEqual({});
  });
});

describe("after an error", () => {
  test("what is queued is aborted, each with its own busy and idle, and what is sent upon the reply runs", async () => {
    const { ids, replies, messages } = await kernel.command<Queue>("execute_all", {
      codes: ["await new Promise((done) => setTimeout(done, 200)); throw new Error('first')", "1", "2", "3"],
    });
    expect(replies.map(({ content }) => content["status"])).toEqual(["error", "aborted", "aborted", "aborted"]);
    for (const id of ids.slice(1)) {
      const states = messages.filter(({ parent }) => parent === id).map(({ content }) => content["execution_state"]);
      expect(states).toEqual(["busy", "idle"]);
    }
    expect(resultOf(await kernel.execute("'runs'"))).toBe("'runs'");
  });

  test("the queue runs on where stop_on_error is false, and where the error was a user expression's", async () => {
    const client = await RawClient.start({ environment: { DIFFREPAIRER_TYPES: "off" } });
    const send = (code: string, options: object = {}) => client.request("execute_request", { code, ...options });
    const [failed, next] = await Promise.all([
      send("await 0; throw new Error('told')", { stop_on_error: false }),
      send("'ran'"),
    ]);
    expect([failed.reply.content["status"], next.reply.content["status"]]).toEqual(["error", "ok"]);
    const [asked, after] = await Promise.all([send("1", { user_expressions: { bad: "missing" } }), send("2")]);
    expect([asked.reply.content["status"], after.reply.content["status"]]).toEqual(["ok", "ok"]);
    await client.close();
  });

  test("a cell sent in the very moment of the reply is not taken for one of the queue", async () => {
    const client = await RawClient.start({ environment: { DIFFREPAIRER_TYPES: "off" } });
    for (let i = 0; i < 20; i++) {
      const failed = client.request("execute_request", { code: "throw 1" });
      const sent = client.received.length;
      await client.until((m) => client.received.indexOf(m) >= sent && m.content["status"] === "error");
      const { reply } = await client.request("execute_request", { code: String(i) });
      expect(reply.content["status"]).toBe("ok");
      await failed;
    }
    await client.close();
  });
});

test("200 cells at once run in order, each with its outputs under its own header", async () => {
  const codes = Array.from({ length: 200 }, (_, i) => `console.log("cell ${i}"); ${i}`);
  const { ids, replies, messages } = await kernel.command<Queue>("execute_all", { codes });
  expect(replies.every(({ content }) => content["status"] === "ok")).toBe(true);
  const outputs = messages.filter(({ type }) => type === "stream");
  expect(outputs.map(({ parent, content }) => [parent, content["text"]])).toEqual(
    ids.map((id, i) => [id, `cell ${i}\n`]),
  );
});

describe("help", () => {
  test.each(["Math.max?", "  Math.max ? \n", "Math.max??"])("%j answers with a page", async (code) => {
    const { reply } = await kernel.execute(code);
    expect(reply?.content["status"]).toBe("ok");
    const [page] = reply?.content["payload"] as [Record<string, unknown>];
    expect(page).toMatchObject({ source: "page", start: 0, data: { "text/plain": expect.stringContaining("max") } });
  });

  test("of what nobody knows says so, and is complete where clients ask", async () => {
    const { reply } = await kernel.execute("nothing_there?");
    expect(reply?.content["payload"]).toMatchObject([{ data: { "text/plain": "nothing is known of nothing_there" } }]);
    const complete = await kernel.request("is_complete_request", { code: "Math.max?" });
    expect(complete.reply?.content).toEqual({ status: "complete", indent: "" });
  });

  test("leaves TypeScript's own question marks alone", async () => {
    const cell = await kernel.execute("const a = true ? 1 : 2; console.log(a?.toFixed() ?? 0); a");
    expect([resultOf(cell), printed(cell, "stdout")]).toEqual(["1", "1\n"]);
  });
});
