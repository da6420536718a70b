import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { completionScript } from "../../../src/cli/completion/completion.js";
import { createProgram } from "../../../src/cli/program.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

/** What bash would offer for a line whose last word is being typed. */
function offered(...words: string[]): string[] {
  const path = join(temporaryFolder(), "completion.bash");
  writeFileSync(path, completionScript(createProgram(), "bash"));
  const quoted = words.map((word) => `'${word}'`).join(" ");
  const script = `source ${path}; COMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; _diffrepairer; echo "\${COMPREPLY[@]}"`;
  return execFileSync("bash", ["-c", script], { encoding: "utf8" }).trim().split(" ").filter(Boolean);
}

describe("the completion of the shell", () => {
  it("offers commands that begin so", () => {
    expect(offered("diffrepairer", "ins")).toEqual(["inspect"]);
  });

  it("offers the options of the command, also of one within another", () => {
    expect(offered("diffrepairer", "repair", "in.h5ad", "--m")).toEqual([
      "--model",
      "--min-share",
      "--model-genes-only",
    ]);
    expect(offered("diffrepairer", "kernel", "install", "--sys")).toEqual(["--sys-prefix"]);
  });

  it("offers the words that an option takes", () => {
    expect(offered("diffrepairer", "repair", "--severity", "m")).toEqual(["mild", "moderate"]);
  });

  it("offers nothing where a file's name is wanted, so that the shell offers files", () => {
    expect(offered("diffrepairer", "repair", "some")).toEqual([]);
  });

  it("is bash's own for zsh, and a line a command and option for fish", () => {
    const program = createProgram();
    expect(completionScript(program, "zsh").split("\n")[0]).toBe("autoload -U +X bashcompinit && bashcompinit");
    const fish = completionScript(program, "fish");
    expect(fish).toContain("-a inspect -d 'say what a file of cells holds, and whether a model fits it'");
    expect(fish).toContain("-l severity -d 'how strongly the sample is damaged' -xa 'estimate mild moderate severe'");
    expect(fish).toContain("the input\\'s values untouched");
  });
});
