import { tmpdir } from "node:os";
import { afterAll, beforeAll, expect, test } from "vitest";
import { KernelClient, resultOf, type Received } from "./kernel-client.js";

const kernel = new KernelClient();
beforeAll(async () => {
  await kernel.start(tmpdir());
  await kernel.execute("let kept = 7; import { execSync } from 'node:child_process'");
});
afterAll(() => kernel.close());

test.each([
  "for (;;) {}",
  "for (;;) console.log('again')",
  "await new Promise(() => {})",
  "await 1; for (;;) {}",
  "for (;;) await null",
  "setTimeout(() => { for (;;) {} }, 1); await new Promise(() => {})",
  "setInterval(() => { for (;;) {} }, 1); await new Promise(() => {})",
  "process.nextTick(() => { for (;;) {} }); await new Promise(() => {})",
  "try { for (;;) {} } catch {} finally { for (;;) {} }",
  "/^(a+)+$/.test('a'.repeat(60) + 'b')",
  "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)",
  "execSync('sleep 20')",
  "execSync(`trap '' INT; sleep 20`)",
])("%s ends within a second, state kept", async (code) => {
  const { reply, stopped_ms } = await kernel.execute(code, { interrupt_after: 0.3 });
  expect(reply?.content["status"]).toBe("error");
  expect(stopped_ms).toBeLessThan(1000);
  expect(resultOf(await kernel.execute("kept"))).toBe("7");
});

test("a signal does the same, and is harmless when nothing runs", async () => {
  const { reply } = await kernel.execute("for (;;) {}", { interrupt_after: 0.3, by_signal: true });
  expect(reply?.content["ename"]).toBe("Interrupted");
  await kernel.request("interrupt_request", {}, { channel: "control" });
  expect(resultOf(await kernel.execute("kept"))).toBe("7");
});

test("the cells queued behind are aborted, after the cell's own end", async () => {
  const { ids, replies, messages } = await kernel.command<{ ids: string[]; replies: Received[]; messages: Received[] }>(
    "execute_all",
    { codes: ["for (;;) {}", "kept = 8", "kept = 9"], interrupt_after: 0.3 },
  );
  expect(replies.map(({ content }) => content["status"])).toEqual(["error", "aborted", "aborted"]);
  const idles = messages.filter(({ content }) => content["execution_state"] === "idle").map(({ parent }) => parent);
  expect(idles.filter((parent) => parent !== undefined && ids.includes(parent))).toEqual(ids);
  expect(resultOf(await kernel.execute("kept"))).toBe("7");
});

test("other requests are answered during a busy loop", async () => {
  const { reply } = await kernel.command<{ reply: { content: { status: string } } }>("while_busy", {
    code: "for (;;) {}",
    type: "is_complete_request",
    content: { code: "1 +" },
  });
  expect(reply.content.status).toBe("incomplete");
  expect(resultOf(await kernel.execute("kept"))).toBe("7");
});
