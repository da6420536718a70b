import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * Says which process a number means: its start time, since numbers are used again.
 *
 * @returns {string | undefined} undefined if there is no such process
 */
export function startOf(pid) {
  if (process.platform === "linux") {
    try {
      const text = readFileSync(`/proc/${pid}/stat`, "utf8");
      // The command, in parentheses, may hold spaces; a zombie (Z) has ended.
      const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
      return fields[0] === "Z" ? undefined : fields[19];
    } catch {
      return undefined;
    }
  }
  try {
    return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim() || undefined;
  } catch {
    return undefined;
  }
}

/** Whether the process that was recorded still runs. */
export function isRunning({ pid, start }) {
  return start !== undefined && startOf(pid) === start;
}
