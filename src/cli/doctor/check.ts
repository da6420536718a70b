/** One thing that was looked at. */
export interface Check {
  name: string;
  /** "missing" stops the main job, "warning" does not. */
  status: "ok" | "warning" | "missing";
  detail: string;
  /** What to do about it. */
  cure?: string;
}

/** The cure that makes or repairs all that the project installs. */
export const SETUP = 'run "npx diffrepairer setup"';

const MARKS = { ok: "ok     ", warning: "warning", missing: "MISSING" } as const;

/** The checks as lines of text, cures below what they cure. */
export const describeChecks = (checks: readonly Check[]): string => {
  const width = Math.max(...checks.map(({ name }) => name.length));
  return checks
    .flatMap(({ name, status, detail, cure }) => [
      `${MARKS[status]}  ${name.padEnd(width)}  ${detail}`,
      ...(cure ? [`${" ".repeat(width + 11)}cure: ${cure}`] : []),
    ])
    .join("\n");
};
