/** From which severity on an advisory fails the audit: what is shipped, and what develops it. */
const FAILS = { shipped: "high", development: "critical" };
const SEVERITIES = ["info", "low", "moderate", "high", "critical"];

/** @typedef {{ advisory: string, package: string, severity: string, title: string }} Advisory */

/**
 * The advisories of a report of `npm audit --json`.
 *
 * @param {{ vulnerabilities?: Record<string, { via: (string | { name: string, severity: string, title: string, url: string })[] }> }} report
 * @returns {Advisory[] | undefined} undefined where the registry did not answer.
 */
export function advisoriesOf(report) {
  if (!report.vulnerabilities) return undefined;
  const found = new Map();
  for (const { via } of Object.values(report.vulnerabilities)) {
    for (const cause of via) {
      if (typeof cause === "string") continue;
      const advisory = cause.url.slice(cause.url.lastIndexOf("/") + 1);
      found.set(`${advisory} ${cause.name}`, {
        ...{ advisory, package: cause.name, severity: cause.severity, title: cause.title },
      });
    }
  }
  return [...found.values()];
}

/**
 * What is said of the advisories, and whether they fail the audit.
 *
 * @param {"shipped" | "development"} kind
 * @param {readonly Advisory[]} advisories
 * @param {readonly { advisory: string, package: string, until: string, reason: string }[]} exceptions
 * @param {string} today - as 2026-12-31.
 * @returns {{ lines: string[], fails: boolean }}
 */
export function judge(kind, advisories, exceptions, today) {
  const lines = [];
  let fails = false;
  for (const { advisory, package: name, severity, title } of advisories) {
    const exception = exceptions.find((other) => other.advisory === advisory && other.package === name);
    const isGrave = SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(FAILS[kind]);
    const isExcepted = exception !== undefined && today <= exception.until;
    if (isGrave && !isExcepted) fails = true;
    const verdict = !isGrave
      ? "noted"
      : isExcepted
        ? `excepted until ${exception.until}: ${exception.reason}`
        : "FAILS";
    lines.push(`${kind}: ${name}: ${severity}: ${title} (${advisory}): ${verdict}`);
  }
  return { lines, fails };
}
