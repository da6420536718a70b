import { EXIT, Failure } from "./failure.js";

/** The names asked for, "all" being all; unknown ones are refused. */
export const chosenNames = (what: string, asked: readonly string[], known: readonly string[]): string[] => {
  const names = asked.includes("all") ? known : [...new Set(asked)];
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0 || names.length === 0) {
    throw new Failure(`there is no ${what} "${unknown.join('", "')}"; there are ${known.join(", ")}`, EXIT.usage);
  }
  return [...names];
};
