import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { PACKAGE_ROOT } from "../../src/cli/package-root.js";
import { programOf, typeErrors } from "../helpers/program-of.js";
import { answered, COURSE, exercises, type Lesson, lessonFile, LESSONS, readLesson } from "./lessons.js";
import { WRONG_ANSWERS } from "./wrong-answers.js";

const SOURCE = join(COURSE, "source");
const lessons = new Map(LESSONS.map((name) => [name, readLesson(lessonFile(SOURCE, name))]));
const gradings = ({ cells }: Lesson) => cells.flatMap(({ metadata }) => metadata.nbgrader ?? []);
const count = (source: string, part: string) => source.split(part).length - 1;

describe.each([...lessons])("lesson %s", (name, lesson) => {
  it("is for our kernel, and has no outputs", () => {
    expect(lesson).toMatchObject({
      nbformat: 4,
      metadata: { kernelspec: { name: "diffrepairer", language: "typescript" } },
    });
    for (const cell of lesson.cells.filter(({ cell_type }) => cell_type === "code")) {
      expect(cell).toMatchObject({ outputs: [], execution_count: null });
    }
  });

  it("has three or four exercises, each an answer and its tests, for ten points in all", () => {
    const found = exercises(lesson);
    expect(found.length).toBeGreaterThanOrEqual(3);
    expect(found.length).toBeLessThanOrEqual(4);
    expect(gradings(lesson)).toHaveLength(2 * found.length);
    for (const { answer, tests } of found) {
      const own = answer.metadata.nbgrader!;
      const flags = { schema_version: 3, task: false };
      expect(own).toEqual({ ...flags, grade: false, grade_id: own.grade_id, locked: false, solution: true });
      const points = expect.toSatisfy((value: number) => value > 0);
      const grade_id = `${own.grade_id}-tests`;
      expect(tests.metadata.nbgrader).toEqual({
        ...flags,
        grade: true,
        grade_id,
        locked: true,
        points,
        solution: false,
      });
      expect([answer.cell_type, tests.cell_type]).toEqual(["code", "code"]);
    }
    expect(found.reduce((sum, { tests }) => sum + tests.metadata.nbgrader!.points!, 0)).toBe(10);
  });

  it("marks a solution in every answer, hidden tests after visible ones in every test, and neither elsewhere", () => {
    for (const { source, metadata } of lesson.cells) {
      const { solution = false, grade = false } = metadata.nbgrader ?? {};
      for (const edge of ["BEGIN", "END"]) {
        expect(count(source, `${edge} SOLUTION`)).toBe(Number(solution));
        expect(count(source, `${edge} HIDDEN TESTS`)).toBe(Number(grade));
      }
      if (solution) expect(answered(source)).not.toMatch(/SOLUTION/);
      if (grade) expect(source).toMatch(/^[^]*assert[^]*\/\/ BEGIN HIDDEN TESTS\n[^]*assert[^]*\/\/ END HIDDEN TESTS$/);
    }
  });

  it("tells of every exercise the points that its tests give", () => {
    const told = lesson.cells.flatMap(({ source }) => /^### Exercise .*\((\d) points\)$/m.exec(source)?.[1] ?? []);
    expect(told.map(Number)).toEqual(exercises(lesson).map(({ tests }) => tests.metadata.nbgrader!.points));
  });

  it("links to files that are there, its reading among them", () => {
    const links = lesson.cells.flatMap(({ source }) => [...source.matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => link!));
    expect(links.some((link) => link.includes("/notebooks/"))).toBe(true);
    const folder = dirname(lessonFile(SOURCE, name));
    expect(links.filter((link) => !existsSync(resolve(folder, link)))).toEqual([]);
  });

  it("says of every cell how slides show it; answers and tests are not shown", () => {
    for (const { metadata, source } of lesson.cells) {
      const type = metadata.slideshow?.slide_type;
      expect(["slide", "subslide", "fragment", "-", "notes", "skip"], source).toContain(type);
      if (metadata.nbgrader) expect(type).toBe("skip");
      // Slides have no MathJax.
      if (type !== "skip") expect(source).not.toMatch(/\$[^{]/);
    }
    expect(lesson.cells[0]!.metadata.slideshow?.slide_type).toBe("slide");
  });
});

describe("the lessons", () => {
  it("are six, and no two exercises have one name", () => {
    expect(LESSONS.map((name) => name[0])).toEqual(["1", "2", "3", "4", "5", "6"]);
    const ids = [...lessons.values()].flatMap(gradings).map(({ grade_id }) => grade_id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("have a wrong answer to every exercise, to try the hidden tests with", () => {
    const ids = [...lessons.values()].flatMap(exercises).map(({ answer }) => answer.metadata.nbgrader!.grade_id);
    expect(Object.keys(WRONG_ANSWERS).sort()).toEqual(ids.sort());
  });

  it("hold for the compiler, with solutions and without", () => {
    const moduleOf = ({ cells }: Lesson, text = (source: string) => source) =>
      cells.flatMap(({ cell_type, source }) => (cell_type === "code" ? [text(source)] : [])).join("\n;\n");
    // In the checkout, so that the package is found by its name.
    const file = (name: string) => join(PACKAGE_ROOT, "tests", "course", `${name}.ts`);
    const modules = [...lessons].flatMap(([name, lesson]): [string, string][] => [
      [file(name), moduleOf(lesson)],
      [file(`${name}-empty`), moduleOf(lesson, (source) => answered(source))],
    ]);
    const program = programOf(new Map(modules));
    for (const [path] of modules) expect(typeErrors(program, path), path).toEqual([]);
  }, 120_000);
});
