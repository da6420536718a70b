import * as figures from "../../figures/index.js";

/** Park and Miller's generator: the same samples on every machine and in every version of the library. */
export const generator = (seed: number) => {
  let state = seed;
  const uniform = () => (state = (state * 48271) % 2147483647) / 2147483647;
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  return { uniform, normal };
};

export const numbers = (n: number, draw: (i: number) => number): number[] =>
  Array.from({ length: n }, (_, i) => draw(i));

export const PBMC_TYPES = [
  "CD4 T cells",
  "CD14+ Monocytes",
  "B cells",
  "CD8 T cells",
  "NK cells",
  "FCGR3A+ Monocytes",
  "Dendritic cells",
  "Megakaryocytes",
];

const TYPE_SHARES = [0.43, 0.18, 0.13, 0.12, 0.06, 0.057, 0.014, 0.006];

const drawType = (u: number): string => {
  let total = 0;
  return PBMC_TYPES[TYPE_SHARES.findIndex((share) => (total += share) > u)] ?? "CD4 T cells";
};

const qc = () => {
  const { normal } = generator(1);
  const genes = numbers(2700, () => Math.round(820 * Math.exp(0.32 * normal())));
  return {
    genesPerCell: genes,
    countsPerCell: genes.map((count) => Math.round(count * 2.7 * Math.exp(0.18 * normal()))),
    percentMitochondrial: numbers(2700, () => 2 * Math.exp(0.45 * normal())),
  };
};

const genes = () => {
  const { normal, uniform } = generator(2);
  const mean = numbers(4000, () => 0.08 * Math.exp(1.9 * normal()));
  const spread = mean.map((value) => (1 + value) * Math.exp(0.3 * normal() ** 2 + 0.15 * normal()));
  const score = spread.map((value, i) => value / (1 + (mean[i] as number)));
  const cut = score.slice().sort((a, b) => b - a)[600] as number;
  return {
    mean,
    spread,
    highlyVariable: score.map((value) => value > cut),
    genes: mean.map((_, i) => (i === 7 ? "GNLY" : i === 11 ? "CD3D" : `G${i}`)),
    length: numbers(4000, () => Math.round(2600 * Math.exp(0.75 * normal()) + 200 * uniform())),
  };
};

const degradation = () => {
  const { mean, length } = genes();
  const { normal } = generator(3);
  const scaled = length.map((bases) => Math.min(1, Math.max(0, (Math.log(bases) - 6) / 4.5)));
  const series = (intensity: number, dropout: number) =>
    mean.map(
      (value, i) => value * Math.exp(-intensity * (scaled[i] as number)) * (1 - dropout) * Math.exp(0.25 * normal()),
    );
  return {
    length,
    original: mean,
    degraded: { mild: series(0.5, 0.2), moderate: series(1, 0.3), severe: series(1.5, 0.4) },
  };
};

const curves = () => {
  const { normal } = generator(4);
  const curve = (label: string, epochs: number, floor: number, rate: number) => ({
    label,
    train: numbers(epochs, (k) => floor * 0.85 + 0.9 * Math.exp(-k * rate) + 0.004 * normal()),
    validation: numbers(epochs, (k) => floor + 0.85 * Math.exp(-k * rate) + 0.0006 * k + 0.006 * normal()),
  });
  return [curve("DAE", 40, 0.42, 0.16), curve("Transformer (paper)", 25, 0.4, 0.2)];
};

export const around = (value: number, half = 0.012) => ({ value, low: value - half, high: value + half });

export const evaluations = [
  {
    method: "degraded",
    label: "Degraded input",
    mse: around(1.31, 0.03),
    pearson: around(0.41),
    prAuc: around(0.71),
    f1: around(0.55),
  },
  {
    method: "mean",
    label: "Gene mean",
    mse: around(0.98),
    pearson: around(0.02),
    prAuc: around(0.52),
    f1: around(0.48),
  },
  {
    method: "ridge",
    label: "Ridge regression",
    mse: around(0.71),
    pearson: around(0.55),
    prAuc: around(0.74),
    f1: around(0.61),
  },
  {
    method: "fusion",
    label: "Linear fusion",
    mse: around(0.62),
    pearson: around(0.63),
    prAuc: around(0.79),
    f1: around(0.65),
  },
  { method: "dae", label: "DAE", mse: around(0.69), pearson: around(0.57), prAuc: around(0.76), f1: around(0.62) },
  {
    method: "transformer",
    label: "Transformer (paper)",
    mse: around(0.7),
    pearson: around(0.56),
    prAuc: around(0.75),
    f1: around(0.62),
  },
];

export const cells = (n: number, seed: number) => {
  const { uniform, normal } = generator(seed);
  const types = numbers(n, uniform).map(drawType);
  return { types, uniform, normal };
};

export const markers = (n: number) => {
  const { types, normal, uniform } = cells(n, 5);
  const genes = ["GNLY", "CD3D", "MS4A1", "CD8A"];
  const high: Record<string, readonly string[]> = {
    GNLY: ["NK cells", "CD8 T cells"],
    CD3D: ["CD4 T cells", "CD8 T cells"],
    MS4A1: ["B cells"],
    CD8A: ["CD8 T cells"],
  };
  const original = genes.map((gene) =>
    types.map((type) => (high[gene]?.includes(type) ? 2.2 + 0.8 * normal() : -0.3 + 0.15 * normal())),
  );
  return {
    genes,
    cells: types.map((_, i) => `${"ACGT"[i % 4]}${"TGCA"[(i >> 2) % 4]}ACGTAAC${i}-1`),
    cellTypes: types,
    original,
    degraded: original.map((gene) => gene.map((value) => (uniform() < 0.3 ? -0.4 : 0.5 * value + 0.25 * normal()))),
    repaired: original.map((gene) => gene.map((value) => 0.85 * value + 0.2 * normal())),
  };
};

const split = () => {
  const { types, uniform } = cells(2700, 6);
  return {
    cellTypes: types.map((type, i) => (i % 43 === 0 ? null : type)),
    split: numbers(2700, uniform).map((u) => (u < 0.7 ? "train" : u < 0.8 ? "validation" : "test")),
  };
};

export const scatter = () => {
  const { normal, uniform } = generator(7);
  const clean = numbers(5000, () => (uniform() < 0.6 ? 0 : Math.max(0, 1.6 + 0.8 * normal())));
  return [
    {
      label: "Degraded",
      clean,
      compared: clean.map((value) => (uniform() < 0.3 ? 0 : Math.max(0, 0.6 * value + 0.15 * normal()))),
    },
    {
      label: "Repaired by linear fusion",
      clean,
      compared: clean.map((value) => Math.max(0, 0.1 + 0.85 * value + 0.25 * normal())),
    },
  ];
};

export const coordinates = (n: number, seed: number) => {
  const { types, normal } = cells(n, seed);
  const place = types.map((type) => PBMC_TYPES.indexOf(type));
  return {
    x: place.map((k) => 9 * Math.cos(k * 0.8) + normal()),
    y: place.map((k) => 7 * Math.sin(k * 0.8) + normal()),
    labels: types,
  };
};

export const panels = () => {
  const parts = ["Original", "Degraded", "Repaired"].map((panel, k) => {
    const { x, y, labels } = coordinates(220, 9);
    return { x: x.map((value) => value * (k === 1 ? 0.6 : 1)), y, labels, panel: labels.map(() => panel) };
  });
  return {
    x: parts.flatMap(({ x }) => x),
    y: parts.flatMap(({ y }) => y),
    labels: parts.flatMap(({ labels }) => labels),
    panel: parts.flatMap(({ panel }) => panel),
  };
};

const presets = () =>
  (
    [
      ["mild", 0.5, 0.2, 0.05, 0.71],
      ["moderate", 1, 0.3, 0.15, 0.55],
      ["severe", 1.5, 0.4, 0.25, 0.41],
    ] as const
  ).flatMap(([preset, intensity, dropout, noise, pearson]) => [
    { preset, quantity: "3′ bias intensity (no unit)", value: intensity, low: intensity - 0.2, high: intensity + 0.2 },
    { preset, quantity: "Drop-out (probability)", value: dropout, low: dropout - 0.05, high: dropout + 0.05 },
    { preset, quantity: "Noise (sd, log1p)", value: noise, low: noise - 0.04, high: noise + 0.04 },
    { preset, quantity: "Pearson's r with the original", value: pearson, low: pearson - 0.03, high: pearson + 0.03 },
  ]);

const counts = (seed: number, scale: number) => {
  const { normal } = generator(seed);
  const mean = numbers(1500, () => 0.3 * Math.exp(1.6 * normal()));
  return {
    mean: mean.map((value) => Math.log1p(value)),
    variance: mean.map((value) => Math.log1p(value + scale * value ** 2)),
    zeros_by_gene: mean.map((value) => (1 + scale * value) ** (-1 / scale)),
    zeros_by_cell: numbers(300, () => 0.9 + 0.02 * normal()),
    total: numbers(300, () => Math.round(2000 * Math.exp(0.4 * normal()))),
  };
};

const validationLines = () =>
  ["sarcoma", "ccrcc"].flatMap((set, k) =>
    [
      ["real", 0.4],
      ["paper", -0.2],
      ["bulk", 0.3],
      ["thinning", 0],
    ].flatMap(([mode, slope]) => {
      const x = numbers(12, (i) => 9 + 0.4 * i);
      const line = { set, mode: String(mode) };
      return [
        {
          ...line,
          value: "fold change" as const,
          by: "length" as const,
          x,
          y: x.map((v) => Number(slope) * (v - 11 - k)),
        },
        {
          ...line,
          value: "zeros" as const,
          by: "expression" as const,
          x,
          y: x.map((v) => 1 / (1 + v ** Number(slope))),
        },
      ];
    }),
  );

const validationRows = () =>
  ["sarcoma", "ccrcc"].flatMap((set, k) =>
    ["real halves", "paper", "bulk", "thinning"].flatMap((mode, m) => [
      { set, mode, measure: "AUC of summaries", ...around(0.5 + 0.12 * m - 0.05 * k, 0.05) },
      { set, mode, measure: "fold change, KS", ...around(0.05 + 0.1 * m, 0.02) },
    ]),
  );

export const ranks = () => ({
  methods: [
    { method: "fusion", label: "Linear fusion", rank: 1.6 },
    { method: "transformer", label: "Transformer (paper)", rank: 3.9 },
    { method: "vae", label: "VAE", rank: 3.2 },
    { method: "ridge", label: "Ridge regression", rank: 2.4 },
    { method: "mean", label: "Gene mean", rank: 5.9 },
    { method: "degraded", label: "Degraded input", rank: 4 },
  ],
  criticalDifference: 1.7,
  blocks: 20,
});

export const differences = () => {
  const { uniform } = generator(11);
  const methods = ["Degraded input", "Ridge regression", "DAE", "VAE", "CQN", "MAGIC"];
  return ["PBMC3k", "PBMC68k", "Mouse brain", "Pancreas"].flatMap((panel) =>
    methods.map((method, k) => {
      const difference = 0.12 - 0.11 * k * uniform();
      const reach = 0.02 + 0.03 * uniform();
      return { panel, method, difference, low: difference - reach, high: difference + reach };
    }),
  );
};

export const attention = () => {
  const stream = cells(8, 21);
  const modules = Array.from({ length: 12 }, (_, t) => (t % 3 === 0 ? `module ${t}` : `T memory cells ${t}`));
  const values = PBMC_TYPES.flatMap(() => modules.map(() => Math.max(0.01, 1 / 12 + 0.04 * stream.normal())));
  return { groups: PBMC_TYPES, modules, attention: values };
};

export const faithfulness = () =>
  ["attention", "rollout", "influence", "least attention", "random"].flatMap((ranking, k) =>
    [4, 8, 16].map((hidden) => {
      const loss = 0.001 * hidden * (1 + (k % 3));
      return { ranking, hidden, loss, low: loss * 0.8, high: loss * 1.2 };
    }),
  );

/** One sample of every figure, on data that look like PBMC3k; made at call time. */
export const samples = {
  qcViolins: () =>
    figures.qcViolins(qc(), { genesPerCell: { min: 200, max: 2500 }, percentMitochondrial: { max: 5 }, dots: 150 }),
  qcViolinsColumn: () =>
    figures.qcViolins(qc(), {
      genesPerCell: { min: 200, max: 2500 },
      percentMitochondrial: { max: 5 },
      dots: 60,
      width: 85,
    }),
  meanVariance: () => figures.meanVariance(genes(), { label: ["GNLY", "CD3D"] }),
  meanVarianceColumn: () => figures.meanVariance(genes(), { label: ["GNLY", "CD3D"], width: 85 }),
  degradationByLength: () => figures.degradationByLength(degradation()),
  degradationByLengthColumn: () => figures.degradationByLength(degradation(), { width: 85 }),
  degradationPresets: () => figures.degradationPresets(presets()),
  degradationPresetsColumn: () => figures.degradationPresets(presets(), { width: 85 }),
  trainingCurves: () => figures.trainingCurves(curves()),
  trainingCurvesColumn: () => figures.trainingCurves(curves().slice(0, 2), { width: 85 }),
  metricBars: () => figures.metricBars(evaluations),
  metricBarsColumn: () => figures.metricBars(evaluations, { metrics: ["mse", "f1"], width: 85 }),
  attentionMap: () => figures.attentionMap(attention()),
  attentionMapColumn: () => figures.attentionMap(attention(), { width: 85 }),
  faithfulnessCurves: () => figures.faithfulnessCurves(faithfulness()),
  faithfulnessCurvesColumn: () => figures.faithfulnessCurves(faithfulness(), { width: 85 }),
  markerGenes: () => figures.markerGenes(markers(60)),
  markerGenesByType: () => figures.markerGenesByType(markers(90)),
  markerGenesByTypeColumn: () => figures.markerGenesByType(markers(90), { width: 85 }),
  criticalDifference: () => figures.criticalDifference(ranks(), { metric: "overall score" }),
  criticalDifferenceColumn: () => figures.criticalDifference(ranks(), { metric: "overall score", width: 85 }),
  forestPlot: () =>
    figures.forestPlot(differences(), { baseline: "DiffRepairer", metric: "MSE (z²)", lowerIsBetter: true }),
  cellTypeSplit: () => figures.cellTypeSplit(split()),
  cellTypeSplitColumn: () => figures.cellTypeSplit(split(), { width: 85 }),
  forestPlotColumn: () =>
    figures.forestPlot(differences(), { baseline: "DiffRepairer", metric: "MSE (z²)", lowerIsBetter: true, width: 85 }),
  geneScatter: () => figures.geneScatter(scatter()),
  geneScatterColumn: () => figures.geneScatter(scatter().slice(0, 2), { width: 85 }),
  embedding: () => figures.embedding(coordinates(700, 8), { kind: "UMAP" }),
  simulatorComparison: () => figures.simulatorComparison({ real: counts(21, 0.4), simulated: counts(22, 0.6) }),
  simulatorComparisonColumn: () =>
    figures.simulatorComparison({ real: counts(21, 0.4), simulated: counts(22, 0.6) }, { width: 85 }),
  validationCurves: () => figures.validationCurves(validationLines()),
  validationCurvesColumn: () => figures.validationCurves(validationLines(), { width: 85 }),
  validationDropout: () => figures.validationCurves(validationLines(), { value: "zeros" }),
  validationDropoutColumn: () => figures.validationCurves(validationLines(), { value: "zeros", width: 85 }),
  validationIntervals: () => figures.validationIntervals(validationRows(), { reference: { "AUC of summaries": 0.5 } }),
  validationIntervalsColumn: () =>
    figures.validationIntervals(validationRows(), { reference: { "AUC of summaries": 0.5 }, width: 85 }),
  embeddingColumn: () => figures.embedding(coordinates(700, 8), { kind: "UMAP", width: 85 }),
  embeddingPanels: () => figures.embedding(panels(), { kind: "PC" }),
} as const;
