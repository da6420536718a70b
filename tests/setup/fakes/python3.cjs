// Acts as Python with venv, pip and jupyter. FAKE_PYTHON: "old", "bare" (no ensurepip), "offline", "hang" (in pip).
const { appendFileSync, copyFileSync, existsSync, mkdirSync, writeFileSync } = require("node:fs");
const { dirname, join } = require("node:path");

const mode = process.env.FAKE_PYTHON;
const args = process.argv.slice(2);
const program = process.argv[1];
const note = (text) => appendFileSync(join(process.env.FAKE_ROOT, "calls.log"), `python3 ${text}\n`);

if (args[0] === "-c" && args[1].includes("version_info")) {
  const version = mode === "old" ? [3, 8, 2] : [3, 11, 2];
  console.log(JSON.stringify({ version, executable: program, lacks: mode === "bare" ? ["ensurepip"] : [] }));
} else if (args[0] === "-m" && args[1] === "venv") {
  note("venv");
  mkdirSync(join(args[2], "bin"), { recursive: true });
  mkdirSync(join(args[2], "lib", "python3.11", "site-packages"), { recursive: true });
  copyFileSync(program, join(args[2], "bin", "python"));
} else if (args[0] === "-m" && args[1] === "pip") {
  note("pip");
  if (mode === "offline") {
    console.error("Could not fetch URL: Max retries exceeded with url: /simple/anyio/");
    process.exit(1);
  }
  if (mode === "hang") {
    setInterval(() => {}, 1000);
    return;
  }
  const packages = join(dirname(program), "..", "lib", "python3.11", "site-packages");
  mkdirSync(join(packages, "jupyterlab-1.dist-info"), { recursive: true });
  writeFileSync(join(packages, "jupyterlab-1.dist-info", "METADATA"), "");
} else if (args[0] === "-m" && args[1] === "jupyter") {
  const spec = join(dirname(program), "..", "share", "jupyter", "kernels", "diffrepairer", "kernel.json");
  console.log(JSON.stringify({ kernelspecs: existsSync(spec) ? { diffrepairer: {} } : {} }));
}
