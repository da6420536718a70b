import { mkdirSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
const TENSORFLOW = [
  "libtensorflow_cc.so.2",
  "libtensorflow_framework.so.2",
  "python/other.so",
  "include/tensorflow/c/c_api.h",
  "include/Eigen/a.h",
].map((name) => "tensorflow/" + name);
export async function extractMembers(archive, folder, select) {
  const [project, version] = basename(archive).split("-");
  const component = /^nvidia_(.+)_cu12$/.exec(project)?.[1];
  const cuda = [`lib/lib${component}.so.12`, "bin/ptxas", "include/part.h"].map(
    (name) => `nvidia/${component}/${name}`,
  );
  const names = component ? cuda : TENSORFLOW;
  const record = `${project}-${version}.dist-info/RECORD`;
  const lines = [...names.map((name) => `${name},sha256=00,${name.length}`), `${record},,`];
  const written = [];
  for (const name of [...names, record]) {
    const path = select({ name });
    if (path === undefined) continue;
    const target = folder + "/" + path;
    mkdirSync(target.slice(0, target.lastIndexOf("/")), { recursive: true });
    writeFileSync(target, name === record ? lines.join("\n") : name);
    written.push(target);
  }
  return written;
}
