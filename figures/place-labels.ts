/** A point that a label may stand beside, in pixels from the upper left corner of a plot. */
export interface LabelPoint {
  x: number;
  y: number;
  text: string;
}

/** Where a label stands: to the right (`align` left) or the left of its point. */
export interface PlacedLabel {
  /** Position in the list given. */
  index: number;
  align: "left" | "right";
}

interface Box {
  left: number;
  right: number;
  y: number;
}

const HEIGHT = 13;
/** Names of genes are capitals, which are wide. */
const CHARACTER = 8.5;
const DOT = 3;

/** Pixels between a point and its label. */
export const LABEL_GAP = 6;

/**
 * Labels of the first `most` points, in order of preference, that stand inside the plot and touch neither each other nor any of the
 * points: on the side away from the plot's middle, else on the other, else left out.
 */
export const placeLabels = (
  points: readonly LabelPoint[],
  plot: { readonly width: number; readonly height: number },
  most: number,
): PlacedLabel[] => {
  const labels: Box[] = [];
  const dots = points.map(({ x, y }) => ({ left: x - DOT, right: x + DOT, y }));
  const touch = (a: Box, b: Box, reach: number) =>
    a.left <= b.right && b.left <= a.right && Math.abs(a.y - b.y) < reach;
  return points.slice(0, most).flatMap(({ x, y, text }, index) => {
    const room = CHARACTER * text.length;
    const sides = [
      { align: "left" as const, left: x + LABEL_GAP, right: x + LABEL_GAP + room, y },
      { align: "right" as const, left: x - LABEL_GAP - room, right: x - LABEL_GAP, y },
    ];
    if (x < plot.width / 2) sides.reverse();
    const free = sides.find(
      (side) =>
        side.left >= 0 &&
        side.right <= plot.width &&
        y >= HEIGHT / 2 &&
        y <= plot.height - HEIGHT / 2 &&
        !labels.some((label) => touch(side, label, HEIGHT)) &&
        !dots.some((dot, other) => other !== index && touch(side, dot, HEIGHT / 2 + DOT)),
    );
    if (!free) return [];
    labels.push(free);
    return [{ index, align: free.align }];
  });
};
