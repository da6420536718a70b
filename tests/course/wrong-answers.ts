/** To every exercise an answer that is wrong in a way that its visible tests do not see. */
export const WRONG_ANSWERS: Readonly<Record<string, string>> = {
  "genes-per-cell": "return Array.from(counts.rowNonZeros()).filter((genes) => genes > 0);",
  "mitochondrial-percent": `
return Array.from(counts.rowSums(), (all, i) => {
  const own = counts.row(i).filter((_, j) => genes[j].startsWith("MT"));
  return all === 0 ? 0 : (100 * own.reduce((sum, count) => sum + count, 0)) / all;
});`,
  threshold: `
const sorted = [...genesOfCells].sort();
return share === 0 ? 0 : sorted[Math.ceil(share * sorted.length) - 1] + 1;`,
  "log-normalised": `
const all = cell.reduce((total, count) => total + count, 0);
return Array.from(cell, (count) => Math.log1p((1e4 * count) / all));`,
  "relative-lengths": `
const logs = lengths.map(Math.log);
const shortest = Math.min(...logs);
return logs.map((log) => (log - shortest) / (Math.max(...logs) - shortest));`,
  "damaged-value": "return kept ? Math.max(0, x * Math.exp(-intensity * length) + noise * epsilon) : 0;",
  "length-slope": `
const y = after.map((value, j) => Math.log(value / before[j]));
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const products = mean(length.map((value, j) => (value - mean(length)) * (y[j] - mean(y))));
return products / mean(length.map((value) => (value - mean(length)) ** 2));`,
  "which-mechanism": `
const zeros = (values: Float32Array) => values.filter((value) => value === 0).length;
if (zeros(damaged) < 0.9 * zeros(clean)) return "noise";
return zeros(damaged) > 1.1 * zeros(clean) ? "dropout" : "length";`,
  "gene-means": "return Array.from(train.columnSums(), (sum) => Math.round(sum / train.shape[0]));",
  "z-scores": `
const mean = train.reduce((sum, value) => sum + value, 0) / train.length;
const sd = Math.sqrt(train.reduce((sum, value) => sum + (value - mean) ** 2, 0) / train.length);
return values.map((value) => (value - mean) / sd);`,
  line: `
const slope = (y[y.length - 1] - y[0]) / (x[x.length - 1] - x[0]);
return { slope, intercept: y[0] - slope * x[0] };`,
  weights: "return (sizes[0] + 1) * sizes[1];",
  "cell-errors": `
return Array.from({ length: truth.shape[0] }, (_, i) => {
  const difference = repaired.row(i).reduce((sum, value, j) => sum + value - truth.at(i, j), 0);
  return difference ** 2 / truth.shape[1];
});`,
  correlation: "return Math.abs(metrics.pearson(a, b));",
  spread: `
const ratios = Array.from({ length: truth.shape[1] }, (_, j) => {
  const [own, clean] = [repaired, truth].map((matrix) => Math.sqrt(stats.describe(matrix.column(j)).populationVariance));
  return own / clean;
});
return ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;`,
  "best-threshold": "return Math.min(...scores.filter((_, k) => expressed[k]));",
  "paired-t": "return Math.abs(stats.pairedTTest(a, b).statistic);",
  "cells-needed": "return Math.round((t / d) ** 2);",
  holm: `
const rising = [...pValues].sort((a, b) => a - b);
return pValues.map((p) => Math.min(1, p * (pValues.length - rising.indexOf(p))));`,
  "type-means": `
return [...new Set(types)].map((type) => {
  const own = values.filter((_, cell) => types[cell] === type);
  return own.reduce((sum, value) => sum + value, 0) / own.length;
});`,
  harmed: "return repaired.filter((error, cell) => error >= untouched[cell]).length / repaired.length;",
  held: `
const share = (own: number[]) => own.filter((k) => clean[k] < high[k]).length / own.length;
const all = [...clean.keys()];
return { all: share(all), expressed: share(all.filter((k) => clean[k] > 0)) };`,
  invented: `
const strong = [...repaired.keys()].filter((pair) => repaired[pair] > 0.3);
return strong.filter((pair) => Math.abs(clean[pair]) < 0.1).length / strong.length;`,
  decide: 'return ({ inside: "repair", outside: "warn", far: "refuse" } as const)[verdicts[verdicts.length - 1]];',
};
