/**
 * Whether a whole text matches a glob of `*` (anything) and `?` (one character).
 *
 * Only the last `*` is ever tried again, so that no pattern takes longer than the text times its own length.
 */
export function matchesGlob(text: string, pattern: string): boolean {
  let at = 0;
  let wanted = 0;
  let star = -1;
  let resume = 0;
  while (at < text.length) {
    if (pattern[wanted] === "*") {
      star = wanted;
      wanted += 1;
      resume = at;
    } else if (pattern[wanted] === "?" || pattern[wanted] === text[at]) {
      wanted += 1;
      at += 1;
    } else if (star >= 0) {
      resume += 1;
      at = resume;
      wanted = star + 1;
    } else return false;
  }
  while (pattern[wanted] === "*") wanted += 1;
  return wanted === pattern.length;
}
