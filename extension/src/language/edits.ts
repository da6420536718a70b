import type { Edit } from "./protocol.js";

/** Edits in the order in which they can be made one after another: from the end, each as short as it can be. */
export const inOrder = (text: string, edits: readonly Edit[]): Edit[] =>
  [...edits].sort((a, b) => b.from - a.from).map((edit) => shortened(text, edit));

/** Leaves out what stays the same at both ends, so that a cursor there stays where it is. */
function shortened(source: string, { from, to, text }: Edit): Edit {
  let head = 0;
  while (head < text.length && from + head < to && text[head] === source[from + head]) head++;
  let tail = 0;
  while (tail < text.length - head && to - tail > from + head && text.at(-1 - tail) === source[to - tail - 1]) tail++;
  return { from: from + head, to: to - tail, text: text.slice(head, text.length - tail) };
}
