import { existsSync } from "node:fs";
import { relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { AREAS } from "./areas/index.js";
import { caseFolders, FixtureCase } from "./fixture-case.js";
import { runCase } from "./run-case.js";

const USAGE = "npm run check:fixtures -- DIR [--areas a,b]";

const { values, positionals } = parseArgs({ options: { areas: { type: "string" } }, allowPositionals: true });
const [given, ...rest] = positionals;
if (given === undefined || rest.length > 0) stop(`give one folder of fixtures: ${USAGE}`);
// npm runs scripts in the package's folder; the folder is meant from where npm was called.
const folder = resolve(process.env["INIT_CWD"] ?? ".", given);
if (!existsSync(folder)) stop(`there is no folder ${folder}`);

let passed = 0;
let failed = 0;
const report = (name: string, isPassed: boolean, detail: string): void => {
  if (isPassed) passed++;
  else failed++;
  console.log(`${isPassed ? "PASS" : "FAIL"} ${name}  ${detail}`);
};

const wanted = values.areas?.split(",");
const seen = new Set<string>();
for (const caseFolder of caseFolders(folder)) {
  let fixture: FixtureCase;
  try {
    fixture = new FixtureCase(caseFolder);
  } catch (error) {
    report(relative(folder, caseFolder), false, `its case.json cannot be read: ${(error as Error).message}`);
    continue;
  }
  seen.add(fixture.area);
  if (wanted && !wanted.includes(fixture.area)) continue;
  const outcome = await runCase(fixture, AREAS);
  report(`${fixture.area}/${fixture.name}`, outcome.passed, outcome.detail);
}
for (const area of wanted ?? []) if (!seen.has(area)) report(area, false, `there is no case of this area in ${folder}`);
if (passed + failed === 0) stop(`there is no case.json below ${folder}`);
console.log(`${passed} passed, ${failed} failed`);
if (failed > 0) process.exitCode = 1;

function stop(message: string): never {
  console.error(message);
  process.exit(2);
}
