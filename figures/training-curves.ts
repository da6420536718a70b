import { formatCount, formatNumber, plural } from "./caption.js";
import { checkOptions, figure, type Figure, type Numbers } from "./figure.js";
import { page, type PageOptions } from "./page.js";
import { INK, OKABE_ITO } from "./theme.js";
import { evenly, round } from "./thin.js";

/** Loss of one method by epoch, the first epoch at index 0. */
export interface TrainingCurve {
  /** Name shown over the panel. */
  label: string;
  /** Mean training loss of each epoch. */
  train: Numbers;
  /** Validation loss after each epoch. */
  validation: Numbers;
  /** Epoch (from 1) whose weights are kept. Default: that of the lowest validation loss. */
  bestEpoch?: number;
}

/** Options of {@link trainingCurves}. */
export interface TrainingCurvesOptions extends PageOptions {
  /** Title of the y axis. Default "Loss (MSE of z-scores)". */
  lossTitle?: string;
  /** Logarithmic loss axis. Default false. */
  log?: boolean;
}

const KINDS = ["training", "validation"] as const;

/**
 * Training and validation loss by epoch, a panel a method on one loss axis; the epoch kept is circled and named over the panel.
 * At most 300 epochs of a curve are drawn, evenly spread; the best epoch is always among them.
 * @throws {RangeError} for no curves or a curve without a finite validation loss
 * @example
 * trainingCurves([{ label: "DAE", train: [1, 0.8, 0.7], validation: [0.9, 0.78, 0.8] }], { log: true });
 */
export const trainingCurves = (curves: readonly TrainingCurve[], options: TrainingCurvesOptions = {}): Figure => {
  const name = "training-curves";
  checkOptions(name, options, ["lossTitle", "log", "width"]);
  if (curves.length === 0) throw new RangeError(`${name}: no curves; pass the history of a fitted model`);
  const best = curves.map((curve) => bestOf(name, curve));
  const perCurve = Math.min(300, Math.floor(4600 / (2 * curves.length)));
  const panels = curves.map(({ label }, k) => {
    const { epoch, loss } = best[k] as Best;
    return `${label}: ${formatNumber(loss)} at epoch ${formatCount(epoch)}`;
  });
  const rows = curves.flatMap((curve, k) =>
    KINDS.flatMap((kind) => {
      const losses = kind === "training" ? curve.train : curve.validation;
      const kept = (best[k] as Best).epoch - 1;
      return [...new Set(evenly(losses.length, perCurve)).add(kept)]
        .sort((a, b) => a - b)
        .filter((epoch) => Number.isFinite(losses[epoch]))
        .map((epoch) => ({
          panel: panels[k],
          kind,
          epoch: epoch + 1,
          loss: round(losses[epoch] as number),
          ...(kind === "validation" && epoch === kept && { kept: true }),
        }));
    }),
  );
  const description = curves
    .map((curve, k) => {
      const { epoch, loss } = best[k] as Best;
      return (
        `${curve.label}: lowest validation loss ${formatNumber(loss)} at epoch ${formatCount(epoch)} of ` +
        formatCount(curve.validation.length)
      );
    })
    .join("; ");
  const { width, isNarrow } = page(name, options.width);
  const columns = isNarrow ? 1 : Math.min(curves.length, 3);
  const whole = width - (isNarrow ? 86 : 200);
  const x = {
    field: "epoch",
    type: "quantitative",
    title: "Epoch",
    scale: { zero: false, nice: false },
    axis: { format: "d", tickMinStep: 1, tickCount: 5 },
  } as const;
  const y = {
    field: "loss",
    type: "quantitative",
    title: options.lossTitle ?? "Loss (MSE of z-scores)",
    scale: { type: options.log ? "log" : "linear", zero: false },
    axis: { tickCount: 6, format: "~g" },
  } as const;
  return figure(
    name,
    `Loss by epoch of ${plural(curves.length, "method")}. ${description}. Circle: the epoch whose weights are kept.`,
    {
      data: { values: rows },
      facet: {
        field: "panel",
        type: "nominal",
        title: null,
        sort: panels,
        ...(isNarrow && { header: { labelExpr: "split(datum.label, ': ')" } }),
      },
      columns,
      spec: {
        width: columns === 1 ? whole : Math.floor((width - 90) / columns) - 24,
        height: isNarrow ? 150 : 220,
        layer: [
          {
            mark: { type: "line", strokeWidth: 2, tooltip: true },
            encoding: {
              x,
              y,
              color: {
                field: "kind",
                type: "nominal",
                title: null,
                scale: { domain: [...KINDS], range: [OKABE_ITO.sky, OKABE_ITO.vermilion] },
                legend: { orient: "top" },
              },
              strokeDash: {
                field: "kind",
                type: "nominal",
                title: null,
                scale: {
                  domain: [...KINDS],
                  range: [
                    [5, 3],
                    [1, 0],
                  ],
                },
              },
            },
          },
          {
            transform: [{ filter: "datum.kept" }],
            mark: { type: "point", size: 80, strokeWidth: 2, color: INK },
            encoding: { x, y },
          },
        ],
      },
      resolve: { scale: { x: "independent" } },
    },
  );
};

interface Best {
  epoch: number;
  loss: number;
}

const bestOf = (name: string, { label, validation, bestEpoch }: TrainingCurve): Best => {
  const losses = Array.from(validation);
  if (!losses.some(Number.isFinite)) {
    throw new RangeError(`${name}: ${label} has no finite validation loss; lower its learning rate, or leave it out`);
  }
  const lowest = losses.reduce(
    (low, loss, k) => (loss < (losses[low] ?? NaN) || !Number.isFinite(losses[low]) ? k : low),
    0,
  );
  const epoch = bestEpoch ?? lowest + 1;
  if (!Number.isFinite(losses[epoch - 1])) {
    throw new RangeError(
      `${name}: bestEpoch ${epoch} of ${label} has no validation loss; epochs: 1 to ${losses.length}`,
    );
  }
  return { epoch, loss: losses[epoch - 1] as number };
};
