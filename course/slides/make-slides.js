// Runs the lessons and makes slides of them in dist/slides, for which a browser needs no network. `npm run slides -- 2-damage` makes one.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { jupyterEnvironment, requirePython } from "../../dist/src/cli/jupyter.js";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const SOURCE = join(HERE, "..", "source");
const TARGET = join(HERE, "..", "..", "dist", "slides");
const REVEAL = ["dist/reveal.js", "dist/reveal.css", "dist/theme/white.css", "dist/theme/fonts", "plugin/notes"];

mkdirSync(TARGET, { recursive: true });
for (const part of REVEAL) {
  cpSync(join(HERE, "node_modules", "reveal.js", part), join(TARGET, "reveal.js", part), { recursive: true });
}
const asked = process.argv.slice(2);
const lessons = asked.length > 0 ? asked : readdirSync(SOURCE).sort();
const options = [
  ...["-m", "nbconvert", "--to", "slides", "--execute", "--output-dir", TARGET],
  ...["--TagRemovePreprocessor.enabled=True", "--TagRemovePreprocessor.remove_input_tags=hide-input"],
  ...["--template", "course", `--TemplateExporter.extra_template_basedirs=${join(HERE, "template")}`],
  ...["--SlidesExporter.reveal_url_prefix=reveal.js", "--SlidesExporter.reveal_theme=white"],
];
const files = lessons.map((lesson) => join(SOURCE, lesson, `${lesson}.ipynb`));
const { status } = spawnSync(requirePython(), [...options, ...files], { env: jupyterEnvironment(), stdio: "inherit" });
process.exitCode = status ?? 1;
