// The real package's answers to what the set-up asks of it; its "addon" is a text that says whether it loads.
const { existsSync, readFileSync, readdirSync } = require("node:fs");
const { join } = require("node:path");
const addon = readFileSync(join(__dirname, "lib", "napi-v8", "tfjs_binding.node"), "utf8");
if (!addon.startsWith("good")) process.abort();
for (const name of readdirSync(join(__dirname, "deps", "lib")))
  if (!existsSync(join(__dirname, "deps", "lib", name))) throw new Error(name);
module.exports = {
  tensor2d: () => undefined,
  matMul: () => ({ dataSync: () => [19, 22, 43, 50] }),
  backend: () => ({ binding: { TF_Version: addon }, isUsingGpuDevice: process.env.FAKE_GPU_SEEN === "yes" }),
};
