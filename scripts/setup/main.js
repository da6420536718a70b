// Runs before `npm start`, `npm test`, `npm run lab` and `npm run bench`. Old versions of Node must be able to parse this file.
import { checkNode } from "./prerequisites.js";
import { SetupProblem } from "./problem.js";

async function main() {
  checkNode(process.versions.node);
  const { setUp } = await import("./set-up.js");
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => stop.abort());
  await setUp({ signal: stop.signal });
}

main().catch((error) => {
  process.stderr.write(error instanceof SetupProblem ? `\n${error.paragraph()}\n` : `\n${error.stack || error}\n`);
  process.exitCode = error instanceof SetupProblem ? error.exitCode : 1;
});
