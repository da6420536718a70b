import type { Question } from "../language/messages.js";

/** A cell of one name, or a path of names, and a question mark, which is no TypeScript. */
const HELP = /^\s*([\p{ID_Start}$_][\p{ID_Continue}$]*(?:\.[\p{ID_Continue}$]+)*)\s*\?{1,2}\s*$/u;

/** What a cell such as `Math.max?` asks the language service; undefined for any other cell. */
export function helpQuestion(code: string): Question | undefined {
  const name = HELP.exec(code)?.[1];
  return name === undefined ? undefined : { code: name, cursor: name.length };
}
