// Acts as the install script of tfjs-node. FAKE_PREBUILT: the kinds that can be had, "cpu", "gpu".
const { appendFileSync, mkdirSync, readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const kind = process.argv[2] ?? "cpu";
appendFileSync(join(process.env.FAKE_ROOT, "calls.log"), "install.js " + kind + "\n");
const manifest = JSON.parse(readFileSync("package.json", "utf8"));
writeFileSync("package.json", JSON.stringify({ ...manifest, binary: { package_name: "half" } }));
mkdirSync("deps/lib", { recursive: true });
writeFileSync("deps/lib/libtensorflow.so", "half");
if ((process.env.FAKE_PREBUILT ?? "").split(",").includes(kind)) {
  mkdirSync("lib/napi-v8", { recursive: true });
  writeFileSync("lib/napi-v8/tfjs_binding.node", "good prebuilt");
} else {
  process.exit(1);
}
