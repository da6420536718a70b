import type { SavedModel } from "./saved-model.js";

/** A short card of a saved model for people, in Markdown. */
export function modelCard(saved: SavedModel): string {
  const { kind, label, licence, description, metrics, config, training, weights, genes, version } = saved;
  const rows = (record: Readonly<Record<string, unknown>>) =>
    Object.entries(record).map(([name, value]) => `| ${name} | ${String(value)} |`);
  return [
    `# ${label}`,
    "",
    description ?? "A network that repairs degraded RNA-seq profiles of single cells.",
    "",
    `- Kind: \`${kind}\`, ${weights.values} values in single precision; format ${version}`,
    `- Licence of the weights: ${licence ?? "not stated"}`,
    `- Trained with seed ${training.seed} on data of SHA-256 \`${training.sha256}\`, ${training.history.epochs.length} epochs`,
    `- Input: log1p of counts per ten thousand, cells × ${genes.length} genes in the order of \`genes\` in \`model.json\``,
    "- Output: the estimated clean values in the same unit",
    "",
    "| measure | value |",
    "| --- | --- |",
    ...rows(metrics),
    "",
    "| setting | value |",
    "| --- | --- |",
    ...rows(config),
    "",
    "It says nothing of cells, tissues or damage unlike those it was trained on.",
    "",
  ].join("\n");
}
