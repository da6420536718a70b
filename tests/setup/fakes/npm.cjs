// Acts as `npm ci`, and as `npm install name@version …`. FAKE_NPM: "offline", "full" (disk), "hang" (stands still half-way), "slow".
const { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } = require("node:fs");
const { dirname, join } = require("node:path");

appendFileSync(join(process.env.FAKE_ROOT, "calls.log"), `npm ${process.argv[2]}\n`);
const mode = process.env.FAKE_NPM;
const write = (path, text) => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};
const copy = (name, path) => write(path, readFileSync(join(process.env.FAKE_FILES, name)));
const packages = process.argv[2] === "ci" ? cleanly() : named();
const paths = Object.keys(packages).filter((path) => path && !packages[path].optional);
if (mode === "offline") fail("npm error code ENOTFOUND\nnpm error network request to the registry failed");
if (mode === "full") fail("npm error code ENOSPC\nnpm error syscall write");
if (mode === "hang") {
  write("node_modules/.package-lock.json", "{}");
  write(join(paths[0], "package.json"), "{}");
  write("npm.pid", String(process.pid));
  setInterval(() => {}, 1000);
} else {
  setTimeout(install, mode === "slow" ? 1000 : 0);
}

function cleanly() {
  rmSync("node_modules", { recursive: true, force: true });
  return JSON.parse(readFileSync("package-lock.json", "utf8")).packages;
}

function named() {
  const found = process.argv.slice(3).map((text) => /^(.+)@([\d.]+)$/.exec(text));
  return Object.fromEntries(found.filter(Boolean).map(([, name, version]) => [`node_modules/${name}`, { version }]));
}

function fail(text) {
  console.error(text);
  process.exit(1);
}

function install() {
  for (const path of paths) {
    console.error(`npm http fetch GET 200 ${path}.tgz 1ms (cache miss)`);
    write(
      join(path, "package.json"),
      JSON.stringify({ version: packages[path].version, main: "index.js" }, undefined, 2),
    );
    if (path.includes("tfjs-node")) writeTensorFlow(path);
  }
  copy("tsc.cjs", "node_modules/typescript/bin/tsc");
  write("node_modules/.package-lock.json", JSON.stringify({ packages }));
}

function writeTensorFlow(path) {
  write(join(path, "binding", "addon.cc"), "");
  copy("install-script.cjs", join(path, "scripts", "install.js"));
  copy("tfjs-node.cjs", join(path, "index.js"));
}
