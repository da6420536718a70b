const WIDTH = 100;

/** A reason why the set-up cannot go on, told in one paragraph: what is wrong, why it matters, and the cure. */
export class SetupProblem extends Error {
  /** @param {{ what: string, why: string, cure: string, detail?: string, exitCode?: number }} parts */
  constructor({ what, why, cure, detail = "", exitCode = 1 }) {
    super(what);
    this.name = "SetupProblem";
    this.why = why;
    this.cure = cure;
    this.detail = detail;
    this.exitCode = exitCode;
  }

  /** The text to print; `detail` (a command's last lines) follows the paragraph. */
  paragraph() {
    const text = fill(`Set-up stopped: ${this.message} ${this.why} ${this.cure}`);
    return this.detail ? `${text}\n\n${this.detail}` : text;
  }
}

/** Breaks a paragraph into lines of at most 100 characters. */
export function fill(text) {
  const lines = [""];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const last = lines[lines.length - 1];
    if (last && last.length + 1 + word.length > WIDTH) lines.push(word);
    else lines[lines.length - 1] = last ? `${last} ${word}` : word;
  }
  return lines.join("\n");
}
