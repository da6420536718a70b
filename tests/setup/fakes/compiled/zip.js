import { mkdirSync, writeFileSync } from "node:fs";
const names = [
  "libtensorflow_cc.so.2",
  "libtensorflow_framework.so.2",
  "python/other.so",
  "include/tensorflow/c/c_api.h",
  "include/Eigen/a.h",
];
export async function extractMembers(archive, folder, select) {
  for (const name of names.map((part) => "tensorflow/" + part)) {
    const path = select({ name });
    if (path === undefined) continue;
    const target = folder + "/" + path;
    mkdirSync(target.slice(0, target.lastIndexOf("/")), { recursive: true });
    writeFileSync(target, name);
  }
}
