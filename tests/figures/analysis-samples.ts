import * as figures from "../../figures/index.js";
import {
  attention,
  cells,
  coordinates,
  differences,
  evaluations,
  faithfulness,
  generator,
  markers,
  numbers,
  panels,
  PBMC_TYPES,
  ranks,
  scatter,
} from "./samples.js";

const MARKERS = ["CD3D", "IL7R", "CD14", "LYZ", "MS4A1", "CD79A", "CD8A", "CD8B", "GNLY", "NKG7", "FCGR3A", "MS4A7"];
/** Types, by place in PBMC_TYPES, that express each of the markers. */
const EXPRESSED_IN = [[0, 3], [0], [1], [1, 5, 6], [2], [2], [3], [3], [3, 4], [3, 4], [4, 5], [5]];

const test = () => {
  const { normal, uniform } = generator(31);
  const logFoldChange = numbers(1200, () => normal()).map((value) => 0.9 * value * Math.abs(value));
  return {
    genes: logFoldChange.map((_, g) => MARKERS[g] ?? `G${g}`),
    logFoldChange,
    pAdjusted: logFoldChange.map((change) => 10 ** -(6 * Math.abs(change) * uniform())),
  };
};

const dots = (groups: readonly string[] = PBMC_TYPES) => {
  const { uniform } = generator(32);
  const isHigh = (k: number, g: number) => EXPRESSED_IN[g]!.includes(k);
  const pairs = groups.flatMap((_, k) => MARKERS.map((_, g) => [k, g] as const));
  return {
    groups,
    genes: MARKERS,
    mean: pairs.map(([k, g]) => (isHigh(k, g) ? 1.5 + 1.5 * uniform() : 0.2 * uniform())),
    share: pairs.map(([k, g]) => (isHigh(k, g) ? 0.5 + 0.45 * uniform() : 0.1 * uniform())),
  };
};

/** `expression[gene][cell]`, high in the types that express the gene. */
const expression = (types: readonly string[], seed: number) => {
  const { normal, uniform } = generator(seed);
  return MARKERS.map((_, g) =>
    types.map((type) =>
      EXPRESSED_IN[g]!.includes(PBMC_TYPES.indexOf(type))
        ? Math.max(0, 2.2 + 0.6 * normal())
        : uniform() < 0.85
          ? 0
          : uniform(),
    ),
  );
};

const heat = () => {
  const { types } = cells(150, 33);
  return {
    genes: MARKERS,
    groups: types,
    values: expression(types, 34).flatMap((gene) => gene.map((value) => value - 0.6)),
    linkage: [
      ...[0, 1, 0.8, 2, 2, 3, 0.7, 2, 4, 5, 0.3, 2, 6, 7, 0.5, 2, 8, 9, 0.2, 2, 10, 11, 0.6, 2],
      ...[15, 16, 0.9, 4, 12, 18, 1, 6, 13, 17, 1.1, 4, 14, 20, 1.2, 6, 19, 21, 1.4, 12],
    ],
  };
};

const ridges = (groups: readonly string[], states: readonly string[]) => {
  const { normal } = generator(35);
  return groups.flatMap((group, k) =>
    states.map((state, s) => ({
      group,
      state,
      values: numbers(200, () => k * (s === 1 ? 0.4 : 0.9) + (0.5 + 0.2 * s) * normal()),
    })),
  );
};

const coverages = () =>
  [
    { method: "diffrepairer", label: "DiffRepairer", shift: 0.02 },
    { method: "vae", label: "VAE", shift: 0.12 },
  ].map(({ shift, ...method }) => {
    const nominal = numbers(9, (k) => 0.1 * (k + 1));
    return { ...method, nominal, observed: nominal.map((level) => level - shift * 4 * level * (1 - level)) };
  });

const reliabilities = () =>
  [
    { method: "diffrepairer", label: "DiffRepairer", power: 1 },
    { method: "dae", label: "DAE", power: 1.6 },
  ].map(({ power, ...method }) => {
    const { uniform } = generator(36);
    const probability = numbers(4000, () => uniform() ** 1.5);
    return { ...method, probability, expressed: probability.map((p) => uniform() < p ** power) };
  });

const tokens = (n: number) => {
  const { uniform } = generator(37);
  const names = ["cell", ...numbers(n - 1, (k) => k + 1).map((k) => `module ${k}`)];
  return {
    tokens: names,
    maps: ["Layer 1", "Layer 2"].map((label, layer) => {
      const weights = names.map((_, i) => names.map((_, j) => uniform() ** 3 + (i === j ? 1 - 0.6 * layer : 0)));
      return {
        label,
        attention: weights.flatMap((row) => row.map((w) => w / row.reduce((sum, other) => sum + other, 0))),
      };
    }),
  };
};

const moduleWeights = (isSigned: boolean) => {
  const { uniform } = generator(38);
  const modules = numbers(14, (k) => k + 1).map((k) => `module ${k}`);
  return {
    modules,
    markers: MARKERS,
    types: EXPRESSED_IN.map(([first]) => PBMC_TYPES[first!]!),
    weight: modules.flatMap((_, m) =>
      MARKERS.map((_, g) => (m === (g * 5) % 14 ? 0.7 : 0.25) * (uniform() - (isSigned ? 0.5 : 0))),
    ),
  };
};

const responses = (metrics: readonly string[], settings: readonly number[]) => {
  const { normal } = generator(39);
  const methods = ["degraded", "ridge", "dae", "diffrepairer"];
  return metrics.flatMap((metric, m) =>
    methods.flatMap((method, k) =>
      settings.flatMap((at, s) =>
        [0, 1, 2].map((seed) => ({
          metric,
          method,
          label: evaluations.find((each) => each.method === method)?.label ?? "DiffRepairer",
          at,
          seed,
          value: (m === 0 ? 0.2 + 0.22 * s : 0.95 - 0.12 * s) * (1 - (m === 0 ? 0.12 : -0.03) * k) + 0.012 * normal(),
        })),
      ),
    ),
  );
};

const clusters = () => {
  const { types, uniform } = cells(600, 40);
  const number = types.map((type) => PBMC_TYPES.indexOf(type));
  return [
    { label: "clean", assignments: types },
    {
      label: "degraded",
      assignments: number.map((k) => `${uniform() < 0.25 ? Math.floor(4 * uniform()) : Math.floor(k / 2)}`),
    },
    {
      label: "repaired",
      assignments: number.map((k) => `${uniform() < 0.06 ? Math.floor(7 * uniform()) : Math.min(k, 6)}`),
    },
  ];
};

const table = () => ({
  metrics: [
    { key: "mse", title: "MSE (z²)", lowerIsBetter: true },
    { key: "pearson", title: "Pearson (r)" },
    { key: "prAuc", title: "PR-AUC (0 to 1)" },
    { key: "separation", title: "Separation (%)", digits: 1 },
  ],
  rows: evaluations.map(({ label, mse, pearson, prAuc }, k) => ({
    label,
    values: {
      mse: mse.value,
      pearson: pearson.value,
      prAuc: prAuc.value,
      separation: k === 1 ? undefined : 52 + 2.7 * k,
    },
  })),
  paper: [
    { label: "DiffRepairer, paper", values: { mse: 0.3309, pearson: 0.815, prAuc: 0.764, separation: 65.21 } },
    { label: "DAE, paper", values: { mse: 0.3613, pearson: 0.816, prAuc: 0.777, separation: 68.53 } },
  ],
});

const linked = (n: number) => {
  const { x, y, labels } = coordinates(n, 41);
  return {
    ...{ x, y, labels },
    names: labels.map((_, i) => `cell-${i}`),
    genes: MARKERS.slice(0, 8),
    expression: expression(labels, 42).slice(0, 8),
  };
};

const levels = () => {
  const { normal, uniform } = generator(43);
  const original = MARKERS.map((_, g) => (g % 3 === 0 ? 2.4 : -0.3) + 0.3 * normal());
  return {
    cell: "AAACATACAACCAC-1",
    genes: MARKERS,
    original,
    levels: [0, 0.25, 0.5, 0.75, 1].map((severity) => ({
      severity,
      degraded: original.map((value) => (uniform() < 0.4 * severity ? -0.4 : value * (1 - 0.5 * severity))),
      repaired: original.map((value) => value * (1 - 0.15 * severity) + 0.25 * severity * normal()),
    })),
  };
};

const tissue = () => {
  const { x, y, labels, panel } = panels();
  return {
    methods: evaluations,
    cells: { x, y, labels, panel },
    genes: scatter().map(({ label, clean, compared }) => ({
      label,
      clean: clean.slice(0, 400),
      compared: compared.slice(0, 400),
    })),
  };
};

const outcomes = (keys: readonly string[], low: number, high: number, label: (k: number) => string) =>
  [0, 1, 2].map((k) => ({
    label: label(k),
    values: Object.fromEntries(keys.map((key, c) => [key, low + ((high - low) * ((k * 2 + c) % 5)) / 4])),
  }));

/** One sample of every figure of an analysis, of every view to explore, and of every section, table and appendix of the paper. */
export const analysisSamples = {
  volcano: () => figures.volcano(test(), { of: "NK cells against others" }),
  volcanoColumn: () => figures.volcano(test(), { width: 85 }),
  dotPlot: () => figures.dotPlot(dots()),
  dotPlotColumn: () => figures.dotPlot(dots(), { scaleGenes: true, width: 85 }),
  ridgePlot: () => figures.ridgePlot(ridges(PBMC_TYPES.slice(0, 5), ["original", "degraded", "repaired"])),
  ridgePlotColumn: () =>
    figures.ridgePlot(
      ridges(PBMC_TYPES, ["repaired"]).map(({ group, values }) => ({ group, values })),
      { title: "CD3D (log1p(CP10k))", width: 85 },
    ),
  markerHeatmap: () => figures.markerHeatmap(heat()),
  markerHeatmapColumn: () => figures.markerHeatmap(heat(), { width: 85 }),
  coverageCurve: () => figures.coverageCurve(coverages()),
  coverageCurveColumn: () => figures.coverageCurve(coverages(), { width: 85 }),
  reliabilityDiagram: () => figures.reliabilityDiagram(reliabilities()),
  reliabilityDiagramColumn: () => figures.reliabilityDiagram(reliabilities(), { width: 85 }),
  tokenAttention: () => figures.tokenAttention(tokens(16)),
  tokenAttentionColumn: () => figures.tokenAttention(tokens(9), { width: 85 }),
  moduleMarkers: () => figures.moduleMarkers(moduleWeights(false)),
  moduleMarkersColumn: () => figures.moduleMarkers(moduleWeights(true), { weightTitle: "Influence (z)", width: 85 }),
  responseCurves: () => figures.responseCurves(responses(["MSE (z²)", "Pearson (r)"], [0, 0.25, 0.5, 0.75, 1])),
  responseCurvesColumn: () =>
    figures.responseCurves(responses(["MSE (z²)", "Pearson (r)"], [0, 0.5, 1]), { width: 85 }),
  clusterFlow: () => figures.clusterFlow(clusters()),
  clusterFlowColumn: () => figures.clusterFlow(clusters().slice(0, 2), { width: 85 }),
  metricTable: () => figures.metricTable(table()),
  metricTableColumn: () => figures.metricTable(table(), { width: 85 }),
  linkedCells: () => figures.linkedCells(linked(400)),
  linkedCellsColumn: () => figures.linkedCells(linked(200), { width: 85 }),
  genePicker: () => figures.genePicker(linked(400)),
  genePickerColumn: () => figures.genePicker(linked(200), { width: 85 }),
  severitySlider: () => figures.severitySlider(levels()),
  severitySliderColumn: () => figures.severitySlider(levels(), { width: 85 }),
  onDark: () => figures.onDark(figures.metricTable(table())),
  section31: () => figures.section31({ table: table(), ranks: ranks() }),
  section32: () => figures.section32(tissue()),
  section33: () => figures.section33(tissue()),
  section34: () => figures.section34(tissue()),
  section35: () =>
    figures.section35({
      ...tissue(),
      pseudotime: ridges(["day 0", "day 6", "day 14"], ["original", "degraded", "repaired"]),
    }),
  section36: () =>
    figures.section36({
      ...tissue(),
      byType: {
        metrics: ["alpha (812 cells)", "beta (448 cells)", "epsilon (3 cells)"].map((title, k) => ({
          key: `${k}`,
          title,
        })),
        rows: outcomes(["0", "1", "2"], 0.3, 0.8, (k) => evaluations[k + 1]!.label),
      },
    }),
  section37: () => figures.section37({ ranks: ranks(), differences: differences() }),
  section38: () =>
    figures.section38({
      tokens: tokens(13),
      byType: attention(),
      markers: moduleWeights(false),
      faithfulness: faithfulness(),
    }),
  section39: () =>
    figures.section39({ clusters: clusters(), markers: dots(), genes: test() }, { genes: { maxGenes: 400 } }),
  section310: () =>
    figures.section310({
      severity: responses(["MSE (z²)", "Pearson (r)"], [0, 0.25, 0.5, 0.75, 1]),
      hyperparameters: [
        { title: "Width of the network (units)", log: true, points: responses(["MSE (z²)"], [64, 128, 256, 512]) },
        { title: "Dropout (probability)", points: responses(["MSE (z²)"], [0, 0.1, 0.3]) },
      ],
    }),
  table1: () => figures.table1(outcomes(["mse", "pearson", "prAuc", "f1"], 0.4, 0.7, (k) => evaluations[k + 2]!.label)),
  table2: () =>
    figures.table2(
      outcomes(["separation", "deg", "marker", "overall"], 50, 66, (k) => evaluations[k + 2]!.label),
      { width: 85 },
    ),
  table3: () => figures.table3(outcomes(["mse", "pearson"], -0.4, 0.6, (k) => `Against ${evaluations[k + 2]!.label}`)),
  appendixB: () => figures.appendixB(markers(40)),
} as const;
