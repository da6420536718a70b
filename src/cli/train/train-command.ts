import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type BudgetName, ResultTable, type SampleModel } from "../../lib/repair/index.js";
import { EXIT, Failure } from "../failure.js";
import { readCellsOrSet } from "../read-cells.js";
import type { Terminal } from "../terminal.js";
import { trainInto } from "./train-into.js";

/** What `diffrepairer train` is told. */
export interface TrainOptions {
  readonly out: string;
  readonly genes: number;
  readonly budget: BudgetName;
  readonly seed: number;
  readonly json?: true;
  readonly signal?: AbortSignal;
}

/**
 * `diffrepairer train`: trains a model on clean cells with counts and writes it into a folder.
 *
 * @param terminal - told what is done.
 * @param output - where the result goes.
 */
export const trainCommand = async (
  source: string,
  options: TrainOptions,
  terminal: Terminal,
  output: Terminal,
): Promise<void> => {
  const { out, genes, budget, seed, json, signal } = options;
  if (existsSync(out)) throw new Failure(`${out} is there already; remove it, or name another folder`, EXIT.usage);
  if (!existsSync(dirname(resolve(out)))) throw new Failure(`there is no folder ${dirname(resolve(out))}`, EXIT.usage);
  if (genes < 2) throw new Failure("--genes: at least two genes are needed", EXIT.usage);
  const { name, adata } = await readCellsOrSet(source, (line) => terminal.write(`${line}\n`));
  const trained = await trainInto(out, adata, { name, genes, budget, seed }, { terminal, signal });
  const { facts } = trained.context;
  output.write(
    json ? `${JSON.stringify({ model: resolve(out), ...facts }, null, 2)}\n` : `${describe(trained)}\n${out}\n`,
  );
  trained.model.dispose?.();
};

/** A trained model's quality as text. */
const describe = ({ model, context }: SampleModel): string => {
  const { mse, pearson, unrepaired, confidence, intervals } = context.facts.quality;
  const { train, test } = context.facts.cells;
  const percent = (share: number) => (100 * share).toFixed(1);
  const table = new ResultTable(
    "intervals",
    ["values", "share %", "coverage %", "width", "score", "control: coverage %", "width ", "score "],
    intervals.map(({ group, share, calibrated, control }) => [
      ...[group, percent(share), percent(calibrated.coverage), calibrated.width, calibrated.score],
      ...[percent(control.coverage), control.width, control.score],
    ]),
  );
  return [
    `${model.label}: ${context.columns.length} genes, trained on ${train} cells of ${context.facts.data.name}`,
    `On ${test} test cells, damaged as in training: MSE ${mse.toFixed(3)} (unrepaired ${unrepaired.mse.toFixed(3)}), ` +
      `r ${pearson.toFixed(3)} (${unrepaired.pearson.toFixed(3)}); a cell's r promised ${confidence.promised.toFixed(3)}, ` +
      `found ${confidence.found.toFixed(3)}`,
    `Its ${100 * context.intervals.level} % intervals on the test cells, beside a control, intervals of one width for each gene:`,
    table.toString(),
  ].join("\n");
};
