import type { TableMetric, TableRow } from "../metric-table.js";

/*
 * Values of the tables and of appendix B of Xiao et al., Biology 2025, 14, 1652 (CC BY 4.0). The paper prints MSE and the three
 * biological scores times 100.
 */

/** Columns of table 1. */
export const TABLE_1_METRICS: readonly TableMetric[] = [
  { key: "mse", title: "MSE (z²)", lowerIsBetter: true },
  { key: "pearson", title: "Pearson (r)" },
  { key: "prAuc", title: "PR-AUC (0 to 1)" },
  { key: "f1", title: "F1 (0 to 1)" },
];

/** Columns of table 2. */
export const TABLE_2_METRICS: readonly TableMetric[] = [
  { key: "separation", title: "Separation (%)", digits: 2 },
  { key: "deg", title: "DEG (%)", digits: 2 },
  { key: "marker", title: "Marker (%)", digits: 2 },
  { key: "overall", title: "Overall (%)", digits: 2 },
];

/** Columns of table 3: differences of DiffRepairer from another method in units of their standard deviation. */
export const TABLE_3_METRICS: readonly TableMetric[] = [
  { key: "mse", title: "MSE (Cohen's d)", digits: 2 },
  { key: "pearson", title: "Pearson (Cohen's d)", digits: 2 },
];

const rows = (metrics: readonly TableMetric[], table: Readonly<Record<string, readonly number[]>>): TableRow[] =>
  Object.entries(table).map(([method, values]) => ({
    label: `${method}, paper`,
    values: Object.fromEntries(metrics.map(({ key }, k) => [key, values[k]])),
  }));

export const TABLE_1_PAPER = rows(TABLE_1_METRICS, {
  DiffRepairer: [0.3309, 0.815, 0.764, 0.63],
  DAE: [0.3613, 0.816, 0.777, 0.632],
  VAE: [0.3279, 0.822, 0.779, 0.626],
  CQN: [0.8355, 0.613, 0.773, 0.649],
  MAGIC: [0.7882, 0.679, 0.701, 0.504],
});

export const TABLE_2_PAPER = rows(TABLE_2_METRICS, {
  DiffRepairer: [65.21, 57.41, 66.45, 63.023],
  DAE: [68.53, 42.76, 65.25, 58.847],
  VAE: [66.5, 43.65, 65.51, 58.553],
  CQN: [54.23, 64.95, 69.01, 62.73],
  MAGIC: [51.75, 52.91, 59.1, 54.587],
});

export const TABLE_3_PAPER = rows(TABLE_3_METRICS, {
  "Against DAE": [0.35, 0.52],
  "Against VAE": [0.36, 0.29],
  "Against CQN": [0.29, -4.77],
  "Against MAGIC": [0.71, -0.48],
});

/** Appendix B: z-scores of four genes (rows) in three cells (columns). */
export const APPENDIX_B_PAPER = {
  genes: ["GNLY", "CD3D", "MS4A1", "CD8A"],
  cells: ["Cell_142", "Cell_99", "Cell_100"],
  original: [
    [-0.235, 3.891, -0.235],
    [2.581, -0.177, 1.265],
    [-0.314, -0.314, -0.314],
    [-0.307, -0.307, -0.307],
  ],
  degraded: [
    [-0.232, -0.227, -0.231],
    [-0.639, -0.162, -0.639],
    [-0.314, -0.291, -0.275],
    [-0.307, -0.129, 0.307],
  ],
  repaired: [
    [1.927, 1.325, -0.337],
    [1.185, -0.432, -0.211],
    [0.362, 0.447, -0.341],
    [-0.486, 0.278, 0.501],
  ],
} as const;
