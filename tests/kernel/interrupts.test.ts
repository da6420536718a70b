import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { KernelClient, printed, resultOf, type Received } from "./kernel-client.js";
import { ROOT } from "./python.js";

const kernel = new KernelClient();
beforeAll(async () => {
  await kernel.start(join(ROOT, "notebooks"));
  await kernel.execute(
    `let kept = 7; import { spawnSync } from "node:child_process"; import { readFileSync } from "node:fs";
    const nap = (ms: number) => new Promise((done) => setTimeout(done, ms));`,
  );
});
afterAll(() => kernel.close());

const interrupted = (cell: { reply: Received | null }) => cell.reply?.content["ename"] === "Interrupted";

const ENDLESS = [
  "for (;;) {}",
  "for (;;) console.log('again')",
  "await new Promise(() => {})",
  "spawnSync('sleep', ['20']).status",
  "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)",
  "/^(a+)+$/.test('a'.repeat(60) + 'b')",
  "const tick = () => process.nextTick(tick); tick(); await new Promise(() => {})",
  "const turn = (): any => Promise.resolve().then(turn); turn(); await new Promise(() => {})",
  "for (;;) await null",
  "await (async function loop(): Promise<void> { for (;;) { try { await null } catch {} } })()",
  "for (;;) readFileSync('/etc/hostname')",
  "for await (const _ of (async function* () { for (;;) yield 1 })()) {}",
  "await (async () => { for (;;) { try { await nap(5) } catch { for (;;) {} } } })()",
];

test.each(ENDLESS.flatMap((code) => [[code, "message"] as const, [code, "signal"] as const]))(
  "%s ends within a second by %s, as interrupted, with the state kept",
  async (code, way) => {
    // The type errors that a checker not yet warm tells of are of no interest here.
    const cell = await kernel.execute(`// @types off\n${code}`, { interrupt_after: 0.3, by_signal: way === "signal" });
    expect(cell.reply?.content).toMatchObject({ status: "error", ename: "Interrupted" });
    expect(cell.stopped_ms).toBeLessThan(1000);
    expect(resultOf(await kernel.execute("kept"))).toBe("7");
  },
);

test.each([
  ["now and then", "setInterval(() => setImmediate(() => undefined), 0)"],
  ["without end", "(function tick() { setImmediate(tick) })()"],
])("the session outlives loops that begin beside immediates, which come %s", async (_, immediates) => {
  await kernel.execute(`${immediates}; 1`);
  for (let i = 0; i < 8; i++) {
    expect(interrupted(await kernel.execute("for (;;) {}", { interrupt_after: 0.1 }))).toBe(true);
  }
  expect(resultOf(await kernel.execute("kept"))).toBe("7");
  await kernel.execute("process.exit()");
  await kernel.execute("let kept = 7; const nap = (ms: number) => new Promise((done) => setTimeout(done, ms));");
});

test("nothing goes on with what an interrupted cell awaited, in functions neither; a catch cannot keep it", async () => {
  const cell = await kernel.execute(
    `async function ticking() { for (;;) { try { await nap(10); console.log("tick") } catch (e) { console.log("caught", e) } } }
    void ticking().finally(() => console.log("ended")); await nap(900); kept = 8; console.log("went on")`,
    { interrupt_after: 0.4 },
  );
  expect(interrupted(cell)).toBe(true);
  const next = await kernel.execute("await nap(1000); kept");
  expect(resultOf(next)).toBe("7");
  // What it awaits may come before the interrupted cell is idle, or after.
  const all = printed(cell, "stdout") + printed(next, "stdout");
  expect(all).toMatch(/^(tick\n)+ended\n$/);
  expect(printed(next, "stderr")).toBe("");
});

test("a function of an interrupted cell works when another calls it", async () => {
  // Late enough for the cell to have begun on a machine that is busy.
  const cell = await kernel.execute("async function reused() { await nap(1); return kept }\nawait nap(8000)", {
    interrupt_after: 1.5,
  });
  expect(interrupted(cell)).toBe(true);
  expect(resultOf(await kernel.execute("await reused()"))).toBe("7");
});

test("native code that no interrupt can end is told of, and ends the cell when it returns", async () => {
  const cell = await kernel.execute(
    `import { pbkdf2Sync } from "node:crypto"; const begun = Date.now();
    while (Date.now() - begun < 30_000) pbkdf2Sync("word", "salt", 6_000_000, 64, "sha512");`,
    { interrupt_after: 0.5 },
  );
  expect(interrupted(cell)).toBe(true);
  expect(printed(cell, "stderr")).toMatch(
    /^Interrupted, but native code is running .*: the cell ends when it returns/m,
  );
  expect(resultOf(await kernel.execute("kept"))).toBe("7");
});

test("a long TensorFlow operation ends the cell when it is done", async (context) => {
  const loaded = await kernel.execute(
    'import * as tf from "@tensorflow/tfjs-node"; const big = tf.fill([3000, 3000], 1); big.shape[0]',
  );
  if (loaded.reply?.content["status"] !== "ok") context.skip("the TensorFlow addon does not load here");
  const cell = await kernel.execute("for (;;) tf.tidy(() => tf.matMul(tf.matMul(big, big), big).dataSync().length)", {
    interrupt_after: 1,
  });
  expect(interrupted(cell)).toBe(true);
  expect(resultOf(await kernel.execute("tf.sum(tf.ones([3])).dataSync()[0] + kept"))).toBe("10");
});

test("when nothing runs, a signal and a message are harmless, also many of them", async () => {
  for (let i = 0; i < 5; i++) await kernel.request("interrupt_request", {}, { channel: "control" });
  await kernel.execute("1", { interrupt_after: 0.2, by_signal: true });
  await nap(400);
  expect(resultOf(await kernel.execute("await nap(100); kept"))).toBe("7");
});

test("a cell sent right after an interrupt runs", async () => {
  for (let i = 0; i < 3; i++) {
    expect(interrupted(await kernel.execute("for (;;) {}", { interrupt_after: 0.2 }))).toBe(true);
    expect(resultOf(await kernel.execute(`kept + ${i}`))).toBe(String(7 + i));
  }
});

const nap = (ms: number) => new Promise((done) => setTimeout(done, ms));
