import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isRunning, startOf } from "./process-identity.js";
import { writeWhole } from "./stamp.js";

/**
 * One set-up at a time in a checkout. The lock names its owner and the commands that the owner runs; if the owner was killed,
 * its commands may go on alone (npm still writing packages), so they are ended before the lock is taken over.
 */
export async function acquireLock({ stateFolder, signal, onWait = () => {} }) {
  const path = join(stateFolder, "lock");
  const owner = { pid: process.pid, start: startOf(process.pid), children: [] };
  const mine = `${path}.${process.pid}`;
  let waited = false;
  writeFileSync(mine, JSON.stringify(owner));
  try {
    while (!tryLink(mine, path)) {
      const other = readLock(path);
      if (other && isRunning(other)) {
        if (!waited) onWait(other.pid);
        waited = true;
        await sleep(500, undefined, { signal });
      } else if (other) {
        await endOrphans(other.children ?? []);
        removeStale(path, other);
      }
    }
  } finally {
    rmSync(mine, { force: true });
  }
  return {
    /** Records a command that runs for this set-up. */
    add(pid) {
      owner.children.push({ pid, start: startOf(pid) });
      writeWhole(path, JSON.stringify(owner));
    },
    remove(pid) {
      owner.children = owner.children.filter((child) => child.pid !== pid);
      try {
        writeWhole(path, JSON.stringify(owner));
      } catch {
        // A full disk: the lock goes on naming a command that has ended, which harms nobody.
      }
    },
    release() {
      rmSync(path, { force: true });
    },
  };
}

function tryLink(from, to) {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

/** The lock's content; a file that cannot be read as one counts as left by nobody, a missing one as undefined. */
function readLock(path) {
  let text;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
  try {
    return { ...JSON.parse(text), text };
  } catch {
    return { text };
  }
}

/** Removes the stale lock that was read, and no newer one that another process has made since. */
function removeStale(path, stale) {
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  if (readFileSync(aside, "utf8") !== stale.text) tryLink(aside, path);
  rmSync(aside, { force: true });
}

async function endOrphans(children) {
  for (const child of children) {
    if (isRunning(child)) process.kill(child.pid, "SIGKILL");
  }
  for (let waited = 0; children.some(isRunning) && waited < 10_000; waited += 50) await sleep(50);
}
