import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PACKAGE_ROOT } from "../../src/cli/package-root.js";

/** nbgrader's metadata of a cell. */
export interface Grading {
  grade: boolean;
  grade_id: string;
  locked: boolean;
  points?: number;
  schema_version: number;
  solution: boolean;
  task: boolean;
}

/** A cell of a lesson, its source joined. */
export interface LessonCell {
  cell_type: "markdown" | "code";
  source: string;
  metadata: { nbgrader?: Grading; slideshow?: { slide_type: string } };
  outputs?: unknown[];
  execution_count?: number | null;
}

/** A lesson as its file has it. */
export interface Lesson {
  cells: LessonCell[];
  metadata: { kernelspec: { name: string; language: string } };
}

/** The folder of the course. */
export const COURSE = join(PACKAGE_ROOT, "course");

/** The names of the lessons, in order. */
export const LESSONS = readdirSync(join(COURSE, "source")).sort();

/** Reads a notebook of a lesson. */
export const readLesson = (path: string): Lesson => {
  const { cells, ...rest } = JSON.parse(readFileSync(path, "utf8")) as Omit<Lesson, "cells"> & {
    cells: (Omit<LessonCell, "source"> & { source: string | string[] })[];
  };
  return { ...rest, cells: cells.map((cell) => ({ ...cell, source: [cell.source].flat().join("") })) };
};

/** The file of a lesson within a folder of lessons, such as nbgrader's `source` and `release`. */
export const lessonFile = (folder: string, name: string): string => join(folder, name, `${name}.ipynb`);

/** The exercises of a lesson: each answer with the tests that follow it. */
export const exercises = ({ cells }: Lesson): { answer: LessonCell; tests: LessonCell }[] =>
  cells.flatMap((cell, k) => (cell.metadata.nbgrader?.solution ? [{ answer: cell, tests: cells[k + 1]! }] : []));

const SOLUTION = /^( *)\/\/ BEGIN SOLUTION\n[^]*?^ *\/\/ END SOLUTION$/gm;

/** A cell with other lines, or nothing but an error, in the place of its solution. */
export const answered = (source: string, lines = 'throw new Error("no answer yet");'): string =>
  source.replace(SOLUTION, (_, indent: string) => lines.trim().replace(/^/gm, () => indent));
