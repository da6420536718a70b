// Acts as the compiler. FAKE_COMPILER: "error", "bad" (what it makes does not load).
const { appendFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");

const output = process.argv[process.argv.indexOf("-o") + 1];
// One line a build of the addon; the library for the log level, compiled before it, is part of that build.
if (!output.endsWith("libloglevel.so")) appendFileSync(join(process.env.FAKE_ROOT, "calls.log"), "g++\n");
if (process.env.FAKE_COMPILER === "error") {
  console.error("addon.cc:1:10: fatal error: node_api.h: No such file or directory");
  process.exit(1);
}
writeFileSync(output, process.env.FAKE_COMPILER === "bad" ? "bad" : "good build");
