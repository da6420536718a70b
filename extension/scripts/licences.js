import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** What the extension's own code imports; the bundle holds these and what they need. */
const BUNDLED = [
  "@codemirror/lint",
  "vega",
  "vega-embed",
  "vega-interpreter",
  "vega-lite",
  "vega-tooltip",
  "vega-util",
];

/**
 * The licences of everything that may be in the bundle, as one text. The builder's own list leaves out the packages that were
 * merged into one module.
 */
export async function licencesOfBundle(root) {
  const { packages } = JSON.parse(await readFile(join(root, "package-lock.json"), "utf8"));
  const wanted = new Set();
  const visit = (name, from) => {
    const path = [`${from}/node_modules/${name}`, `node_modules/${name}`].find((candidate) => packages[candidate]);
    if (!path || wanted.has(path)) return;
    wanted.add(path);
    for (const dependency of Object.keys(packages[path].dependencies ?? {})) visit(dependency, path);
  };
  for (const name of BUNDLED) visit(name, "");
  const texts = await Promise.all([...wanted].sort().map((path) => licenceOf(join(root, path), path, packages[path])));
  return texts.join(`\n${"-".repeat(80)}\n\n`);
}

async function licenceOf(folder, path, { version, license }) {
  const name = (await readdir(folder)).find((file) => /^(licen[cs]e|copying)/i.test(file));
  const text = name ? await readFile(join(folder, name), "utf8") : "(no licence file in the package)\n";
  return `${path.replace(/^.*node_modules\//, "")} ${version} (${license})\n\n${text}`;
}
