import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { packageRoot } from "../package-root.js";

/**
 * Flags of the language process. A cell's text is walked by recursion, and a sum of some thousand terms is deep: the stack,
 * in KiB, is within the 8 MB that systems give. A check leaves much behind soon: young objects get room, in MB, to die in.
 * Hash tables are taken from the snapshot as they are, which is a sixth of its start.
 */
export const LANGUAGE_FLAGS: readonly string[] = [
  "--stack-size=3900",
  "--max-semi-space-size=32",
  "--expose-gc",
  "--no-rehash-snapshot",
];

/** The snapshot is read into one large block, which huge pages make at once. */
export const LANGUAGE_ENVIRONMENT: Readonly<Record<string, string>> = { GLIBC_TUNABLES: "glibc.malloc.hugetlb=1" };

/** The code that runs, wherever this was loaded from, and the folder of snapshots within it: they go when it goes. */
const KERNEL = join(packageRoot(), "dist", "kernel");
const FOLDER = join(KERNEL, "startup");
const { resolve } = createRequire(import.meta.url);
const STALE_LOCK_MS = 120_000;

/**
 * The V8 startup snapshot of the language process: TypeScript with JavaScript's and Node's types read, which is there in a
 * quarter of a second instead of two. Undefined when there is none for this Node and this code.
 */
export function startupSnapshot(): string | undefined {
  const path = snapshotPath();
  return !isOff() && existsSync(path) ? path : undefined;
}

/**
 * Makes the startup snapshot, unless it is there or another process is at it. It takes some seconds.
 *
 * @throws Error, of one line, when the folder of the code cannot be written, or this Node makes no snapshots.
 * @example
 * await buildStartupSnapshot();
 */
export async function buildStartupSnapshot(): Promise<void> {
  try {
    await build();
  } catch (error) {
    // A compiler's and a process's messages go on with all that they have written.
    const [reason] = (error instanceof Error ? error.message : String(error)).split("\n");
    throw new Error(reason, { cause: error });
  }
}

async function build(): Promise<void> {
  const path = snapshotPath();
  if (isOff() || existsSync(path)) return;
  await mkdir(FOLDER, { recursive: true });
  const lock = `${path}.lock`;
  if (!(await take(lock))) return;
  const draft = `${path}.${process.pid}`;
  const bundle = `${draft}.cjs`;
  try {
    await writeBundle(bundle);
    const flags = [...LANGUAGE_FLAGS, "--snapshot-blob", draft, "--build-snapshot", bundle];
    await promisify(execFile)(process.execPath, flags, { cwd: FOLDER });
    await rename(draft, path);
    await removeOthers(path);
  } finally {
    await Promise.all([draft, bundle, lock].map((file) => rm(file, { force: true })));
  }
}

/** Puts the language process into one script, which is all that a snapshot can be made of. */
async function writeBundle(outfile: string): Promise<void> {
  const esbuild = await import("esbuild");
  const typescript = resolve("typescript");
  const entry = join(KERNEL, "language", "snapshot-main.js");
  await esbuild.build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    // The script's text is in the snapshot, and twice as large where comments are not in Latin letters.
    minifyWhitespace: true,
    define: {
      "import.meta.url": JSON.stringify(pathToFileURL(entry)),
      // TypeScript finds its libraries beside itself.
      __filename: JSON.stringify(typescript),
      __dirname: JSON.stringify(dirname(typescript)),
    },
    logLevel: "silent",
  });
  // Its own process would stay as long as this one.
  await esbuild.stop();
}

const isOff = (): boolean => process.env["DIFFREPAIRER_SNAPSHOT"] === "off";

/** A snapshot fits one build of Node, with the same flags, and the code it was made of. */
function snapshotPath(): string {
  const hash = createHash("sha256").update([process.version, process.arch, ...LANGUAGE_FLAGS].join(" "));
  // A published version does not change; a checkout's code does, and the compiler then writes what it has built.
  const built = join(packageRoot(), "dist", "kernel.tsbuildinfo");
  for (const file of [
    process.execPath,
    resolve("typescript/package.json"),
    join(packageRoot(), "package.json"),
    built,
  ]) {
    const { mtimeMs = 0, size = 0 } = statSync(file, { throwIfNoEntry: false }) ?? {};
    hash.update(`${file} ${mtimeMs} ${size}\n`);
  }
  return join(FOLDER, `${prefix()}${hash.digest("hex").slice(0, 12)}.blob`);
}

const prefix = (): string => `node-${process.version}-${process.arch}-`;

async function take(lock: string): Promise<boolean> {
  const age = await stat(lock)
    .then(({ mtimeMs }) => Date.now() - mtimeMs)
    .catch(() => 0);
  if (age > STALE_LOCK_MS) await rm(lock, { force: true });
  try {
    await (await open(lock, "wx")).close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Removes what this Node made of earlier code, and what processes have left that were ended at it. */
async function removeOthers(path: string): Promise<void> {
  const names = (await readdir(FOLDER)).filter((name) => name.startsWith(prefix()) && join(FOLDER, name) !== path);
  await Promise.all(names.map((name) => rm(join(FOLDER, name), { force: true })));
}
