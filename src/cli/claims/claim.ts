import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PACKAGE_ROOT } from "../package-root.js";

/** Where a claim is tested: data sets, and the damage. */
interface On {
  readonly sets: readonly string[];
  readonly severity: string;
}

/** How a claim is put to the test. */
export type ClaimTest =
  /** The method is better than each of the others by each metric. */
  | ({ kind: "best"; method: string; against: readonly string[]; metrics: readonly string[] } & On)
  /** The method's metric has a value. */
  | ({ kind: "value"; method: string; metric: string; value: number } & On)
  /** The method differs from another with a p value below `p` and an effect size `d`. */
  | ({ kind: "effect"; method: string; against: string; metric: string; d: number; p: number } & On)
  /** No method exceeds what the clean cells reach. */
  | ({ kind: "not-above-clean"; metric: string } & On)
  /** Repaired values that the paper prints are nearer to the original than the degraded ones. */
  | { kind: "own-values"; rows: readonly Record<"original" | "degraded" | "repaired", number>[] }
  /** Decided without results. */
  | { kind: "given"; verdict: Verdict; why: string }
  | { kind: "untestable"; why: string };

export type Verdict = "replicated" | "partly replicated" | "not replicated" | "not testable" | "not run";

/** A claim of the paper. */
export interface Claim {
  readonly id: string;
  /** Title, section, table or appendix. */
  readonly where: string;
  readonly text: string;
  readonly test: ClaimTest;
}

/** The method that is built as the paper's text describes DiffRepairer. */
export const PAPER_MODEL = "diffrepairer-paper";

/**
 * Every claim of the paper's title, headings, bullets, tables and appendix, as far as its text is public.
 *
 * @param model - the method that DiffRepairer's claims are tested on. Default: {@link PAPER_MODEL}.
 */
export const readClaims = (model: string = PAPER_MODEL): Claim[] => {
  const text = readFileSync(join(PACKAGE_ROOT, "src", "cli", "claims", "claims.json"), "utf8");
  return JSON.parse(text, (_, value: unknown) => (value === PAPER_MODEL ? model : value)) as Claim[];
};
