/** A label at a point, in pixels from the upper left corner of a plot. */
export interface LabelPoint {
  x: number;
  y: number;
  text: string;
}

/** Where a label stands: to the right or the left of its point. */
export interface PlacedLabel {
  /** Position in the list given. */
  index: number;
  align: "left" | "right";
}

const HEIGHT = 13;
const CHARACTER = 7;

interface Box {
  left: number;
  right: number;
  y: number;
}

/** Pixels between a point and its label. */
export const LABEL_GAP = 6;

/**
 * Labels that can stand beside their points inside the plot without touching each other or another point, in order of preference: on the
 * side away from the plot's middle, else on the other, else left out.
 */
export const placeLabels = (
  points: readonly LabelPoint[],
  plot: { readonly width: number; readonly height: number },
): PlacedLabel[] => {
  const taken: Box[] = [];
  const dots = points.map(({ x, y }) => ({ left: x - 3, right: x + 3, y }));
  return points.flatMap(({ x, y, text }, index) => {
    const room = CHARACTER * text.length;
    const sides = [
      { align: "left" as const, left: x + LABEL_GAP, right: x + LABEL_GAP + room },
      { align: "right" as const, left: x - LABEL_GAP - room, right: x - LABEL_GAP },
    ];
    if (x < plot.width / 2) sides.reverse();
    const free = sides.find(
      ({ left, right }) =>
        left >= 0 &&
        right <= plot.width &&
        y >= HEIGHT / 2 &&
        y <= plot.height - HEIGHT / 2 &&
        [...taken, ...dots.filter((_, other) => other !== index)].every(
          (other) =>
            other.right < left ||
            other.left > right ||
            Math.abs(other.y - y) >= HEIGHT * (dots.includes(other) ? 0.6 : 1),
        ),
    );
    if (!free) return [];
    taken.push({ left: free.left, right: free.right, y });
    return [{ index, align: free.align }];
  });
};
