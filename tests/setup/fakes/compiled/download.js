import { mkdirSync, writeFileSync } from "node:fs";
// FAKE_WHEEL: "full" (disk), "but <name>" (the network ends at the package of that name).
export async function download({ path, onProgress }) {
  const mode = process.env.FAKE_WHEEL;
  if (mode === "full") throw Object.assign(new Error("The disk is full."), { reason: "disk" });
  if (mode.startsWith("but ") && path.includes(mode.slice(4))) throw new Error("files.example does not answer.");
  mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  writeFileSync(path, "zip");
  onProgress({ received: 3, total: 3 });
}
