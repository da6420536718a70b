import { readdirSync, readFileSync } from "node:fs";
import { expect, vi } from "vitest";

/** Fields of a process: state, parent and process group; undefined once it is gone. */
export function statusOf(pid: number): { state: string; parent: number; group: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [state = "", parent, group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { state, parent: Number(parent), group: Number(group) };
  } catch {
    return undefined;
  }
}

/** A kernel's process, those it has started, and those these have. */
export function family(pid: number): number[] {
  const all = readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number);
  const children = all.filter((other) => statusOf(other)?.parent === pid);
  return [pid, ...children.flatMap(family)];
}

/** Resolves once none of the processes is there. */
export const ended = (pids: readonly number[], timeout = 5000) =>
  vi.waitFor(() => expect(pids.filter((pid) => statusOf(pid) !== undefined)).toEqual([]), { timeout, interval: 20 });
