import { describe, expect, test } from "vitest";
import * as figures from "../../figures/index.js";
import { kernelDensity } from "../../figures/density.js";
import { countRows, figure, MAX_ROWS } from "../../figures/figure.js";
import { logTicks } from "../../figures/log-ticks.js";
import { axisTitle } from "../../figures/page.js";
import { placeLabels } from "../../figures/place-labels.js";
import { COLUMN_WIDTH } from "../../figures/theme.js";
import { evenlyByGroup, gridCounts } from "../../figures/thin.js";
import { renderVegaLite } from "../../kernel/display/vega.js";
import { analysisSamples } from "./analysis-samples.js";
import { draw } from "./draw.js";
import { evaluations, markers, PBMC_TYPES } from "./samples.js";

const none = { genesPerCell: [], countsPerCell: [], percentMitochondrial: [] };

describe("empty data", () => {
  test.each<[string, () => unknown, RegExp]>([
    ["qcViolins", () => figures.qcViolins(none), /genesPerCell has no finite value \(0 given\)/],
    ["meanVariance", () => figures.meanVariance({ mean: [], spread: [], highlyVariable: [] }), /no gene has mean/],
    [
      "degradationByLength",
      () => figures.degradationByLength({ length: [], original: [], degraded: { mild: [] } }),
      /annotateGenes/,
    ],
    [
      "degradationByLength",
      () => figures.degradationByLength({ length: [1], original: [1], degraded: {} }),
      /degraded is empty/,
    ],
    ["degradationPresets", () => figures.degradationPresets([]), /no rows/],
    ["trainingCurves", () => figures.trainingCurves([]), /no curves/],
    [
      "trainingCurves",
      () => figures.trainingCurves([{ label: "DAE", train: [NaN], validation: [NaN] }]),
      /learning rate/,
    ],
    ["attentionMap", () => figures.attentionMap({ groups: [], modules: [], attention: [] }), /no attention/],
    ["faithfulnessCurves", () => figures.faithfulnessCurves([]), /no points/],
    ["metricBars", () => figures.metricBars([]), /no methods/],
    ["metricBars", () => figures.metricBars([{ method: "dae" }]), /no method has a finite measure/],
    ["markerGenes", () => figures.markerGenes({ ...markers(2), genes: [] }), /0 genes and 2 cells/],
    ["cellTypeSplit", () => figures.cellTypeSplit({ cellTypes: [null], split: ["train"] }), /splitCells/],
    ["geneScatter", () => figures.geneScatter([{ label: "a", clean: [NaN], compared: [1] }]), /no finite pair/],
    [
      "simulatorComparison",
      () =>
        figures.simulatorComparison({
          real: { mean: [], variance: [], zeros_by_gene: [], zeros_by_cell: [], total: [] },
        }),
      /the real counts and at least one simulation/,
    ],
    ["validationCurves", () => figures.validationCurves([]), /no line of fold change by length \(0 given\)/],
    ["validationIntervals", () => figures.validationIntervals([], { measures: ["AUC"] }), /no row of AUC/],
    ["embedding", () => figures.embedding({ x: [], y: [], labels: [] }), /no cell has finite coordinates/],
    [
      "volcano",
      () => figures.volcano({ genes: ["a"], logFoldChange: [NaN], pAdjusted: [1] }),
      /no gene .* \(1 given\)/,
    ],
    ["dotPlot", () => figures.dotPlot({ groups: [], genes: [], mean: [], share: [] }), /0 groups and 0 genes/],
    ["ridgePlot", () => figures.ridgePlot([{ group: "a", values: [NaN] }]), /no group has a finite value \(1 given\)/],
    ["markerHeatmap", () => figures.markerHeatmap({ genes: [], groups: [], values: [] }), /0 genes and 0 cells/],
    ["coverageCurve", () => figures.coverageCurve([]), /no level with an observed share/],
    ["reliabilityDiagram", () => figures.reliabilityDiagram([]), /no methods/],
    [
      "reliabilityDiagram",
      () => figures.reliabilityDiagram([{ method: "dae", probability: [NaN], expressed: [1] }]),
      /dae has no finite probability/,
    ],
    ["tokenAttention", () => figures.tokenAttention({ tokens: [], maps: [] }), /0 tokens and 0 maps/],
    [
      "moduleMarkers",
      () => figures.moduleMarkers({ modules: [], markers: [], types: [], weight: [] }),
      /0 modules and 0 markers/,
    ],
    ["responseCurves", () => figures.responseCurves([]), /no finite value \(0 given\)/],
    ["clusterFlow", () => figures.clusterFlow([{ label: "a", assignments: ["0"] }]), /at least two/],
    ["clusterFlow", () => figures.clusterFlow(["a", "b"].map((label) => ({ label, assignments: [] }))), /no cells/],
    ["metricTable", () => figures.metricTable({ metrics: [], rows: [] }), /without a finite value/],
    [
      "severitySlider",
      () => figures.severitySlider({ cell: "c", genes: [], original: [], levels: [] }),
      /0 genes and 0 levels/,
    ],
    ["compose", () => figures.compose("whole", "", []), /no part/],
  ])("%s says what is missing", (_, make, message) => expect(make).toThrow(message));
});

test("an unknown option is named with those allowed", () => {
  expect(() => figures.metricBars(evaluations, { metric: ["mse"] } as object)).toThrow(
    'metric-bars: unknown option "metric"; options: metrics, level, on',
  );
});

test("series of unequal length are named with their lengths", () => {
  expect(() => figures.qcViolins({ ...none, genesPerCell: [1, 2] })).toThrow("genesPerCell 2, countsPerCell 0");
});

test("a spec over the cap of rows fails with advice", () => {
  const values = Array.from({ length: MAX_ROWS + 1 }, (_, x) => ({ x }));
  expect(() => figure("dots", "", { data: { values }, mark: "point", encoding: {} })).toThrow(
    /5001 rows.*aggregate first/,
  );
});

describe("values that are not finite", () => {
  test("are left out and counted in the caption", async () => {
    const made = figures.qcViolins({
      genesPerCell: [500, NaN, 700, 800],
      countsPerCell: [1000, 2000, 3000, 4000],
      percentMitochondrial: [1, 2, 3, 4],
    });
    expect(made.description).toContain("1 value (not finite) is left out");
    expect((await draw(made)).warnings).toEqual([]);
  });

  test("a coordinate or interval that is not finite does not reach the drawing", async () => {
    const embedding = figures.embedding({ x: [1, NaN, 3], y: [1, 2, 3], labels: ["B cells", "B cells", null] });
    expect(embedding.description).toBe("2 cells of 2 groups by PC. 1 cell without coordinates is left out.");
    const bars = figures.metricBars([{ method: "dae", mse: { value: 0.5, low: NaN, high: NaN } }]);
    for (const made of [embedding, bars]) expect((await draw(made)).svg).not.toContain("NaN");
  });
});

test("one cell is drawn by every figure of cells", async () => {
  const one = markers(1);
  const made = [
    figures.qcViolins({ genesPerCell: [900], countsPerCell: [2000], percentMitochondrial: [2] }),
    figures.markerGenes(one),
    figures.markerGenesByType(one),
    figures.cellTypeSplit({ cellTypes: ["B cells"], split: ["train"] }),
    figures.embedding({ x: [1], y: [2], labels: ["B cells"] }),
    figures.geneScatter([{ label: "a", clean: [1], compared: [1] }]),
    figures.meanVariance({ mean: [1], spread: [2], highlyVariable: [1] }),
    figures.trainingCurves([{ label: "DAE", train: [1], validation: [1] }]),
    figures.degradationByLength({ length: [1000], original: [1], degraded: { mild: [0.5] } }),
  ];
  for (const each of made) {
    const { svg, warnings } = await draw(each);
    expect([each.name, warnings]).toEqual([each.name, []]);
    expect(svg).not.toMatch(/NaN|Infinity/);
  }
});

test("marker genes by type stand in columns, however long the numbers of their axes are", async () => {
  const data = markers(60);
  const scaled = (state: readonly number[][]) => state.map((values, g) => values.map((value) => value * 1000 ** g));
  const { original, degraded, repaired } = data;
  const states = { original: scaled(original), degraded: scaled(degraded), repaired: scaled(repaired) };
  for (const width of [85, 170] as const) {
    const { svg } = await draw(figures.markerGenesByType({ ...data, ...states }, { width }));
    const lefts = [...svg.matchAll(/role-scope \w+_concat_\d+_group"[^>]*><g transform="translate\(([-\d.]+),/g)];
    expect(lefts).toHaveLength(3 * data.genes.length);
    expect(new Set(lefts.map(([, left]) => left)).size).toBe(3);
  }
});

test("the largest data set stays below the cap", () => {
  const n = 70_000;
  const x = Array.from({ length: n }, (_, i) => Math.sin(i));
  const labels = x.map((_, i) => PBMC_TYPES[i % 8] as string);
  for (const made of [
    figures.embedding({ x, y: x, labels }),
    figures.qcViolins({ genesPerCell: x, countsPerCell: x, percentMitochondrial: x }),
    figures.geneScatter(
      ["a", "b", "c", "d"].map((label) => ({ label, clean: x, compared: labels.map((_, i) => Math.cos(i * i)) })),
    ),
    figures.markerGenesByType(markers(3000)),
  ]) {
    expect(JSON.stringify(made).length).toBeLessThan(600_000);
  }
});

test("fewer cells may be drawn of a marker figure, never more than fit", () => {
  const cells = (options: figures.MarkerGenesByTypeOptions) =>
    countRows(figures.markerGenesByType(markers(3000), options));
  expect(cells({ maxCells: 40 })).toBeLessThan(0.5 * cells({}));
  expect(cells({ maxCells: 1e6 })).toBe(cells({}));
});

describe("the numbers in a figure", () => {
  test("a density integrates to one and peaks where the values are", () => {
    const values = Float64Array.from({ length: 2001 }, (_, i) => ((i / 2000) * 2 - 1) ** 3);
    const { at, density } = kernelDensity(values, 400);
    const step = (at[1] as number) - (at[0] as number);
    const area = density.reduce((sum, value) => sum + value * step, 0);
    expect(area).toBeGreaterThan(0.95);
    expect(area).toBeLessThanOrEqual(1.01);
    expect(Math.abs(at[density.indexOf(Math.max(...density))] as number)).toBeLessThan(0.02);
  });

  test("the share left is the mean over the genes of a group", () => {
    const made = figures.degradationByLength(
      { length: [100, 200, 3000, 4000], original: [1, 2, 1, 4], degraded: { mild: [0.9, 1.4, 0.5, 1] } },
      { bins: 2 },
    );
    const rows = (made as { data: { values: Array<{ share: number; low: number; length: number }> } }).data.values;
    expect(rows.map(({ share, length }) => [length, share])).toEqual([
      [150, 0.8],
      [3500, 0.375],
    ]);
    expect(rows[0]?.low).toBeCloseTo(0.8 - (1.959964 * Math.SQRT2 * 0.1) / Math.SQRT2, 4);
  });

  test("the caption of bars names the best by each measure's own direction", () => {
    expect(figures.metricBars(evaluations).description).toContain(
      "MSE 0.62 (Linear fusion), Pearson 0.63 (Linear fusion)",
    );
  });

  test("the epoch kept is the lowest validation loss, or the one given", () => {
    const curve = { label: "DAE", train: [3, 2, 1], validation: [3, 1, 2] };
    expect(figures.trainingCurves([curve]).description).toContain("1 at epoch 2 of 3");
    expect(figures.trainingCurves([{ ...curve, bestEpoch: 3 }]).description).toContain("at epoch 3 of 3");
    expect(() => figures.trainingCurves([{ ...curve, bestEpoch: 9 }])).toThrow("epochs: 1 to 3");
  });
});

test("thinning keeps every group and never exceeds the cap", () => {
  const groups = [...Array<string>(5000).fill("a"), ...Array<string>(3).fill("b"), "c"];
  const kept = evenlyByGroup(groups, 100);
  expect(kept.length).toBe(100);
  expect(new Set(kept.map((i) => groups[i]))).toEqual(new Set(["a", "b", "c"]));
});

test("thinning to fewer items than groups still keeps the cap", () => {
  expect(evenlyByGroup(["a", "b", "c", "d"], 2)).toHaveLength(2);
});

test("a grid counts every point once", () => {
  const x = Array.from({ length: 999 }, (_, i) => (i * 37) % 100);
  const cells = gridCounts(x, x, { x: [0, 99], y: [0, 99] }, 10);
  expect(cells.reduce((sum, { count }) => sum + count, 0)).toBe(999);
});

test("ticks of a log axis lie inside it", () => {
  expect(logTicks(0.9, 12_000)).toEqual([1, 10, 100, 1000, 10_000]);
  expect(logTicks(800, 9000)).toEqual([1000, 2000, 5000]);
  // Where 1, 2 and 5 give no two ticks, their neighbours do.
  expect(logTicks(900, 1400)).toEqual([900, 1000]);
  expect(logTicks(1100, 1450)).toEqual([1100, 1200, 1300, 1400]);
  expect(logTicks(1010, 1020)).toEqual([1000]);
});

describe("colours", () => {
  test("are the same for a method and a type in every figure, and none is used twice", () => {
    expect(figures.methodColors(["dae", "ridge"])).toEqual(figures.methodColors(["ridge", "dae"]).reverse());
    const types = figures.cellTypeColors(PBMC_TYPES);
    expect(new Set(types).size).toBe(8);
    expect(new Set(figures.methodColors(["degraded", "mean", "ridge", "fusion", "dae", "transformer"])).size).toBe(6);
    expect(new Set(figures.cellTypeColors(["alpha", "beta", "CD4 T cells"])).size).toBe(3);
  });

  test("of types can be told apart by a deuteranope", () => {
    const seen = figures.cellTypeColors(PBMC_TYPES).map((color) => {
      const [r, g, b] = [1, 3, 5].map((at) => (parseInt(color.slice(at, at + 2), 16) / 255) ** 2.2) as [
        number,
        number,
        number,
      ];
      // Machado et al. 2009, deuteranomaly of severity 1.
      return [
        0.367 * r + 0.861 * g - 0.228 * b,
        0.28 * r + 0.673 * g + 0.047 * b,
        -0.012 * r + 0.043 * g + 0.969 * b,
      ].map((value) => Math.max(0, value) ** (1 / 2.2));
    });
    for (const [i, a] of seen.entries()) {
      for (const b of seen.slice(i + 1)) {
        expect(Math.hypot(...a.map((value, k) => value - (b[k] as number)))).toBeGreaterThan(0.1);
      }
    }
  });

  test("of modes that no palette names are those that the named ones leave", () => {
    const line = { set: "ccrcc", value: "fold change", by: "length", x: [1, 2], y: [0, 1] } as const;
    const modes = ["real", "bulk", "paper", "thinning", "mine", "yours"];
    const figure = figures.validationCurves(modes.map((mode) => ({ ...line, mode })));
    const { concat } = figure as unknown as { concat: { encoding: { color: { scale: { range: string[] } } } }[] };
    const { range } = concat[0]!.encoding.color.scale;
    expect(range.slice(0, 2)).toEqual(["#333333", "#0072B2"]);
    expect(new Set(range).size).toBe(modes.length);
  });

  test("are one where methods are named beside their marks and outnumber the colours", () => {
    const methods = Array.from({ length: 12 }, (_, i) => ({ method: `m${i}`, rank: i + 1 }));
    const bars = methods.map(({ method }) => ({ method, mse: { value: 0.5, low: 0.4, high: 0.6 } }));
    for (const figure of [
      figures.criticalDifference({ methods, criticalDifference: 2, blocks: 8 }),
      figures.metricBars(bars),
    ]) {
      const [, range] = /"range":\[([^\]]*)\]/.exec(JSON.stringify(figure))!;
      expect(new Set(range!.split(",")).size).toBe(1);
    }
  });
});

describe("criticalDifference", () => {
  const methods = [1, 1.5, 2.4, 4].map((rank, i) => ({ method: `m${i}`, rank }));
  const bars = (criticalDifference: number) => {
    const { vconcat } = figures.criticalDifference({ methods, criticalDifference, blocks: 8 }) as unknown as {
      vconcat: { layer: { mark: { type: string }; data: { values: { first: string; last: string }[] } }[] }[];
    };
    return vconcat[1]!.layer
      .filter(({ mark }) => mark.type === "rule")
      .map(({ data }) => `${data.values[0]!.first}-${data.values[0]!.last}`);
  };

  test("joins the largest runs of methods that cannot be told apart, none twice", () => {
    expect(bars(1)).toEqual(["m0-m1", "m1-m2"]);
    expect(bars(1.5)).toEqual(["m0-m2"]);
    expect(bars(1.6)).toEqual(["m0-m2", "m2-m3"]);
    expect(bars(0.1)).toEqual([]);
  });

  test("refuses one method, and a difference that is none", () => {
    const draw = (given: typeof methods, criticalDifference: number) => () =>
      figures.criticalDifference({ methods: given, criticalDifference, blocks: 8 });
    expect(draw(methods.slice(0, 1), 1)).toThrow("1 method; ranks compare at least two");
    expect(draw(methods, 0)).toThrow("must be positive");
  });
});

describe("forestPlot", () => {
  const row = { panel: "p", method: "m", difference: -1, low: -2, high: -0.5 };

  test("calls a difference better or worse by the metric's direction", () => {
    const { description: lower } = figures.forestPlot([row], { lowerIsBetter: true });
    expect(lower).toContain("below 0 the baseline is better. Better in 1, worse in 0");
    expect(figures.forestPlot([row]).description).toContain("Better in 0, worse in 1");
    expect(figures.forestPlot([{ ...row, high: 0.1 }]).description).toContain("not told apart in 1 of 1 comparison");
  });

  test("says in the caption what its panels are", () => {
    expect(figures.forestPlot([row]).description).toContain("on 1 data set;");
    expect(figures.forestPlot([row, { ...row, panel: "q" }], { panel: "tissue" }).description).toContain(
      "on 2 tissues;",
    );
  });

  test("leaves out what is not finite, and refuses to draw nothing", () => {
    expect(figures.forestPlot([row, { ...row, low: NaN }]).description).toContain("of 1 comparison");
    expect(() => figures.forestPlot([{ ...row, difference: NaN }])).toThrow("no finite difference");
  });
});

describe("figures of either width", () => {
  test("refuse a width that no page has", () => {
    expect(() => figures.coverageCurve([], { width: 100 as figures.PrintWidth })).toThrow("no level");
    const curve = [{ method: "dae", nominal: [0.5], observed: [0.5] }];
    expect(() => figures.coverageCurve(curve, { width: 100 as figures.PrintWidth })).toThrow(
      "width 100 mm; pages have 85 or 170",
    );
  });

  test("break long titles of axes at spaces, before a unit in brackets, in a column only", () => {
    const title = "Sum of log values (% of clean)";
    expect(axisTitle(title, 130, true)).toEqual(["Sum of log values", "(% of clean)"]);
    expect(axisTitle(title, 90, true)).toEqual(["Sum of log", "values", "(% of clean)"]);
    expect(axisTitle(title, 300, true)).toBe(title);
    expect(axisTitle("Inside (log1p(CP10k))", 76, true)).toEqual(["Inside", "(log1p(CP10k))"]);
    expect(axisTitle(title, 90, false)).toBe(title);
  });

  const width = 85;
  const range = (count: number) => Array.from({ length: count }, (_, k) => k);
  const names = (count: number) => range(count).map((k) => `plasmacytoid dendritic cells of blood ${k}`);
  const series = <T>(count: number, value: (k: number) => T) =>
    Object.fromEntries(names(count).map((name, k) => [name, value(k)]));
  const measure = "own partner is nearest of those held out, share";
  const counts = (scale: number) => {
    const mean = range(400).map((k) => scale * 0.001 * 1.02 ** k);
    return {
      mean: mean.map(Math.log1p),
      variance: mean.map((value) => Math.log1p(value + value ** 2)),
      zeros_by_gene: mean.map((value) => 1 / (1 + value)),
      ...{ zeros_by_cell: range(50).map((k) => 0.5 + 0.004 * k), total: range(50).map((k) => 1e6 * 1.05 ** k) },
    };
  };

  test.each<[string, () => figures.Figure]>([
    [
      "attentionMap",
      () =>
        figures.attentionMap(
          { groups: names(8), modules: names(32), attention: range(256).map((k) => ((k * 37) % 101) / 1000) },
          { width },
        ),
    ],
    [
      "attentionMap, narrow names",
      () => figures.attentionMap({ groups: ["a", "b"], modules: ["c", "d"], attention: [0, 1, 0.2, 0.8] }, { width }),
    ],
    ...([3, 15, 24] as const).map((count): [string, () => figures.Figure] => [
      `criticalDifference, ${count} methods`,
      () =>
        figures.criticalDifference(
          {
            methods: names(count).map((method, k) => ({ method, rank: k + 1 })),
            criticalDifference: 1.2,
            blocks: 20,
          },
          { width },
        ),
    ]),
    [
      "coverageCurve",
      () =>
        figures.coverageCurve(
          names(4).map((method) => ({ method, nominal: [0.5, 1], observed: [0.45, 1] })),
          { width },
        ),
    ],
    [
      "degradationByLength",
      () => {
        const length = range(500).map((k) => 300 * 1.009 ** k);
        const degraded = series(8, (k) => length.map(() => 0.9 - 0.1 * k));
        return figures.degradationByLength({ length, original: length.map(() => 1), degraded }, { width });
      },
    ],
    [
      "degradationPresets",
      () =>
        figures.degradationPresets(
          names(4).map((preset, k) => ({ preset, quantity: measure, value: 12_345 * (k + 1) })),
          { width },
        ),
    ],
    [
      "faithfulnessCurves",
      () =>
        figures.faithfulnessCurves(
          names(5).map((ranking, k) => ({ ranking, hidden: 4, loss: 0.0002 * k, low: 0.0001 * k, high: 0.0003 * k })),
          { width },
        ),
    ],
    [
      "linkedCells",
      () => {
        const labels = names(8);
        const x = range(8).map((k) => 1.5 * k - 4);
        const expression = range(3).map(() => x.map(Math.abs));
        return figures.linkedCells(
          { x, y: x, labels, names: labels, genes: ["HLA-DRB1", "TMSB4XP8", "CD3D"], expression },
          { width },
        );
      },
    ],
    [
      "meanVariance",
      () => {
        const mean = range(30).map((k) => 1e-5 * 2 ** k);
        const genes = mean.map((_, k) => `GENE${k}LONG`);
        const data = { mean, spread: mean.map((value) => 10 * value), highlyVariable: mean.map(() => 1), genes };
        return figures.meanVariance(data, { label: ["GENE3LONG", "GENE29LONG"], width });
      },
    ],
    [
      "qcViolins",
      () => {
        const countsPerCell = range(300).map((k) => 1.2e6 + 9000 * ((k * 31) % 100));
        const genesPerCell = countsPerCell.map((count) => count / 100);
        return figures.qcViolins({ genesPerCell, countsPerCell, percentMitochondrial: range(300) }, { width });
      },
    ],
    [
      "reliabilityDiagram",
      () =>
        figures.reliabilityDiagram(
          names(4).map((method) => ({
            ...{ method, probability: range(2000).map((k) => k / 2000), expressed: range(2000).map((k) => k % 2) },
          })),
          { width },
        ),
    ],
    [
      "simulatorComparison",
      () =>
        figures.simulatorComparison(
          series(4, (k) => counts(1 + k / 4)),
          { unit: "sample", width },
        ),
    ],
    [
      "trainingCurves",
      () =>
        figures.trainingCurves(
          names(2).map((label) => ({ label, train: [0.825, 0.8], validation: [0.9125, 0.85] })),
          { width },
        ),
    ],
    [
      "validationCurves",
      () =>
        figures.validationCurves(
          names(4).map((mode, k) => ({
            ...{
              set: "ccrcc",
              mode,
              value: "fold change",
              by: "length",
              x: range(12),
              y: range(12).map((x) => -k * x),
            },
          })),
          { width },
        ),
    ],
    [
      "validationIntervals",
      () =>
        figures.validationIntervals(
          names(4).map((mode, k) => ({ set: "ccrcc", mode, measure, value: -0.12 * k, low: -0.2 * k, high: 0 })),
          { width },
        ),
    ],
  ])("keep to a column of 85 mm, however long and many their names: %s", async (_, make) => {
    expect((await renderVegaLite(make())).width).toBeLessThanOrEqual(COLUMN_WIDTH);
  });
});

test("every one of 32 modules has its name below the attention map, of more as many as fit", async () => {
  const map = async (modules: number) => {
    const names = Array.from({ length: modules }, (_, k) => `a longer name ${k}`);
    const { svg } = await renderVegaLite(
      figures.attentionMap({ groups: ["B"], modules: names, attention: names.map((_, k) => k / 1000) }),
    );
    return names.filter((name) => new RegExp(`opacity="1"[^>]*>${name}<`).test(svg)).length;
  };
  expect(await map(32)).toBe(32);
  expect(await map(60)).toBeLessThan(60);
});

describe("too much for one figure", () => {
  const many = Array.from({ length: 80 }, (_, k) => `t${k}`);

  test("fails with advice where nothing may be left out", () => {
    const attention = new Float32Array(80 * 80);
    expect(() => figures.tokenAttention({ tokens: many, maps: [{ label: "all", attention }] })).toThrow(
      /more than the 5000 rows.*fewer tokens/,
    );
    const expression = many.map(() => [1]);
    const cell = { x: [0], y: [0], labels: ["B"], names: ["c"] };
    expect(() => figures.linkedCells({ ...cell, genes: many, expression })).toThrow("80 genes; pass 1 to 12");
    expect(() => figures.genePicker({ ...cell, genes: many, expression })).toThrow("80 genes; pass 1 to 12");
  });

  test("is thinned where an even share stands for all", () => {
    const n = 30_000;
    const labels = Array.from({ length: n }, (_, i) => PBMC_TYPES[i % 8]!);
    const x = Float64Array.from({ length: n }, (_, i) => Math.sin(i));
    const genes = ["a", "b", "c", "d", "e", "f", "g", "h"];
    const cells = { x, y: x, labels, names: labels.map((_, i) => `c${i}`), genes, expression: genes.map(() => x) };
    const values = new Float32Array(genes.length * n).fill(1);
    for (const made of [
      figures.linkedCells(cells),
      figures.genePicker(cells),
      figures.markerHeatmap({ genes, groups: labels, values }),
      figures.ridgePlot(PBMC_TYPES.map((group) => ({ group, values: x }))),
      figures.volcano({ genes: cells.names, logFoldChange: x, pAdjusted: x.map(Math.abs) }),
    ]) {
      expect(JSON.stringify(made).length).toBeLessThan(600_000);
    }
  });
});

describe("the numbers in a figure of an analysis", () => {
  const rowsOf = (figure: figures.Figure) => JSON.stringify(figure);

  test("calibration error is the mean distance of the bins, weighted by their size, and the Brier score the mean square", () => {
    const probability = [0.1, 0.1, 0.1, 0.9];
    const { description } = figures.reliabilityDiagram([{ method: "dae", probability, expressed: [0, 0, 1, 1] }]);
    // Bins: 3 values at 0.1 of which a third is so, 1 at 0.9 that is so.
    const error = (3 * Math.abs(0.1 - 1 / 3) + Math.abs(0.9 - 1)) / 4;
    const brier = (2 * 0.1 ** 2 + 0.9 ** 2 + 0.1 ** 2) / 4;
    expect(description).toContain(`calibration error ${+error.toPrecision(3)}, Brier score ${+brier.toPrecision(3)}`);
  });

  test("a volcano counts genes by both bounds, draws p = 0 at the smallest that is not, and names what is strongest", () => {
    const figure = figures.volcano({
      genes: ["up", "zero", "small", "weak", "down"],
      logFoldChange: [2, 30, 0.5, 3, -2],
      pAdjusted: [1e-4, 0, 1e-9, 0.2, 0.01],
    });
    expect(figure.description).toContain("2 higher and 1 lower");
    expect(figure.description).toContain("foremost zero, up and down");
    expect(figure.description).toContain("Changes beyond ±10 (1 gene) are drawn at it.");
    expect(rowsOf(figure)).toContain('"gene":"zero","change":10,"evidence":9');
  });

  test("response curves go through the means over seeds, in a band from the lowest to the highest", () => {
    const points = [1, 2, 6].map((value, seed) => ({ metric: "MSE (z²)", method: "dae", at: 0.5, seed, value }));
    expect(rowsOf(figures.responseCurves(points))).toContain('"value":3,"low":1,"high":6,"seeds":3');
  });

  test("ticks of response curves tell close values apart, and thousands are written out", () => {
    const points = [100, 1847].map((at, k) => ({
      metric: "MSE",
      method: "dae",
      at,
      seed: 0,
      value: 0.3361 + k / 10_000,
    }));
    const { concat } = figures.responseCurves(points, { lineTitle: "Setting" }) as unknown as {
      concat: { layer: { encoding: { x: { axis: object }; y: { axis?: object }; color: object } }[] }[];
    };
    const { x, y, color } = concat[0]!.layer[1]!.encoding;
    expect(x.axis).toMatchObject({ format: ",.6~g" });
    expect(y.axis).toMatchObject({ format: ".6~g" });
    expect(color).toMatchObject({ title: "Setting" });
  });

  test("a flow's caption says how many cells stay together", () => {
    const { description } = figures.clusterFlow([
      { label: "clean", assignments: ["T", "T", "T", "B"] },
      { label: "repaired", assignments: ["0", "0", "1", "1"] },
    ]);
    expect(description).toContain("clean to repaired 75%");
  });

  test("a table's titles lean where they are wider than their columns", () => {
    const angleOf = (title: string) => {
      const metrics = Array.from({ length: 6 }, (_, k) => ({ key: `${k}`, title: `${title} ${k} (%)` }));
      const { layer } = figures.metricTable({ metrics, rows: [{ label: "a", values: { 0: 1 } }] }) as unknown as {
        layer: { encoding: { x: { axis: { labelAngle: number } } } }[];
      };
      return layer[0]!.encoding.x.axis.labelAngle;
    };
    expect(angleOf("Types")).toBe(0);
    expect(angleOf("Genes that are no markers")).toBe(-60);
  });

  test("a table's numbers have a minus as axes have it, and all that look the same as the best are bold", () => {
    const metrics = [{ key: "undone", title: "Undone (%)", digits: 0 }];
    const rows = [-12.3, -0.3, 0.2, 0.4].map((undone, k) => ({ label: "abcd".charAt(k), values: { undone } }));
    const made = figures.metricTable({ metrics, rows });
    const [cells] = (made as unknown as { layer: { data: { values: { text: string; best?: true }[] } }[] }).layer;
    expect(cells!.data.values.map(({ text, best }) => [text, best ?? false])).toEqual([
      ["−12", false],
      ["0", true],
      ["0", true],
      ["0", true],
    ]);
    expect(made.description).toContain("Best: Undone (%) b, c and d (0).");
  });

  test("a table's best is its column's own direction, and published rows take no part", () => {
    const figure = figures.table1([
      { label: "a", values: { mse: 0.5, pearson: 0.6 } },
      { label: "b", values: { mse: 0.7, pearson: 0.7, f1: NaN } },
    ]);
    expect(figure.description).toContain("MSE (z²) a (0.500); Pearson (r) b (0.700).");
    expect(figure.name).toBe("table-1");
  });

  test("a heat map follows the tree of its genes", () => {
    const figure = figures.markerHeatmap({
      genes: ["a", "b", "c"],
      groups: ["x"],
      values: [1, 2, 3],
      linkage: [0, 2, 0.1, 2, 1, 3, 0.9, 3],
    });
    expect(rowsOf(figure)).toContain('[\\"b\\",\\"a\\",\\"c\\"][datum.value]');
  });

  test("labels touch neither each other nor a point", () => {
    const points = [
      { x: 60, y: 50, text: "first" },
      { x: 75, y: 50, text: "second" },
      { x: 75, y: 90, text: "third" },
      { x: 95, y: 90, text: "fourth" },
    ];
    expect(placeLabels(points, { width: 140, height: 100 }, 4)).toEqual([
      { index: 0, align: "right" },
      { index: 1, align: "left" },
      { index: 2, align: "right" },
    ]);
  });
});

test("on a dark page no ink of a light one is left, and data stay as they are", () => {
  const light = analysisSamples.volcano();
  const dark = figures.onDark(light);
  expect(dark.config).toMatchObject({ background: "#161616", axis: { labelColor: "#e8e8e8" } });
  expect(JSON.stringify(dark)).not.toContain("#222222");
  expect(countRows(dark)).toBe(countRows(light));
});
