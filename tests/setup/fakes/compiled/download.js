import { mkdirSync, writeFileSync } from "node:fs";
export async function download({ path, onProgress }) {
  if (process.env.FAKE_WHEEL === "full") throw Object.assign(new Error("The disk is full."), { reason: "disk" });
  mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  writeFileSync(path, "zip");
  onProgress({ received: 3, total: 3 });
}
