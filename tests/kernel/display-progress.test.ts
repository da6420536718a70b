import { tmpdir } from "node:os";
import { afterAll, beforeAll, expect, test } from "vitest";
import { check } from "../../kernel/language/check.js";
import { CellService } from "../../kernel/language/service.js";
import { progressBar } from "../../kernel/display/progress-bar.js";
import { KernelClient, resultOf, type Executed, type Received } from "./kernel-client.js";

const kernel = new KernelClient({ DIFFREPAIRER_TYPES: "off" });
beforeAll(() => kernel.start(tmpdir()));
afterAll(() => kernel.close());

/** What a cell has shown; a bar that an interrupt has torn from its cell may still be drawn under that one. */
const shownBy = ({ id, messages }: Executed): readonly Received[] =>
  messages.filter(({ type, parent }) => parent === id && type.endsWith("display_data"));
const bars = (executed: Executed): Record<string, string>[] =>
  shownBy(executed).map(({ content }) => content["data"] as Record<string, string>);
const last = (executed: Executed): string => bars(executed).at(-1)?.["text/plain"] ?? "";

test("a bar is one output, updated in place a few times a second, complete at the end", async () => {
  const executed = await kernel.execute(`const bar = display.progress(2_000, { label: "<cells>" });
    const until = Date.now() + 500;
    for (let i = 0; i < 1_999; i++) { bar.advance(); while (Date.now() < until - 500 + i / 4); }
    bar.advance();`);
  const { messages } = executed;
  expect(messages.filter(({ type }) => type === "display_data")).toHaveLength(1);
  const ids = messages.flatMap(({ type, content }) => (type.endsWith("display_data") ? [content["transient"]] : []));
  expect(new Set(ids.map((id) => JSON.stringify(id))).size).toBe(1);
  const updates = messages.filter(({ type }) => type === "update_display_data").length;
  expect(updates).toBeGreaterThan(1);
  expect(updates).toBeLessThan(50);
  expect(last(executed)).toMatch(/^<cells> \[#{20}\] 2000\/2000 \(100%\), 0:0\d$/);
  const html = bars(executed).at(-1)?.["text/html"] ?? "";
  expect(html).toMatch(/<span>&lt;cells&gt;<\/span><progress value="1"/);
  expect(bars(executed).at(1)?.["text/plain"]).toMatch(/0:0\d, 0:0\d left$/);
});

test("iterating over items of known and unknown number advances it", async () => {
  const known = await kernel.execute(
    "const seen = []; for (const x of display.progress(new Set([1, 2, 3]))) seen.push(x); seen",
  );
  expect(resultOf(known)).toBe("[ 1, 2, 3 ]");
  expect(last(known)).toContain("3/3 (100%)");
  const unknown = await kernel.execute(
    "function* some() { yield 1; yield 2 } for (const x of display.progress(some())) ;",
  );
  expect(bars(unknown)[0]?.["text/html"]).toContain("<progress style");
  expect(last(unknown)).toContain("2/2 (100%)");
  const told = await kernel.execute("for (const x of display.progress(some(), { total: 4 })) if (x === 2) break;");
  expect(last(told)).toContain("1/4 (25%), stopped");
});

test("so does an asynchronous iteration", async () => {
  const executed = await kernel.execute(
    "async function* slow() { yield 'a'; await 1; yield 'b' } const got = []; for await (const x of display.progress(slow())) got.push(x); got",
  );
  expect(resultOf(executed)).toBe("[ 'a', 'b' ]");
  expect(last(executed)).toContain("2/2 (100%)");
});

test("the last state is shown as the cell ends, and moves on from a later cell", async () => {
  const first = await kernel.execute("const long = display.progress(10); long.value = 3; long");
  expect(last(first)).toContain("3/10 (30%)");
  expect(resultOf(first)).toBeUndefined();
  const second = await kernel.execute(
    "long.label = 'late'; long.total = 20; long.advance(2); [long.value, long.total]",
  );
  expect(resultOf(second)).toBe("[ 5, 20 ]");
  const third = await kernel.execute("long.done()");
  expect(last(third)).toContain("late [####################] 20/20 (100%)");
});

test("after an error it shows where it stopped", async () => {
  const executed = await kernel.execute(
    "const torn = display.progress(4); torn.advance(); torn.advance(); throw new Error('no')",
  );
  expect(last(executed)).toMatch(/2\/4 \(50%\), stopped after 0:0\d$/);
  // A bar of another cell may be drawn later, under that one.
  const own = executed.messages.filter(({ parent }) => parent === executed.id).map(({ type }) => type);
  expect(own.filter((type) => type === "error" || type.endsWith("data")).at(-1)).toBe("error");
});

test.each([
  ["a busy loop", "const b = display.progress(1e12); for (;;) b.advance()"],
  ["an await", "const b = display.progress(5); b.advance(); await new Promise(() => setTimeout(() => {}, 20_000))"],
])("after an interrupt of %s it shows where it stopped", async (_, code) => {
  const executed = await kernel.execute(code, { interrupt_after: 0.5 });
  expect(executed.reply?.content["ename"]).toBe("Interrupted");
  expect(last(executed)).toContain("stopped after 0:0");
});

test("of nothing is complete at once", async () => {
  expect(last(await kernel.execute("for (const x of display.progress([])) ;"))).toContain("0/0 (100%)");
});

test("the checker knows its items and its fields", () => {
  const cells = new CellService(tmpdir());
  const codes = (code: string): number[] => check(cells, code).map(({ code: number }) => number);
  expect(
    codes("for (const x of display.progress([1])) x.toFixed(); display.progress(3).advance(); display.html`a`"),
  ).toEqual([]);
  expect(codes("async function* f() { yield 'a' }; for await (const x of display.progress(f())) x.at(0)")).toEqual([]);
  expect(codes("display.progress(3, { lable: 'x' })")).toEqual([2769]);
});

test("patched built-ins keep no cell from its end", async () => {
  const executed = await kernel.execute(
    "const { filter } = Array.prototype; display.progress(3); Array.prototype.filter = null; setTimeout(() => {}, 0)",
  );
  expect(executed.reply?.content["status"]).toBe("ok");
  await kernel.execute("Array.prototype.filter = filter");
});

test.each([
  ["display.progress(-1)", /-1 is no number of steps/],
  ["display.progress('ten')", /a number of steps, or items to iterate over; got 'ten'/],
  ["display.progress(3, { lable: 'x' })", /no option "lable"; it has label, total/],
])("%s is refused, and said why", async (code, message) => {
  expect((await kernel.execute(code)).reply?.content["evalue"]).toMatch(message);
});

test("a bar also comes as content that clients draw themselves, with its rate", async () => {
  const executed = await kernel.execute(`const rated = display.progress(10, { label: "slow" });
    const start = Date.now(); while (Date.now() < start + 400); rated.value = 8;
    while (Date.now() < start + 600); rated.value = 9;`);
  const [first, ...later] = bars(executed).map((bar) => bar["application/vnd.diffrepairer.progress+json"]);
  expect(first).toEqual({ label: "slow", detail: "0/10 (0%), 0:00", fraction: 0, phase: "running" });
  expect(later.at(-1)).toMatchObject({ fraction: 0.9, phase: "running" });
  expect((later.at(-1) as unknown as { detail: string }).detail).toMatch(
    /^9\/10 \(90%\), \d+(\.\d)?\/s, 0:\d\d, 0:\d\d left$/,
  );
  const slow = progressBar({ label: "", value: 2, total: 4, elapsedMs: 25_000, phase: "running" });
  expect(slow["text/plain"]).toContain("2/4 (50%), 13 s each, 0:25, 0:25 left");
});

test("a reporter shows the epochs and the loss of a training, a bar for each method, whole though it stopped early", async () => {
  const executed = await kernel.execute(`const onProgress = display.progress.reporter();
    onProgress({ method: "DAE", epoch: 0, epochs: 2, step: 1, steps: 20, loss: 1.23456 });
    onProgress({ method: "DAE", epoch: 1, epochs: 2, step: 10, steps: 20, loss: 1, validationLoss: 0.98765 });
    onProgress({ method: "VAE", epoch: 1, epochs: 1, step: 3, steps: 9, loss: 2 });`);
  expect(shownBy(executed).filter(({ type }) => type === "display_data")).toHaveLength(2);
  const texts = bars(executed).map((bar) => bar["text/plain"]);
  expect(texts[0]).toContain("DAE · epoch 0/2, loss 1.23");
  expect(texts).toContainEqual(expect.stringMatching(/^DAE · epoch 1\/2, loss 1, validation 0.988 \[#{20}\] 10\/10/));
  expect(last(executed)).toMatch(/^VAE · epoch 1\/1, loss 2 \[#{20}\] 3\/3 \(100%\)/);
});

test("a reporter shows a download in megabytes, of known size or not", async () => {
  const known = await kernel.execute(`const got = display.progress.reporter({ label: "PBMC3k" });
    got({ received: 5e6, total: 2e7 }); got({ received: 2e7, total: 2e7 });`);
  expect(last(known)).toMatch(/^PBMC3k · MB \[#{20}\] 20\/20 \(100%\)/);
  const unknown = await kernel.execute(`display.progress.reporter()({ received: 5e6 }); throw new Error("cut off")`);
  expect(last(unknown)).toMatch(/^MB 5, stopped after/);
});
