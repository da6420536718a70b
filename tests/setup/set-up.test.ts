import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeCheckout, isAlive, until } from "./fake-checkout.js";

let checkout: FakeCheckout;

beforeEach(() => {
  checkout = new FakeCheckout();
});

afterEach(() => checkout.remove());

const stamps = () =>
  readdirSync(checkout.path(".setup"))
    .filter((name) => name.endsWith(".json"))
    .sort();
const everyStamp = ["build.json", "kernel.json", "native.json", "npm.json", "python.json"];
const addon = () => checkout.path("node_modules", "@tensorflow", "tfjs-node", "lib", "napi-v8", "tfjs_binding.node");

/** A checkout whose engine is built against a libtensorflow of the user's. */
async function setUpWhole(): Promise<Record<string, string>> {
  const env = { LIBTENSORFLOW_DIR: checkout.writeLibTensorFlow("libtensorflow") };
  expect(await checkout.run(env)).toMatchObject({ code: 0, stderr: "" });
  expect(stamps()).toEqual(everyStamp);
  checkout.calls();
  return env;
}

describe("a set-up", () => {
  it("installs, compiles and registers everything, and does nothing the second time", async () => {
    const env = { LIBTENSORFLOW_DIR: checkout.writeLibTensorFlow("libtensorflow") };
    const first = await checkout.run(env);
    expect(first).toMatchObject({ code: 0, stderr: "" });
    expect(checkout.calls().sort()).toEqual([
      "diffrepairer kernel install",
      "g++",
      "npm ci",
      "python3 pip",
      "python3 venv",
      "tsc -b --force",
    ]);
    expect(first.stdout).toMatch(/TensorFlow good build loads \(built against LIBTENSORFLOW_DIR/);
    expect(await checkout.run(env)).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(checkout.calls()).toEqual([]);
  });

  it("notices a changed lock file, requirements file and source, and redoes what depends on it", async () => {
    const env = await setUpWhole();
    checkout.writeLock("1.0.1");
    expect((await checkout.run(env)).code).toBe(0);
    expect(checkout.calls()).toEqual(["npm ci", "tsc -b", "g++", "diffrepairer kernel install"]);
    checkout.write("scripts/setup/requirements.txt", "jupyterlab==2\n");
    expect((await checkout.run(env)).code).toBe(0);
    expect(checkout.calls()).toEqual(["python3 venv", "python3 pip", "diffrepairer kernel install"]);
    checkout.write("src/cli/more.ts", "");
    expect((await checkout.run(env)).code).toBe(0);
    expect(checkout.calls()).toEqual(["tsc -b --force", "diffrepairer kernel install"]);
  });

  it("notices what was removed", async () => {
    const env = await setUpWhole();
    for (const [path, expected] of [
      ["node_modules/typescript", ["npm ci", "g++"]],
      ["node_modules/.package-lock.json", ["npm ci", "g++"]],
      [".venv/bin/python", ["python3 venv", "python3 pip", "diffrepairer kernel install"]],
      [".venv/share", ["diffrepairer kernel install"]],
      ["dist/src/cli/main.js", ["tsc -b --force"]],
    ] as const) {
      rmSync(checkout.path(path), { recursive: true });
      expect((await checkout.run(env)).code, path).toBe(0);
      expect(checkout.calls(), path).toEqual(expected);
    }
  });

  it("trusts no packages and no environment that it did not finish itself", async () => {
    checkout.write("node_modules/.package-lock.json", checkout.read("package-lock.json"));
    checkout.write("node_modules/stray/package.json", "{}");
    checkout.write(".venv/bin/stray", "");
    expect((await checkout.run()).code).toBe(0);
    expect(checkout.calls()).toEqual(expect.arrayContaining(["npm ci", "python3 venv"]));
    expect(checkout.has("node_modules/stray")).toBe(false);
    expect(checkout.has(".venv/bin/stray")).toBe(false);
  });
});

describe("an interrupted set-up", () => {
  it("goes on after SIGKILL: the orphaned npm is ended, half a tree is made anew", async () => {
    const { child, ended } = checkout.start({ FAKE_NPM: "hang" });
    await until(() => checkout.has("npm.pid") && checkout.has(".setup", "python.json"));
    child.kill("SIGKILL");
    await ended;
    const orphan = Number(checkout.read("npm.pid"));
    expect(isAlive(orphan)).toBe(true);
    expect(stamps()).toEqual(["python.json"]);
    checkout.calls();
    expect((await checkout.run()).code).toBe(0);
    expect(isAlive(orphan)).toBe(false);
    const calls = checkout.calls();
    expect(calls).toContain("npm ci");
    expect(calls).not.toContain("python3 venv");
    expect(checkout.has("node_modules/typescript/bin/tsc")).toBe(true);
  });

  it("ends its commands at SIGINT, says so, and exits with 130", async () => {
    const { child, ended } = checkout.start({ FAKE_NPM: "hang" });
    await until(() => checkout.has("npm.pid"));
    child.kill("SIGINT");
    const { code, stderr } = await ended;
    expect(code).toBe(130);
    expect(stderr).toMatch(/interrupted.*goes\s+on where it stopped/s);
    expect(isAlive(Number(checkout.read("npm.pid")))).toBe(false);
    expect(checkout.has(".setup/lock")).toBe(false);
  });

  it("makes a second set-up wait, so that npm runs once", async () => {
    const first = checkout.start({ FAKE_NPM: "slow" });
    await until(() => checkout.has(".setup/lock"));
    const second = await checkout.run();
    expect(second.stdout).toMatch(/another set-up \(process \d+\) is at work here/);
    expect((await first.ended).code).toBe(0);
    expect(second.code).toBe(0);
    expect(checkout.calls().filter((call) => call === "npm ci")).toHaveLength(1);
  });

  it.each([
    ["of a process that has ended", JSON.stringify({ pid: 999_999_999, start: "1", children: [] })],
    ["of a number that another process has now", JSON.stringify({ pid: process.pid, start: "1", children: [] })],
    ["that cannot be read", "{"],
  ])("takes over a lock %s", async (_name, lock) => {
    checkout.write(".setup/lock", lock);
    expect((await checkout.run()).code).toBe(0);
  });
});

describe("what is missing is told in one paragraph", () => {
  const missing = async (env: Record<string, string> = {}) => {
    const { code, stderr } = await checkout.run(env);
    expect(code).toBe(1);
    const [paragraph] = stderr.trim().split("\n\n");
    expect(paragraph).toMatch(/^Set-up stopped: /);
    expect(Math.max(...paragraph!.split("\n").map((line) => line.length))).toBeLessThan(180);
    return stderr.replace(/\s+/g, " ");
  };

  it("Python", async () => {
    checkout.uninstall("python3");
    expect(await missing()).toMatch(
      /No Python was found.*3\.10 or newer is needed.*JupyterLab.*(apt-get|brew) install/,
    );
    expect(checkout.calls()).toEqual([]);
  });

  it("a recent Python, with venv", async () => {
    expect(await missing({ FAKE_PYTHON: "old" })).toMatch(/python3 is Python 3\.8\.2: Python 3\.10 or newer is needed/);
    expect(await missing({ FAKE_PYTHON: "bare" })).toMatch(/lacks its module ensurepip.*python3-venv/);
    const given = { DIFFREPAIRER_PYTHON: checkout.path("no-python") };
    expect(await missing(given)).toMatch(/No Python was found \(looked for .*no-python\)/);
    expect(checkout.calls()).toEqual([]);
  });

  it("npm", async () => {
    checkout.uninstall("npm");
    expect(await missing()).toMatch(/npm was not found.*apt-get install -y npm/);
  });

  it("the network, for npm and for pip", async () => {
    expect(await missing({ FAKE_NPM: "offline" })).toMatch(
      /npm packages.*the network does not answer.*PIP_INDEX_URL.*npm\.log.*ENOTFOUND/,
    );
    expect(checkout.has(".setup/npm.json")).toBe(false);
    expect(await missing({ FAKE_PYTHON: "offline" })).toMatch(
      /Python packages.*the network does not answer.*Max retries/,
    );
    expect(checkout.has(".setup/python.json")).toBe(false);
    expect((await checkout.run()).code).toBe(0);
  });

  it("and the other installation is ended with it", async () => {
    expect(await missing({ FAKE_NPM: "offline", FAKE_PYTHON: "hang" })).toMatch(/npm packages/);
  });

  it("room on the disk", async () => {
    expect(await missing({ FAKE_NPM: "full" })).toMatch(/npm packages.*the disk is full/);
    const wheel = { FAKE_WHEEL: "full" };
    expect(await missing(wheel)).toMatch(/TensorFlow could not be put in place: the disk is full/);
    const { setUp } = (await import(pathToFileURL(checkout.path("scripts", "setup", "set-up.js")).href)) as {
      setUp(options: object): Promise<void>;
    };
    rmSync(checkout.path(".setup"), { recursive: true });
    const env = { PATH: checkout.bin, FAKE_ROOT: checkout.root };
    await expect(setUp({ root: checkout.root, env, free: 1.25e9 })).rejects.toThrow(
      /1\.3 GB are free.*\d\.\d GB are needed/,
    );
    expect(checkout.has(".setup/lock")).toBe(false);
  });

  it("leave to write", async () => {
    chmodSync(checkout.root, 0o555);
    expect(await missing({ FAKE_USER: "65534" })).toMatch(/cannot be written \(EACCES\).*chown/);
  });

  it("code that compiles", async () => {
    expect(await missing({ FAKE_TSC: "error" })).toMatch(/do not compile.*error TS2304/);
    expect(checkout.has(".setup/build.json")).toBe(false);
  });

  it("Node and the platform", async () => {
    const { checkNode, checkPlatform } = (await import(
      pathToFileURL(checkout.path("scripts", "setup", "prerequisites.js")).href
    )) as { checkNode(version: string): void; checkPlatform(platform: string): void };
    for (const old of ["18.20.0", "20.18.1"]) expect(() => checkNode(old)).toThrow(/too old: 20\.19/);
    for (const recent of ["20.19.0", "22.1.0", "24.0.0"]) expect(() => checkNode(recent)).not.toThrow();
    expect(() => checkPlatform("win32")).toThrow(/not supported/);
  });
});

describe("native TensorFlow", () => {
  const install = (path: string, text: string) => {
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, text);
  };

  it("is taken from the official build where that can be had", async () => {
    expect((await checkout.run({ FAKE_PREBUILT: "cpu" })).stdout).toMatch(/good prebuilt loads \(official build\)/);
    expect(checkout.calls()).not.toContain("g++");
  });

  it("is built against the Python package else, which is fetched once", async () => {
    const env = { FAKE_WHEEL: "there" };
    const first = await checkout.run(env);
    expect(first.stdout).toMatch(/fetching TensorFlow.*good build loads \(built against TensorFlow's Python package/s);
    const [folder] = readdirSync(checkout.path(".setup")).filter((name) => name.startsWith("tensorflow-"));
    const files = readdirSync(checkout.path(".setup", folder!), { recursive: true, withFileTypes: true });
    expect(
      files
        .filter((file) => file.isFile())
        .map(({ name }) => name)
        .sort(),
    ).toEqual(["c_api.h", "libtensorflow_cc.so.2", "libtensorflow_framework.so.2"]);
    expect(readdirSync(checkout.path(".setup", "downloads"))).toEqual([]);
    checkout.writeLock("1.0.1");
    checkout.calls();
    const second = await checkout.run({});
    expect(second.stdout).not.toMatch(/fetching TensorFlow/);
    expect(checkout.calls()).toEqual(["npm ci", "tsc -b", "g++", "diffrepairer kernel install"]);
  });

  it("is left out with a notice where there is no compiler, and built once there is one", async () => {
    checkout.uninstall("g++");
    const env = { LIBTENSORFLOW_DIR: checkout.writeLibTensorFlow("libtensorflow") };
    const { code, stdout } = await checkout.run(env);
    expect(code).toBe(0);
    expect(stdout.replace(/\s+/g, " ")).toMatch(
      /NOTICE: there is no native TensorFlow: .*no C\+\+ compiler.*WebAssembly.*install -y g\+\+/,
    );
    expect(stamps()).toEqual(everyStamp.filter((name) => name !== "native.json"));
    checkout.install("g++");
    expect((await checkout.run(env)).stdout).toMatch(/good build loads/);
  });

  it("is left out with a notice where nothing can be fetched, and nothing half-installed stays", async () => {
    const { code, stdout } = await checkout.run();
    expect(code).toBe(0);
    expect(stdout.replace(/\s+/g, " ")).toMatch(
      /NOTICE.*official build cannot be fetched.*the index cannot be reached/,
    );
    const folder = checkout.path("node_modules", "@tensorflow", "tfjs-node");
    expect(readdirSync(folder).sort()).toEqual(["binding", "index.js", "package.json", "scripts"]);
    expect(readFileSync(join(folder, "package.json"), "utf8")).not.toMatch(/half/);
  });

  it.each([
    ["does not compile", "error", /does not compile against.*node_api\.h/],
    ["compiles but does not load", "bad", /does not load/],
  ])("is not trusted where it %s", async (_name, mode, message) => {
    const env = { LIBTENSORFLOW_DIR: checkout.writeLibTensorFlow("libtensorflow"), FAKE_COMPILER: mode };
    const { code, stdout } = await checkout.run(env);
    expect(code).toBe(0);
    expect(stdout.replace(/\s+/g, " ")).toMatch(message);
    expect(existsSync(addon())).toBe(false);
    expect(checkout.has(".setup/native.json")).toBe(false);
  });

  it("is made anew when the libraries that it was linked to are gone", async () => {
    const env = await setUpWhole();
    rmSync(env.LIBTENSORFLOW_DIR!, { recursive: true });
    const { stdout } = await checkout.run({ FAKE_WHEEL: "there" });
    expect(stdout).toMatch(/fetching TensorFlow.*good build loads/s);
    expect(checkout.calls()).toEqual(["install.js cpu", "g++"]);
  });

  it("is replaced when an addon lies there that does not load", async () => {
    const env = await setUpWhole();
    rmSync(checkout.path(".setup/native.json"));
    install(addon(), "bad");
    expect((await checkout.run(env)).stdout).toMatch(/built against LIBTENSORFLOW_DIR/);
    rmSync(checkout.path(".setup/native.json"));
    expect((await checkout.run(env)).stdout).toMatch(/good build loads \(already there\)/);
  });

  it("is not looked for when another backend is asked for", async () => {
    expect((await checkout.run({ DIFFREPAIRER_BACKEND: "wasm" })).stdout).toMatch(/left out: DIFFREPAIRER_BACKEND/);
    expect(checkout.calls()).not.toContain("install.js cpu");
  });

  it("is the one for GPUs where there is a GPU that it sees, else the one for the CPU", async () => {
    checkout.install("nvidia-smi");
    const sees = await checkout.run({ FAKE_PREBUILT: "gpu,cpu", FAKE_GPU_SEEN: "yes" });
    expect(sees.stdout).toMatch(/good prebuilt loads \(with the GPU; official build\)/);
    expect(checkout.calls()).not.toContain("install.js cpu");
    rmSync(checkout.path(".setup/native.json"));
    const blind = await checkout.run({ FAKE_PREBUILT: "gpu,cpu" });
    expect(blind.stdout).toMatch(/does not see this one.*using the CPU.*good prebuilt loads \(official build\)/s);
    expect(checkout.calls()).toContain("install.js cpu");
  });
});
