/// <reference lib="dom" />

/** What {@link inspectPicture} finds. */
export interface PictureReport {
  /** Shapes and texts of marks. */
  marks: number;
  /** Pairs of texts that lie over each other. */
  overlaps: string[];
  /** Legends that lie over a plot. */
  covered: string[];
}

/**
 * Looks at the chart of the page it runs in: it must stand alone, since it is sent to the browser. Texts are compared as the rotated
 * rectangles that they fill, less a margin of the line's height; a text drawn twice (as its own halo) counts once.
 */
export const inspectPicture = (): PictureReport => {
  interface Box {
    text: string;
    corners: { x: number; y: number }[];
  }
  const corners = (element: SVGGraphicsElement, inset: number) => {
    const { x, y, width, height } = element.getBBox();
    const matrix = element.getScreenCTM()!;
    const [dx, dy] = [Math.min(1, width / 4), inset * height];
    return [
      [x + dx, y + dy],
      [x + width - dx, y + dy],
      [x + width - dx, y + height - dy],
      [x + dx, y + height - dy],
    ].map(([left, top]) => new DOMPoint(left, top).matrixTransform(matrix));
  };
  const apart = (a: Box, b: Box): boolean =>
    [a, b].some(({ corners: own }) =>
      [0, 1].some((side) => {
        const [from, to] = [own[side]!, own[side + 1]!];
        const along = ({ x, y }: { x: number; y: number }) => x * (to.x - from.x) + y * (to.y - from.y);
        const [first, second] = [a.corners.map(along), b.corners.map(along)];
        return Math.max(...first) <= Math.min(...second) || Math.max(...second) <= Math.min(...first);
      }),
    );
  const seen = new Set<string>();
  const boxes = [...document.querySelectorAll<SVGTextElement>("#chart text")].flatMap((element): Box[] => {
    const text = element.textContent ?? "";
    const { x, y } = element.getBoundingClientRect();
    const key = `${text} ${x.toFixed(0)} ${y.toFixed(0)}`;
    const isHidden = Number(element.getAttribute("opacity") ?? 1) === 0;
    if (text.trim() === "" || isHidden || seen.has(key)) return [];
    seen.add(key);
    return [{ text, corners: corners(element, 0.22) }];
  });
  const overlaps = boxes.flatMap((a, k) =>
    boxes
      .slice(k + 1)
      .filter((b) => !apart(a, b))
      .map((b) => `${a.text} / ${b.text}`),
  );
  const plots = [...document.querySelectorAll<SVGGraphicsElement>("#chart .background")]
    .filter((element) => !element.closest(".role-legend"))
    .map((element) => element.getBoundingClientRect())
    .filter(({ width, height }) => width > 0 && height > 0);
  const legends = [...document.querySelectorAll<SVGGraphicsElement>("#chart .role-legend-entry")];
  const covered = legends
    .filter((legend) => {
      const own = legend.getBoundingClientRect();
      return plots.some(
        (plot) =>
          own.left < plot.right - 1 &&
          own.right > plot.left + 1 &&
          own.top < plot.bottom - 1 &&
          own.bottom > plot.top + 1,
      );
    })
    .map((legend) => legend.textContent ?? "");
  const marks = document.querySelectorAll("#chart .role-mark > *").length;
  return { marks, overlaps, covered };
};
