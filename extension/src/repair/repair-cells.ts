import type { ModelChoice, RepairChoice } from "./choice.js";

/** A cell of the notebook that repairs. */
export interface Cell {
  readonly type: "markdown" | "code";
  readonly source: string;
}

/** Name of an h5ad file without its folder and ending. */
export const stemOf = (file: string): string => file.replace(/^.*\//, "").replace(/\.h5ad$/i, "");

/** The cells that repair a sample by the library's public functions. @param output - name of the file that they write. */
export const repairCells = ({ sample, model, severity, force }: RepairChoice, output: string): readonly Cell[] => {
  const options = [`severity: ${JSON.stringify(severity)}`, ...(force ? ["force: true"] : [])].join(", ");
  return [
    markdown(
      `# Repair of ${asCode(sample)}`,
      "Genes that the damage took are estimated from what is left of each cell. Change what you like, and run all cells again.",
    ),
    code(
      'import { datasets, io, repair } from "diffrepairer";',
      'import * as figures from "diffrepairer/figures";',
      'import { existsSync } from "node:fs";',
      "",
      `const sample = await io.readH5ad(${JSON.stringify(sample)}, { nonFinite: "keep" });`,
      "sample",
    ),
    markdown("## Model", explained(model)),
    ...modelCells(model),
    markdown("## Does it fit?", "Where the sample lies beside the damage that the model was trained on."),
    code("display.table((await repair.inspectSample(sample, model)).checks);"),
    markdown("## Repair"),
    code(
      `const { adata: repaired, report } = await repair.repairSample(sample, model, { ${options} });`,
      "for (const warning of report.warnings) console.warn(warning);",
      "console.log(`genes lost in a cell, median: ${(100 * report.severity.median).toFixed(0)} %`);",
      "console.log(`correlation with the clean cell to be expected, median: ${report.confidence.toFixed(2)}`);",
      "repaired",
    ),
    code(
      "figures.ridgePlot(",
      '  [{ group: "repaired cells", values: repaired.obs.numbers("repair_confidence") }],',
      '  { title: "correlation with the clean cell to be expected", groupTitle: "" },',
      ")",
    ),
    markdown(
      "## Result",
      [
        `\`layers["repaired"]\` of ${asCode(output)} holds log1p of counts per ten thousand, \`repaired_std\` what is not known about each.`,
        "**Do not test on repaired values**: they borrow from other cells and genes, so p values on them are too small; test on the counts.",
      ].join(" "),
    ),
    code(`await io.writeH5ad(repaired, ${JSON.stringify(output)}, { compression: "gzip", compressionLevel: 1 });`),
  ];
};

const modelCells = (model: ModelChoice): readonly Cell[] => {
  if (model.kind === "saved")
    return [code(`const model = await repair.loadSampleModel(${JSON.stringify(model.folder)});`)];
  const [name, cells] =
    model.kind === "blood"
      ? ["pbmc3k", "datasets.pbmc3k()"]
      : [stemOf(model.file), `io.readH5ad(${JSON.stringify(model.file)})`];
  return [
    code(
      `const folder = ${JSON.stringify(`${name}-${model.budget}-model`)};`,
      "if (!existsSync(folder)) {",
      `  const trained = await repair.trainSampleModel(await ${cells}, {`,
      `    name: ${JSON.stringify(name)},`,
      `    training: { budget: ${JSON.stringify(model.budget)}, onProgress: display.progress.reporter() },`,
      "    onLine: console.log,",
      "  });",
      "  await repair.saveSampleModel(trained, folder);",
      "}",
      "const model = await repair.loadSampleModel(folder);",
    ),
  ];
};

const explained = (model: ModelChoice): string => {
  if (model.kind === "saved") return `The model that was saved in ${asCode(model.folder)}.`;
  const cells =
    model.kind === "blood" ? "PBMC3k, blood cells of a healthy donor" : `the cells of ${asCode(model.file)}`;
  return `Trained on ${cells}, damaged as molecules are. The model is kept in a folder beside this notebook; delete it to train anew.`;
};

/** A name as code in Markdown, whatever is in it. */
const asCode = (text: string): string => (text.includes("`") ? `\`\` ${text} \`\`` : `\`${text}\``);

const markdown = (...paragraphs: readonly string[]): Cell => ({ type: "markdown", source: paragraphs.join("\n\n") });

const code = (...lines: readonly string[]): Cell => ({ type: "code", source: lines.join("\n") });
