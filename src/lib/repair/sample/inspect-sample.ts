import type { AnnData } from "../../anndata/anndata.js";
import { resolveOptions } from "../../options.js";
import { checkSample, type SampleCheck } from "./check-sample.js";
import { type ExpressionValues, expressionValues, toLogCp10k, type NormalizedValues } from "./expression-values.js";
import { type GeneMatch, matchGenes, namedGenes } from "./match-genes.js";
import type { SampleModel } from "./sample-model.js";

/** A sample that should not be repaired as asked; the message says why, and what to do. */
export class SampleRefused extends Error {
  override readonly name = "SampleRefused";
}

/** A sample beside a model, before any repair. */
export interface SampleInspection {
  readonly values: ExpressionValues;
  readonly normalized: NormalizedValues;
  readonly match: GeneMatch;
  readonly checks: readonly SampleCheck[];
  /** What a person should know before believing the repair. */
  readonly warnings: readonly string[];
}

/** Options of {@link inspectSample}. */
export interface InspectSampleOptions {
  /** Least share of the model's genes that the sample must have. Default: 0.5. */
  readonly minShare?: number;
}

/** A sample with fewer than this share of the training data's genes has totals that mean something else. */
const FEW_GENES = 0.3;

/**
 * Finds a sample's expression and a model's genes in it, and holds it against the damage that the model was trained on.
 *
 * @throws SampleRefused where there is no expression, or too few of the model's genes.
 */
export function inspectSample(
  adata: AnnData,
  { context }: Pick<SampleModel, "context">,
  options: InspectSampleOptions = {},
): SampleInspection {
  const { minShare } = resolveOptions<Required<InspectSampleOptions>>("repair.inspectSample", options, {
    minShare: 0.5,
  });
  const values = expressionValues(adata);
  if (!values) {
    throw new SampleRefused(
      "X, layers.counts and raw hold neither counts nor log1p values (0 to 20); z-scores cannot be repaired: give the counts",
    );
  }
  const { genes, facts, profile } = context;
  const match = matchGenes(genes, namedGenes(values.var, facts.species ?? undefined));
  if (match.matched === 0 || match.share < minShare) throw tooFewGenes(match, genes.names, values.var.index, minShare);
  const log = adata.uns["log1p"] as { base?: unknown } | undefined;
  const normalized = toLogCp10k(values, typeof log?.base === "number" ? log.base : undefined);
  const checks = checkSample({ ...values, X: values.kind === "counts" ? values.X : normalized.X }, profile, match);
  const fewGenes =
    values.var.length < FEW_GENES * facts.data.genes
      ? [
          `the sample has ${values.var.length} genes, the training data ${facts.data.genes}: its totals are of fewer genes, ` +
            `which makes its values higher`,
        ]
      : [];
  const warnings = [...normalized.notes, ...fewGenes, ...checks.filter(isOutside).map(describeCheck)];
  return { values, normalized, match, checks, warnings };
}

function isOutside({ verdict }: SampleCheck): boolean {
  return verdict !== "inside";
}

/** A check as a sentence. */
export function describeCheck({ name, label, value, low, high, verdict }: SampleCheck): string {
  const [own, from, to] = [value, low, high].map((number) => Number(number.toPrecision(3)));
  const where = { inside: "within", outside: "outside", far: "far outside" }[verdict];
  return `${name}: ${own} ${label}, ${where} the training damage (${from} to ${to})`;
}

function tooFewGenes(
  { matched, total }: GeneMatch,
  model: readonly string[],
  sample: readonly string[],
  minShare: number,
): SampleRefused {
  const some = (names: readonly string[]) => names.slice(0, 3).join(", ");
  return new SampleRefused(
    `the sample has ${matched} of the model's ${total} genes, fewer than the share ${minShare} (the model's: ${some(model)}, …; the sample's: ` +
      `${some(sample)}, …); are species and names the same? Train on data like it, or lower minShare (--min-share)`,
  );
}
