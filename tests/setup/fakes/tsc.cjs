// Acts as `tsc -b`: writes what tests/setup/fakes/compiled holds for a source, else an empty file. FAKE_TSC: "error".
const { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } = require("node:fs");
const { basename, dirname, join } = require("node:path");

appendFileSync(join(process.env.FAKE_ROOT, "calls.log"), `tsc ${process.argv.slice(2).join(" ")}\n`);
if (process.env.FAKE_TSC === "error") {
  console.log("src/cli/main.ts(1,1): error TS2304: Cannot find name 'x'.");
  process.exit(1);
}
mkdirSync("dist", { recursive: true });
writeFileSync("dist/package.json", JSON.stringify({ type: "module" }));
for (const path of readdirSync("src", { recursive: true }).filter((path) => path.endsWith(".ts"))) {
  const target = join("dist", "src", path.replace(/ts$/, "js"));
  const text = join(process.env.FAKE_FILES, "compiled", basename(target));
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, existsSync(text) ? readFileSync(text) : "");
}
