import { execFile } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jupyterEnvironment } from "../../src/cli/jupyter.js";
import { PACKAGE_ROOT } from "../../src/cli/package-root.js";
import { answered, COURSE, exercises, lessonFile, LESSONS, readLesson } from "./lessons.js";
import { WRONG_ANSWERS } from "./wrong-answers.js";

const MINUTES = 60_000;
const STUDENTS = ["right", "empty", "wrong"] as const;

/** A Python with nbgrader, as `npm run check:course` needs it; without one, `npm test` leaves this file out. */
const python = process.env.NBGRADER_PYTHON && resolve(process.env.NBGRADER_PYTHON);

describe.runIf(python ?? process.env.DIFFREPAIRER_COURSE)("the course in nbgrader", () => {
  /** A teacher's folder: the package in node_modules, nbgrader's folders beside it. */
  let folder: string;
  const run = async (command: string, ...options: string[]): Promise<string> => {
    // nbgrader starts alembic by its name.
    const PATH = [python && dirname(python), process.env.PATH].join(delimiter);
    const env = { ...jupyterEnvironment(), PATH, JUPYTER_PATH: join(folder, "share", "jupyter") };
    const { stdout, stderr } = await promisify(execFile)(command, options, { cwd: folder, env });
    return stdout + stderr;
  };
  const nbgrader = (...options: string[]) => run(python!, "-m", "nbgrader", ...options);

  beforeAll(async () => {
    if (!python) throw new Error("set NBGRADER_PYTHON to a Python that has nbgrader (pip install nbgrader==0.9.5)");
    folder = mkdtempSync(join(tmpdir(), "diffrepairer-course-"));
    cpSync(join(COURSE, "source"), join(folder, "source"), { recursive: true });
    copyFileSync(join(COURSE, "nbgrader_config.py"), join(folder, "nbgrader_config.py"));
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(PACKAGE_ROOT, join(folder, "node_modules", "diffrepairer"));
    const main = join(PACKAGE_ROOT, "dist", "src", "cli", "main.js");
    await run(process.execPath, main, "kernel", "install", "--prefix", folder);
  }, 5 * MINUTES);

  afterAll(() => folder && rmSync(folder, { recursive: true }));

  /** What a student hands in: the notebook given out, with answers in the place of the stubs. */
  const handIn = (student: (typeof STUDENTS)[number], name: string) => {
    const notebook = readLesson(lessonFile(join(folder, "release"), name));
    const source = readLesson(lessonFile(join(folder, "source"), name));
    const answers = new Map(exercises(source).map(({ answer }) => [answer.metadata.nbgrader!.grade_id, answer.source]));
    for (const { answer } of exercises(notebook)) {
      const id = answer.metadata.nbgrader!.grade_id;
      if (student === "right") answer.source = answers.get(id)!;
      if (student === "wrong") answer.source = answered(answers.get(id)!, WRONG_ANSWERS[id]);
    }
    const target = lessonFile(join(folder, "submitted", student), name);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, JSON.stringify(notebook));
    return target;
  };

  describe.each(LESSONS)("lesson %s", (name) => {
    it(
      "is given out without solutions and hidden tests; all points are for right answers, none for empty and wrong ones",
      async () => {
        await nbgrader("generate_assignment", name);
        const released = readFileSync(lessonFile(join(folder, "release"), name), "utf8");
        expect(released).toContain("YOUR CODE HERE");
        expect(released).not.toMatch(/SOLUTION|HIDDEN TESTS/);

        const [, , wrong] = STUDENTS.map((student) => handIn(student, name));
        // What a student sees: the visible tests alone.
        expect(await nbgrader("validate", wrong!)).toContain("Success!");

        await nbgrader("autograde", name);
        await nbgrader("export", "--to", "grades.csv");
        const [header, ...rows] = readFileSync(join(folder, "grades.csv"), "utf8").trim().split(/\r?\n/);
        const column = (row: string, title: string) => row.split(",")[header!.split(",").indexOf(title)];
        const scores = rows
          .filter((row) => column(row, "assignment") === name)
          .map((row) => [column(row, "student_id"), Number(column(row, "score")), Number(column(row, "max_score"))]);
        expect(scores.sort()).toEqual([
          ["empty", 0, 10],
          ["right", 10, 10],
          ["wrong", 0, 10],
        ]);
      },
      20 * MINUTES,
    );
  });
});
