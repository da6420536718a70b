import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { family } from "../kernel/process-table.js";
import { RawClient } from "../kernel/raw-client.js";
import { times } from "./campaign.js";

let kernel: RawClient;
beforeAll(async () => void (kernel = await RawClient.start({ environment: { DIFFREPAIRER_TYPES: "off" } })));
afterAll(() => kernel.close());

/** Evaluates in the kernel, which so shows that it still answers; patience for a machine that is busy. */
async function evaluate(code: string): Promise<unknown> {
  const { reply } = await kernel.request("execute_request", { code: "", user_expressions: { value: code } });
  const { value } = reply.content["user_expressions"] as { value: { data?: Record<string, string> } };
  return value.data?.["text/plain"];
}

/** Begins a cell; resolves once it runs. */
async function begin(code: string): Promise<string> {
  const id = `cell-${Math.floor(performance.now() * 1e3)}`;
  await kernel.sendFrames("shell", kernel.frames("execute_request", { code }, { msg_id: id }));
  await kernel.until(({ header, parent }) => header["msg_type"] === "execute_input" && parent["msg_id"] === id);
  return id;
}

const replyTo = (id: string) =>
  kernel.until(({ channel, parent }) => channel === "shell" && parent["msg_id"] === id, 120_000);

describe("a flood of output", () => {
  test.each([
    "for (;;) console.log('x'.repeat(1000))",
    "for (;;) console.error('x')",
    "for (;;) process.stdout.write('x'.repeat(1 << 20))",
    "for (let i = 0; ; i++) display.html('<b>' + i + '</b>')",
    "for (;;) { console.log('a'); console.error('b'); await null; }",
    "setInterval(() => { for (let i = 0; i < 1000; i++) console.log(i); }, 0); await new Promise(() => {})",
  ])("%s is seen, ends by an interrupt, and takes no memory for ever", async (code) => {
    const id = await begin(code);
    await kernel.until(
      ({ header, parent }) =>
        parent["msg_id"] === id && ["stream", "display_data"].includes(String(header["msg_type"])),
    );
    await kernel.request("interrupt_request", {}, "control");
    expect((await replyTo(id)).content["status"]).toBe("error");
    // What is left of timers ends with the session.
    if (code.startsWith("setInterval")) await kernel.request("execute_request", { code: "process.exit(0)" });
    kernel.received.length = 0;
    expect(await evaluate("1 + 1")).toBe("2");
    expect(residentMb(kernel.child.pid!)).toBeLessThan(1500);
  });
});

describe("comm data of any kind", () => {
  const anyJson = fc.json({ maxDepth: 4 }).map((text): unknown => JSON.parse(text));
  test("reaches the handler as it was sent, or not at all", async () => {
    await kernel.request("execute_request", {
      code: `let heard = 0; comms.registerTarget("echo", (comm) => { comm.onMessage(({ data }) => { heard += 1; comm.send(data); }); });`,
    });
    const runs = times(100, 2000);
    const sent = fc.sample(anyJson, { seed: 9, numRuns: runs });
    await kernel.sendFrames("shell", kernel.frames("comm_open", { comm_id: "c", target_name: "echo", data: {} }));
    for (const [i, data] of sent.entries()) {
      const frames = kernel.frames("comm_msg", { comm_id: "c", data }, { msg_id: `comm-${i}` });
      await kernel.sendFrames("shell", [...frames, ...(i % 5 === 0 ? [Buffer.alloc(i)] : [])]);
    }
    const records = sent.filter((data) => typeof data === "object" && data !== null && !Array.isArray(data));
    expect(records.length).toBeGreaterThan(5);
    expect(Number(await evaluate("heard"))).toBeGreaterThanOrEqual(records.length);
    const echoed = kernel.received
      .filter(({ header }) => header["msg_type"] === "comm_msg")
      .map(({ content }) => JSON.stringify(content["data"]));
    for (const record of records) expect(echoed).toContain(JSON.stringify(record));
  });
});

describe("a session that is stopped by a signal", () => {
  test("goes on where it was, and the front answers meanwhile", async () => {
    const pid = Number(await evaluate("process.pid"));
    for (let round = 0; round < times(2, 20); round++) {
      const id = await begin("let turns = 0; while (turns < 3e7) turns++; turns");
      process.kill(pid, "SIGSTOP");
      const { reply } = await kernel.request("kernel_info_request", {}, "control");
      expect(reply.content["status"]).toBe("ok");
      expect(await kernel.beat("there")).toBe("there");
      process.kill(pid, "SIGCONT");
      expect((await replyTo(id)).content["status"]).toBe("ok");
      expect(await evaluate("turns")).toBe("30000000");
    }
  });

  test("and the whole kernel with it, answers all that came meanwhile, in order", async () => {
    const all = family(kernel.child.pid!);
    for (const pid of all) process.kill(pid, "SIGSTOP");
    await kernel.sendFrames("shell", kernel.frames("execute_request", { code: "globalThis.order = 'a'" }));
    await kernel.sendFrames("shell", kernel.frames("execute_request", { code: "order += 'b'" }));
    for (const pid of all.toReversed()) process.kill(pid, "SIGCONT");
    expect(await evaluate("order + 'c'")).toBe("'abc'");
  });
});

describe("a clock that jumps", () => {
  test.each([
    ["back to 1970", "() => 0"],
    ["ten years ahead", "() => now() + 3e11"],
    ["to no time at all", "() => NaN"],
    ["at every look", "() => now() + (Math.random() - 0.5) * 1e12"],
  ])("%s in a cell keeps cells, timers and interrupts going", async (_, clock) => {
    await kernel.request("execute_request", {
      code: `var now = globalThis.now ?? Date.now; globalThis.now = now; Date.now = ${clock}; performance.now = Date.now;`,
    });
    const waited = await kernel.request("execute_request", {
      code: "await new Promise((done) => setTimeout(done, 5)); console.log('waited')",
    });
    expect(waited.published.some(({ content }) => content["text"] === "waited\n")).toBe(true);
    const id = await begin("for (;;) {}");
    await kernel.request("interrupt_request", {}, "control");
    expect((await replyTo(id)).content["status"]).toBe("error");
    expect(await evaluate("1 + 1")).toBe("2");
    const { reply } = await kernel.request("execute_request", { code: "2" });
    expect(Math.abs(Date.parse(String(reply.header["date"])) - Date.now())).toBeLessThan(600_000);
  });
});

function residentMb(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
}
