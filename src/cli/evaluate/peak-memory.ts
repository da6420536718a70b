import { readFileSync, writeFileSync } from "node:fs";

/**
 * Begins to watch the most memory that this process holds (resident set). Linux alone can begin anew.
 *
 * @returns a function that tells the peak since, in MiB; null where the system does not say.
 */
export const watchPeakMemory = (): (() => number | null) => {
  try {
    writeFileSync("/proc/self/clear_refs", "5");
  } catch {
    return () => null;
  }
  return () => {
    const [, kibibytes] = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
    return kibibytes === undefined ? null : Math.round(Number(kibibytes) / 1024);
  };
};
