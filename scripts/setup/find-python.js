import { execFile } from "node:child_process";
import { SetupProblem } from "./problem.js";

const OLDEST = [3, 10];
const PROBE = `
import json, sys
lacks = []
for name in ("venv", "ensurepip"):
    try:
        __import__(name)
    except ImportError:
        lacks.append(name)
print(json.dumps({"version": list(sys.version_info[:3]), "executable": sys.executable, "lacks": lacks}))
`;
const INSTALL =
  process.platform === "darwin"
    ? "`brew install python`"
    : "`sudo apt-get install -y python3 python3-venv`, or your system's like";

/**
 * Finds a Python that can make a virtual environment: `DIFFREPAIRER_PYTHON` alone if it is set, else `python3`, else `python`.
 *
 * @returns {Promise<{ program: string, version: string }>}
 * @throws {SetupProblem} that names what was found instead
 */
export async function findPython(env) {
  const programs = env.DIFFREPAIRER_PYTHON ? [env.DIFFREPAIRER_PYTHON] : ["python3", "python"];
  const found = [];
  for (const program of programs) {
    const python = await probe(program, env);
    if (!python) continue;
    const recent = python.version[0] === OLDEST[0] && python.version[1] >= OLDEST[1];
    if (recent && python.lacks.length === 0) return { program: python.executable, version: python.version.join(".") };
    found.push({ ...python, program, recent });
  }
  throw new SetupProblem({
    what: whatIsWrong(programs, found),
    why: "JupyterLab and the client that runs the notebooks are Python programs, installed into an environment inside this folder.",
    cure: `Install it (${INSTALL}), or name another one by DIFFREPAIRER_PYTHON=/path/to/python3, and run the same command again.`,
  });
}

function whatIsWrong(programs, found) {
  const [first] = [...found].sort((a, b) => Number(b.recent) - Number(a.recent));
  const needed = `Python ${OLDEST.join(".")} or newer is needed`;
  if (!first) return `No Python was found (looked for ${programs.join(", ")}): ${needed}.`;
  const version = first.version.join(".");
  if (!first.recent) return `${first.program} is Python ${version}: ${needed}.`;
  return `${first.program} (Python ${version}) lacks its module ${first.lacks.join(" and ")}, which makes virtual environments (Debian and Ubuntu: the package python3-venv).`;
}

function probe(program, env) {
  return new Promise((resolve) => {
    execFile(program, ["-c", PROBE], { env, timeout: 30_000 }, (error, stdout) => {
      try {
        resolve(error ? undefined : JSON.parse(stdout));
      } catch {
        resolve(undefined);
      }
    });
  });
}
