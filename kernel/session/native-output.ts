import childProcess, { ChildProcess } from "node:child_process";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { fence } from "./channel.js";
import { apply, defineProperty } from "./primordials.js";

type Call = (...values: unknown[]) => unknown;

/**
 * Keeps the place of what is written past the channel, by child processes that inherit stdio and to the descriptors
 * themselves: a fence on both sides of it tells the front where it belongs.
 */
export function fenceNativeOutput(): void {
  for (const name of ["execSync", "execFileSync", "spawnSync"] as const) wrap(childProcess, name, () => true);
  for (const name of ["write", "writeSync", "writev", "writevSync"] as const) {
    wrap(fs, name, (descriptor) => descriptor === 1 || descriptor === 2);
  }
  wrap(
    ChildProcess.prototype as unknown as Record<"spawn", Call>,
    "spawn",
    () => true,
    function (this: ChildProcess) {
      this.prependListener("exit", () => fence());
    },
  );
  syncBuiltinESMExports();
}

/** @param after - called with the method's `this` once it has returned. */
function wrap<Name extends string>(
  owner: Record<Name, unknown>,
  name: Name,
  writes: (first: unknown) => boolean,
  after?: (this: ChildProcess) => void,
): void {
  const original = owner[name] as Call;
  const fenced = function (this: unknown, ...values: unknown[]): unknown {
    if (!writes(values[0])) return apply(original, this, values);
    fence();
    try {
      return apply(original, this, values);
    } finally {
      fence();
      if (after) apply(after, this, []);
    }
  };
  // Some carry a `util.promisify.custom` of their own.
  Object.defineProperties(fenced, Object.getOwnPropertyDescriptors(original));
  defineProperty(owner, name, { value: fenced, writable: true, enumerable: true, configurable: true });
}
