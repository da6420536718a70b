// node scripts/setup/main.js [project]: runs before `npm start`, `npm test`, `npm run lab` and `npm run bench`, and is
// `diffrepairer setup` in a project. Old versions of Node must be able to parse this file.
import { checkNode } from "./prerequisites.js";
import { SetupProblem } from "./problem.js";

async function main() {
  checkNode(process.versions.node);
  const { setUp } = await import("./set-up.js");
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => stop.abort());
  await setUp({ root: process.argv[2], signal: stop.signal });
}

main().catch((error) => {
  process.stderr.write(error instanceof SetupProblem ? `\n${error.paragraph()}\n` : `\n${error.stack || error}\n`);
  process.exitCode = error instanceof SetupProblem ? error.exitCode : 1;
});
