import { readdirSync, readFileSync } from "node:fs";
import { spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { KernelClient, resultOf } from "./kernel-client.js";
import { KERNEL_MAIN, testPython } from "./python.js";

let kernel: KernelClient;
let pid: number;
beforeEach(async () => {
  kernel = new KernelClient();
  ({ pid } = await kernel.start(tmpdir()));
});
afterEach(() => kernel.close());

const isAlive = (process_: number): boolean => {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${process_}/stat`, "utf8"));
  } catch {
    return false;
  }
};

async function descendants(): Promise<number[]> {
  const session = Number(resultOf(await kernel.execute("process.pid")));
  const child = Number(resultOf(await kernel.execute("require('child_process').spawn('sleep', ['300']).pid")));
  const children = readdirSync("/proc").filter((entry) => {
    try {
      return (
        /^\d+$/.test(entry) && Number(readFileSync(`/proc/${entry}/stat`, "utf8").split(") ")[1]?.split(" ")[1]) === pid
      );
    } catch {
      return false;
    }
  });
  return [...new Set([session, child, ...children.map(Number)])];
}

async function expectEnded(processes: number[]): Promise<void> {
  await expect.poll(() => processes.filter(isAlive), { timeout: 6000, interval: 50 }).toEqual([]);
}

test("shutdown ends every process, also during a busy loop, and leaves no temporary file", async () => {
  const before = readdirSync(tmpdir());
  const all = [pid, ...(await descendants())];
  expect(all.length).toBeGreaterThanOrEqual(4);
  void kernel.execute("for (;;) {}", { timeout: 1 });
  const { alive, ms } = await kernel.command<{ alive: boolean; ms: number }>("shutdown");
  expect(alive).toBe(false);
  expect(ms).toBeLessThan(5000);
  await expectEnded(all);
  expect(readdirSync(tmpdir()).filter((name) => !before.includes(name) && /kernel|session/.test(name))).toEqual([]);
});

test("restart begins anew", async () => {
  await kernel.execute("let old = 1");
  const all = await descendants();
  await kernel.command("restart");
  expect(resultOf(await kernel.execute("typeof old"))).toBe("'undefined'");
  expect((await kernel.execute("2")).reply?.content["execution_count"]).toBe(2);
  await expectEnded(all);
});

test.each(["SIGTERM", "SIGKILL"])("on %s nothing stays behind", async (name) => {
  const all = await descendants();
  await kernel.command("send_signal", { name });
  await expectEnded(all);
});

test("when its parent dies the kernel ends", async () => {
  const script = `
import sys, json
from jupyter_client import KernelManager
from jupyter_client.kernelspec import KernelSpec
class Manager(KernelManager):
    @property
    def kernel_spec(self):
        return KernelSpec(argv=sys.argv[1:] + ["{connection_file}"])
manager = Manager()
manager.start_kernel()
client = manager.client()
client.start_channels()
client.wait_for_ready(timeout=60)
print(manager.provisioner.pid, flush=True)
import time
time.sleep(60)`;
  const parent = spawn(testPython(), ["-c", script, process.execPath, resolve(KERNEL_MAIN)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const orphan = await new Promise<number>((done) => parent.stdout.once("data", (text) => done(Number(text))));
  expect(isAlive(orphan)).toBe(true);
  parent.kill("SIGKILL");
  await expectEnded([orphan]);
});
