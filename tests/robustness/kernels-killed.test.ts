import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { random } from "../../src/lib/stats/random.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";
import { ended, family } from "../kernel/process-table.js";
import { RawClient } from "../kernel/raw-client.js";
import { times } from "./campaign.js";

const WORK = [
  "0",
  "for (;;) {}",
  "for (;;) console.log('more')",
  "await new Promise(() => {})",
  "require('child_process').execSync(`trap '' TERM INT; sleep 300`)",
  "require('child_process').spawn('sh', ['-c', 'sleep 300 & sleep 300'], { stdio: 'ignore' }); for (;;) {}",
  "require('worker_threads'); new (require('worker_threads').Worker)('for (;;) {}', { eval: true }); 0",
];
const SIGNALS = ["SIGKILL", "SIGTERM", "SIGHUP", "SIGINT then SIGKILL"] as const;
const AT_ONCE = 4;

test(`${times(16, 50)} kernels killed at any moment leave no process and no file`, { timeout: 1_200_000 }, async () => {
  const stream = random(12, "kernels killed");
  const one = <Item>(items: readonly Item[]): Item => items[Math.floor(stream.uniform() * items.length)]!;
  const plans = Array.from({ length: times(16, 50) }, () => ({
    ...{ code: one(WORK), signal: one(SIGNALS), milliseconds: 300 * stream.uniform() },
  }));
  const folder = temporaryFolder();
  const temporary = join(folder, "temporary");
  mkdirSync(temporary);
  const live = async ({ code, signal, milliseconds }: (typeof plans)[number]) => {
    const kernel = await RawClient.start({ folder, environment: { DIFFREPAIRER_TYPES: "off", TMPDIR: temporary } });
    onTestFinished(() => void kernel.child.kill("SIGKILL"));
    await kernel.sendFrames("shell", kernel.frames("execute_request", { code }));
    await pause(milliseconds);
    const all = family(kernel.child.pid!);
    for (const name of signal.split(" then ") as NodeJS.Signals[]) kernel.child.kill(name);
    await ended(all, 30_000);
    await kernel.close();
  };
  for (let at = 0; at < plans.length; at += AT_ONCE) await Promise.all(plans.slice(at, at + AT_ONCE).map(live));
  expect(readdirSync(temporary)).toEqual([]);
  expect(readdirSync(folder)).toEqual(["temporary"]);
});
