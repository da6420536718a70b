import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const scripts = join(here, "..", "..", "scripts", "setup");
const installed = join("node_modules", "diffrepairer");

const DOWNLOADER = ["download", "python-index", "zip"];

/** How a run of the set-up ended. */
export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

/**
 * A small checkout, or project, with the real scripts/setup, and a folder of programs that act as npm, Python, the C++ compiler and nvidia-smi
 * would: they write what the real ones write, in miniature, and note each call.
 */
export class FakeCheckout {
  readonly root = mkdtempSync(join(tmpdir(), "set-up-"));
  readonly bin = join(this.root, "bin-of-fakes");

  /** @param kind a checkout of the package, or a project that has it from npm */
  constructor(readonly kind: "checkout" | "project" = "checkout") {
    mkdirSync(this.bin);
    if (kind === "checkout") this.writeCheckout();
    else this.writeProject();
    for (const name of ["npm", "python3", "g++"]) this.install(name);
  }

  private writeCheckout(): void {
    cpSync(scripts, this.path("scripts", "setup"), { recursive: true });
    this.write("package.json", JSON.stringify({ name: "fake" }));
    this.write("scripts/package.json", JSON.stringify({ type: "module" }));
    this.writeLock("1.0.0");
    this.write("tsconfig.json", "{}");
    this.write("src/cli/main.ts", "");
    for (const name of DOWNLOADER) this.write(`src/lib/datasets/${name}.ts`, "");
  }

  private writeProject(): void {
    const engines = { "@tensorflow/tfjs-node": "1.0.0", "@tensorflow/tfjs-node-gpu": "1.0.0" };
    cpSync(scripts, this.path(installed, "scripts", "setup"), { recursive: true });
    this.write("package.json", JSON.stringify({ name: "of-a-user" }));
    this.write(join(installed, "package.json"), JSON.stringify({ type: "module", peerDependencies: engines }));
    this.write("node_modules/node-api-headers/package.json", "{}");
    const compiled = (name: string): string => readFileSync(join(here, "fakes", "compiled", name), "utf8");
    this.write(join(installed, "dist", "src", "cli", "main.js"), compiled("main.js"));
    for (const name of DOWNLOADER)
      this.write(join(installed, "dist", "src", "lib", "datasets", `${name}.js`), compiled(`${name}.js`));
  }

  path(...parts: string[]): string {
    return join(this.root, ...parts);
  }

  has(...parts: string[]): boolean {
    return existsSync(this.path(...parts));
  }

  read(...parts: string[]): string {
    return readFileSync(this.path(...parts), "utf8");
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(this.path(path)), { recursive: true });
    writeFileSync(this.path(path), text);
  }

  /** Writes a lock file with the packages that the set-up itself needs. */
  writeLock(version: string): void {
    const names = ["typescript", "node-api-headers", "@tensorflow/tfjs-node", "@tensorflow/tfjs-node-gpu"];
    const entries = names.map((name) => [`node_modules/${name}`, { version }]);
    const optional = ["node_modules/for-another-platform", { version, optional: true, os: ["none"] }];
    this.write("package-lock.json", JSON.stringify({ packages: Object.fromEntries([["", {}], ...entries, optional]) }));
  }

  /** Puts a fake program on the path. */
  install(name: string): void {
    const text = readFileSync(join(here, "fakes", `${name}.cjs`), "utf8");
    writeFileSync(join(this.bin, name), `#!${process.execPath}\n${text}`);
    chmodSync(join(this.bin, name), 0o755);
  }

  uninstall(name: string): void {
    rmSync(join(this.bin, name));
  }

  /** A folder as LIBTENSORFLOW_DIR names it. */
  writeLibTensorFlow(name: string): string {
    this.write(`${name}/include/tensorflow/c/c_api.h`, "");
    for (const library of ["libtensorflow", "libtensorflow_framework"])
      this.write(`${name}/lib/${library}.so.2`, library);
    return this.path(name);
  }

  /** The calls of the fakes since the last time this was asked: "npm ci", "python3 venv", … */
  calls(): string[] {
    const log = this.path("calls.log");
    const lines = existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : [];
    rmSync(log, { force: true });
    return lines;
  }

  start(env: Record<string, string> = {}): { child: ChildProcess; ended: Promise<Outcome> } {
    const main = join(this.kind === "checkout" ? "" : installed, "scripts", "setup", "main.js");
    const child = spawn(process.execPath, [main, ...(this.kind === "checkout" ? [] : [this.root])], {
      cwd: this.root,
      env: { PATH: this.bin, HOME: this.root, FAKE_ROOT: this.root, FAKE_FILES: join(here, "fakes"), ...env },
      // The super-user may write into every folder.
      ...(process.getuid?.() === 0 && env.FAKE_USER ? { uid: Number(env.FAKE_USER) } : {}),
    });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    const ended = new Promise<Outcome>((resolve) => child.on("close", (code) => resolve({ code, stdout, stderr })));
    return { child, ended };
  }

  run(env: Record<string, string> = {}): Promise<Outcome> {
    return this.start(env).ended;
  }

  remove(): void {
    chmodSync(this.root, 0o755);
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** Waits until a condition holds. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** Whether a process runs; one that has ended and waits for its parent (a zombie) does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== "linux" || !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
