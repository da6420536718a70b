import { tmpdir } from "node:os";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { KernelClient, printed, resultOf, type Received } from "./kernel-client.js";

const kernel = new KernelClient();
beforeAll(() => kernel.start(tmpdir()));
afterAll(() => kernel.close());

describe("streams", () => {
  test("keep the order between stdout, stderr, child processes and displays", async () => {
    const { messages } = await kernel.execute(`
      import { execSync, spawnSync } from "node:child_process";
      console.log("a"); console.error("b"); execSync("echo c; echo d", { stdio: "inherit" });
      display.html("e"); process.stdout.write("f"); spawnSync("sh", ["-c", "echo g >&2"], { stdio: "inherit" }); console.log("h")`);
    const seen = messages.map(({ type, content }) => {
      if (type === "stream") return `${String(content["name"])}:${String(content["text"])}`;
      return type === "display_data" ? "display" : "";
    });
    expect(seen.filter((text) => text !== "")).toEqual([
      "stdout:a\n",
      "stderr:b\n",
      "stdout:c\nd\n",
      "display",
      "stdout:f",
      "stderr:g\n",
      "stdout:h\n",
    ]);
  });

  test("lose none of 100,000 lines, and no idle comes before the last", async () => {
    const cell = await kernel.execute("for (let i = 0; i < 100_000; i++) console.log('line ' + i)");
    const lines = printed(cell, "stdout").split("\n");
    expect(lines).toHaveLength(100_001);
    expect(lines.every((line, i) => i === 100_000 || line === `line ${i}`)).toBe(true);
  });

  test("carry 10 MB in one output, Unicode, split bytes and ANSI", async () => {
    const big = await kernel.execute("console.log('x'.repeat(10_000_000))");
    expect(printed(big, "stdout")).toHaveLength(10_000_001);
    const bytes = await kernel.execute(
      "const b = Buffer.from('é😀'); process.stdout.write(b.subarray(0, 1)); process.stdout.write(b.subarray(1, 4)); process.stdout.write(b.subarray(4)); console.log('\\u001b[31mred')",
    );
    expect(printed(bytes, "stdout")).toBe("é😀\u001b[31mred\n");
  });

  test("appear while a synchronous loop still runs", async () => {
    const { messages } = await kernel.execute(
      "console.log('first'); const until = Date.now() + 700; while (Date.now() < until); console.log('second')",
    );
    const at = (text: string): number => messages.find(({ content }) => content["text"] === text)?.at ?? Number.NaN;
    expect(at("second\n") - at("first\n")).toBeGreaterThan(0.4);
  });

  test("console groups, tables and formats work", async () => {
    const cell = await kernel.execute(
      "console.group('g'); console.log('%s is %d', 'x', 1); console.groupEnd(); console.table([{ a: 1 }])",
    );
    expect(printed(cell, "stdout")).toMatch(/^g\n {2}x is 1\n┌/);
  });

  test("late output goes to the cell that started it", async () => {
    const first = await kernel.execute("setTimeout(() => console.log('late'), 300); 0");
    const second = await kernel.execute("1");
    const rest = await kernel.command<Received[]>("drain", { seconds: 1 });
    expect([...second.messages, ...rest].filter(({ type }) => type === "stream")).toMatchObject([
      { parent: first.id, content: { text: "late\n" } },
    ]);
  });
});

describe("input", () => {
  test("prompt and confirm wait for the client", async () => {
    const asked = await kernel.execute("const name = prompt('Who? '); `hello ${name}`", {
      answer: { value: "Ada" },
      allow_stdin: true,
    });
    expect(asked.prompt?.content).toEqual({ prompt: "Who? ", password: false });
    expect(resultOf(asked)).toBe("'hello Ada'");
    expect(resultOf(await kernel.execute("confirm('Sure?')", { answer: { value: "y" } }))).toBe("true");
    const secret = await kernel.execute("prompt('Key', '', { password: true })", { answer: { value: "k" } });
    expect(secret.prompt?.content["password"]).toBe(true);
  });

  test("without stdin a prompt fails at once", async () => {
    const { reply } = await kernel.execute("prompt('Who?')", { allow_stdin: false });
    expect(reply?.content).toMatchObject({ ename: "InputError" });
    expect(reply?.content["evalue"]).toContain("allow_stdin");
  });

  test("an interrupt ends a waiting prompt", async () => {
    const { reply, stopped_ms } = await kernel.execute("prompt('Who?')", { answer: {}, interrupt_after: 0.5 });
    expect(reply?.content["ename"]).toBe("Interrupted");
    expect(stopped_ms).toBeLessThan(1000);
  });
});
