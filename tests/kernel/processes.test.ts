import { expect, onTestFinished, test } from "vitest";
import { ended, family, statusOf } from "./process-table.js";
import { RawClient } from "./raw-client.js";

async function start(): Promise<RawClient> {
  const kernel = await RawClient.start({ environment: { DIFFREPAIRER_TYPES: "off" } });
  onTestFinished(() => kernel.close());
  return kernel;
}

const run = (kernel: RawClient, code: string) => kernel.request("execute_request", { code });
const begin = (kernel: RawClient, code: string) =>
  kernel.sendFrames("shell", kernel.frames("execute_request", { code }));

const CHILDREN = "require('child_process').spawn('sh', ['-c', 'sleep 300 & sleep 300'], { stdio: 'ignore' }); 0";
const BUSY = [
  "0",
  "for (;;) {}",
  "for (;;) console.log('more')",
  "await new Promise(() => {})",
  "prompt('x')",
  "require('child_process').execSync(`trap '' TERM INT; sleep 300`)",
];

test.each(BUSY)("shutdown during %s answers, and ends everything within five seconds", async (code) => {
  const kernel = await start();
  await run(kernel, CHILDREN);
  await begin(kernel, code);
  await kernel.until(({ content }) => content["code"] === code);
  const all = family(kernel.child.pid ?? 0);
  expect(all.length).toBeGreaterThanOrEqual(5);
  await kernel.sendFrames("control", kernel.frames("shutdown_request", { restart: false }));
  const isReply = ({ header }: { header: Record<string, unknown> }) => header["msg_type"] === "shutdown_reply";
  const reply = await kernel.until((message) => isReply(message) && message.channel === "control");
  expect(reply.content).toEqual({ status: "ok", restart: false });
  await kernel.until((message) => isReply(message) && message.channel === "iopub");
  await ended(all);
  expect(kernel.child.exitCode).toBe(0);
});

test("restart is told to the client that asks for it, on shell too", async () => {
  const kernel = await start();
  await kernel.sendFrames("shell", kernel.frames("shutdown_request", { restart: true }));
  const reply = await kernel.until(({ header }) => header["msg_type"] === "shutdown_reply");
  expect(reply.content).toEqual({ status: "ok", restart: true });
  await ended([kernel.child.pid ?? 0]);
});

test.each(["SIGTERM", "SIGHUP", "SIGKILL"] as const)("on %s, busy, nothing stays behind", async (signal) => {
  const kernel = await start();
  await run(kernel, CHILDREN);
  await begin(kernel, "for (;;) {}");
  await kernel.until(({ content }) => content["code"] === "for (;;) {}");
  const all = family(kernel.child.pid ?? 0);
  kernel.child.kill(signal);
  await ended(all);
});

test("children that have ended leave no zombies", async () => {
  const kernel = await start();
  await run(
    kernel,
    "for (let i = 0; i < 20; i++) require('child_process').spawn('true'); await new Promise((done) => setTimeout(done, 300))",
  );
  await run(kernel, "process.exit(0)");
  await run(kernel, "0");
  const states = family(kernel.child.pid ?? 0).map((pid) => statusOf(pid)?.state);
  expect(states).not.toContain("Z");
});

test("nothing is written to the kernel's own stdout, whatever a cell prints or breaks", async () => {
  const kernel = await start();
  await run(kernel, "console.log('printed'); require('child_process').execSync('echo child', { stdio: 'inherit' })");
  await run(kernel, "require('fs').writeSync(1, 'native'); throw new Error('x')");
  await run(kernel, "process.exit(1)");
  await run(kernel, "console.log('again')");
  expect(kernel.stdout).toBe("");
});

test("two kernels know nothing of each other", async () => {
  const [one, two] = await Promise.all([start(), start()]);
  await run(one, "let mine = 1; globalThis.theirs = 1; process.env.ONLY_HERE = 'x'");
  const { reply } = await two.request("execute_request", {
    code: "",
    user_expressions: { seen: "[typeof mine, typeof theirs, process.env.ONLY_HERE]" },
  });
  expect(reply.content["user_expressions"]).toMatchObject({
    seen: { data: { "text/plain": "[ 'undefined', 'undefined', undefined ]" } },
  });
  await run(one, "process.exit(1)");
  expect((await run(two, "1")).reply.content["status"]).toBe("ok");
});
