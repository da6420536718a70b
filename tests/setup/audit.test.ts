import { spawnSync } from "node:child_process";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../helpers/temporary-folder.js";

/** Runs the audit with an npm that answers so. */
const audit = (answer: object | string) => {
  const folder = temporaryFolder();
  const text = typeof answer === "string" ? answer : JSON.stringify(answer);
  writeFileSync(join(folder, "answer"), text);
  writeFileSync(join(folder, "npm"), `#!/bin/sh\ncat "${join(folder, "answer")}"\nexit 1\n`);
  chmodSync(join(folder, "npm"), 0o755);
  const env = { ...process.env, PATH: `${folder}${delimiter}${process.env["PATH"]}` };
  const { status, stdout } = spawnSync(process.execPath, ["scripts/audit/main.js"], { env, encoding: "utf8" });
  return { status, stdout };
};
const advisory = (severity: string, name = "left", id = "GHSA-1") => ({
  vulnerabilities: {
    [name]: { via: [{ name, severity, title: "it breaks", url: `https://github.com/advisories/${id}` }] },
    above: { via: [name] },
  },
});

describe("the audit of dependencies", () => {
  it.each([
    ["moderate", 0, /shipped: left: moderate: it breaks \(GHSA-1\): noted/],
    ["high", 1, /shipped: left: high: it breaks \(GHSA-1\): FAILS\n.*\ndevelopment: left: high: .*: noted/],
    ["critical", 1, /development: left: critical: .*: FAILS/],
  ])("of an advisory that is %s exits with %i", (severity, status, said) => {
    const found = audit(advisory(severity));
    expect(found.status).toBe(status);
    expect(found.stdout).toMatch(said);
  });

  it("lets through what is excepted, with the reason, of that package alone", () => {
    const [exception] = JSON.parse(readFileSync("scripts/audit/exceptions.json", "utf8")) as Record<
      "advisory" | "package" | "reason",
      string
    >[];
    const { advisory: id, package: name, reason } = exception!;
    const found = audit(advisory("critical", name, id));
    expect(found).toMatchObject({ status: 0, stdout: expect.stringContaining(reason) as string });
    expect(audit(advisory("critical", "another", id)).status).toBe(1);
  });

  it.each([{ message: "405 Method Not Allowed", error: {} }, "no JSON"])(
    "says so where there is no answer: %j",
    (answer) => {
      const { status, stdout } = audit(answer);
      expect(status).toBe(0);
      expect(stdout.match(/not audited, since the registry does not answer/g)).toHaveLength(4);
    },
  );
});
