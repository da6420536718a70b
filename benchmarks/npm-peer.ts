import { execFile } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { PeerUnavailable } from "./peer-process.js";

const run = promisify(execFile);

/**
 * The folder of a peer that npm installs, made on demand: a prefix of its own, none of its scripts run.
 *
 * @throws PeerUnavailable when npm cannot have it.
 */
export async function npmPeer(root: string, name: string, version: string): Promise<string> {
  const folder = join(root, ".setup", "peers", name);
  const modules = join(folder, process.platform === "win32" ? "" : "lib", "node_modules");
  const manifest = join(modules, name, "package.json");
  if (existsSync(manifest) && (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version === version) {
    return join(modules, name);
  }
  rmSync(folder, { recursive: true, force: true });
  process.stderr.write(`installing ${name} ${version} into ${folder} …\n`);
  try {
    await run("npm", ["install", "--global", "--ignore-scripts", "--prefix", folder, `${name}@${version}`]);
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    const line = (stderr || message).split("\n").find((text) => /error/i.test(text));
    throw new PeerUnavailable(line ?? "npm failed");
  }
  return join(modules, name);
}
