import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * A stamp says that a step ended and was verified: a hash of what went into it and a few facts about what came out. It is
 * removed before the step begins anew, so that an interrupted step has none.
 */
const stampPath = (stateFolder, name) => join(stateFolder, `${name}.json`);

/** @returns {{ inputs: string, facts: object } | undefined} undefined if there is none or it cannot be read */
export function readStamp(stateFolder, name) {
  try {
    const stamp = JSON.parse(readFileSync(stampPath(stateFolder, name), "utf8"));
    return typeof stamp?.inputs === "string" && typeof stamp.facts === "object" ? stamp : undefined;
  } catch {
    return undefined;
  }
}

export function writeStamp(stateFolder, name, stamp) {
  writeWhole(stampPath(stateFolder, name), `${JSON.stringify(stamp, undefined, 2)}\n`);
}

export function removeStamp(stateFolder, name) {
  rmSync(stampPath(stateFolder, name), { force: true });
}

/** SHA-256 of a value's JSON. */
export function hashOf(value) {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}

/** SHA-256 of a file, or undefined if there is none. */
export function hashOfFile(path) {
  return existsSync(path) ? createHash("sha256").update(readFileSync(path)).digest("hex") : undefined;
}

/** Writes a file so that it is whole or absent. */
export function writeWhole(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  const partial = `${path}.${process.pid}.partial`;
  try {
    writeFileSync(partial, text);
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}
