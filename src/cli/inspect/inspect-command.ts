import { existsSync } from "node:fs";
import { AnnData } from "../../lib/anndata/index.js";
import { annotateBySpecies, type Species } from "../../lib/datasets/index.js";
import { estimate, type SampleEstimate } from "../../lib/degrade/index.js";
import { inspectSample, loadSampleModel, type SampleModel, SampleRefused } from "../../lib/repair/index.js";
import { type ExpressionValues, expressionValues } from "../../lib/repair/sample/expression-values.js";
import { cellMedians } from "../../lib/repair/sample/inspect-sample.js";
import { Failure } from "../failure.js";
import { readCells } from "../read-cells.js";
import { bloodModelFolder } from "../repair/model-cache.js";
import type { Terminal } from "../terminal.js";
import { describeMatch, describeValues, matchJson, valuesJson } from "./describe-sample.js";

/** What `diffrepairer inspect` is told. */
export interface InspectOptions {
  readonly model?: string;
  readonly json?: true;
}

/** `diffrepairer inspect`: says what a file holds, and how it meets a model. */
export const inspectCommand = async (
  path: string,
  { model, json }: InspectOptions,
  terminal: Terminal,
  output: Terminal,
): Promise<void> => {
  const adata = await readCells(path, (line) => terminal.write(`${line}\n`));
  const values = await expressionValues(adata);
  if (!values) {
    const places = "X, layers.counts and raw";
    throw new Failure(`${path}: ${places} hold neither counts nor log1p values (0 to 20), so it cannot be repaired`);
  }
  const { X, kind } = values;
  const sums = { detected: X.rowNonZeros(), total: X.rowSums() };
  const described = { values, cells: adata.nObs, medians: cellMedians(sums, kind) };
  const folder = model ?? (await cachedBloodModel());
  const beside = folder === undefined ? undefined : await besideModel(adata, await loadSampleModel(folder));
  const lengths = estimated(values);
  if (json) {
    const found = beside && ("refused" in beside ? beside : matchJson(beside.inspection));
    const own = { species: lengths?.species, length_slope: lengths?.estimate.lengthSlope, model: folder };
    output.write(`${JSON.stringify({ file: path, ...valuesJson(described), ...own, ...found }, null, 2)}\n`);
    return;
  }
  const lines = [describeValues(described)];
  if (lengths) {
    const { value, low, high } = lengths.estimate.lengthSlope;
    const [slope, from, to] = [value, low, high].map((number) => number.toFixed(3));
    lines.push(
      `${lengths.species} genes; log counts change by ${slope} (${from} to ${to}) for each kilobase of length`,
    );
  }
  if (!beside) lines.push("no model to compare with: name one with --model, or make one with train or repair");
  else if ("refused" in beside) lines.push(`beside ${folder}: ${beside.refused}`);
  else lines.push(`beside ${folder}:`, ...describeMatch(beside.inspection));
  output.write(`${lines.join("\n")}\n`);
};

const cachedBloodModel = async (): Promise<string | undefined> => {
  const folder = await bloodModelFolder();
  return existsSync(folder) ? folder : undefined;
};

const besideModel = async (adata: AnnData, sampleModel: SampleModel) => {
  try {
    return { inspection: await inspectSample(adata, sampleModel) };
  } catch (error) {
    if (error instanceof SampleRefused) return { refused: error.message };
    throw error;
  } finally {
    sampleModel.model.dispose?.();
  }
};

/** The length slope of counts, over the genes whose length is known. */
const estimated = ({
  X,
  kind,
  var: features,
}: ExpressionValues): { species: Species; estimate: SampleEstimate } | undefined => {
  if (kind !== "counts") return undefined;
  const cells = new AnnData({ X, var: features.copy() });
  try {
    const species = annotateBySpecies(cells);
    return {
      species,
      estimate: estimate(cells.select({ var: Array.from(cells.var.numbers("length_known"), Boolean) })),
    };
  } catch {
    return undefined;
  }
};
