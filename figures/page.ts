import { COLUMN_WIDTH, FULL_WIDTH } from "./theme.js";

/** Width of a figure in print, in millimetres: one column of a page, or its whole text. */
export type PrintWidth = 85 | 170;

/** Option that figures of either width share. */
export interface PageOptions {
  /** Width in print, in millimetres. Default 170. */
  width?: PrintWidth;
}

/** A figure's page: its width in CSS pixels (96 an inch), and whether it is one narrow column. */
export interface Page {
  width: number;
  isNarrow: boolean;
}

/**
 * The page that an option asks for.
 * @throws {RangeError} for a width that no page has
 */
export const page = (name: string, width: PrintWidth = 170): Page => {
  if (width !== 85 && width !== 170) throw new RangeError(`${name}: width ${String(width)} mm; pages have 85 or 170`);
  return { width: width === 85 ? COLUMN_WIDTH : FULL_WIDTH, isNarrow: width === 85 };
};

/** Longest label at the side of a narrow page, in pixels. */
export const NARROW_LABEL = 120;

/** Limit of labels at the side of a page, where it is narrow. */
export const sideLabels = (isNarrow: boolean) => (isNarrow ? { labelLimit: NARROW_LABEL } : {});

/** Sizes of axis labels in pixels: the theme's, and the least that is read in print (6 pt). */
const [LABEL, LEAST_LABEL] = [11, 8];

/**
 * Labels of an axis with so many pixels for each, across the text: smaller where all of them fit then, else as many as fit at their
 * usual size. Slanted by 60°, a label has {@link SLANT} of the step.
 */
export const crowdedLabels = (room: number) => {
  const size = Math.floor(room / 1.1);
  if (size < LEAST_LABEL) return { labelOverlap: "greedy" } as const;
  return { labelOverlap: false, ...(size < LABEL && { labelFontSize: size }) } as const;
};

/** Sine of 60°. */
export const SLANT = Math.sin(Math.PI / 3);

const CHARACTER = 6.6;

/** Pixels that the longest of some labels takes at 11 px, at most `limit`: Inter's characters are 6.6 px wide in names. */
export const labelRoom = (labels: readonly string[], limit = 200): number =>
  Math.min(limit, Math.ceil(CHARACTER * Math.max(0, ...labels.map((label) => label.length))));

/** Columns of a legend below a figure, so that its entries fit the width. */
export const legendColumns = (labels: readonly string[], width: number): number =>
  Math.max(1, Math.min(labels.length, Math.floor(width / (labelRoom(labels) + 34))));

/** Place of a legend with entries on a narrow page: below the figure, in columns that fit it. */
export const legendBelow = (labels: readonly string[], { width, isNarrow }: Page) =>
  isNarrow ? ({ orient: "bottom", columns: legendColumns(labels, width - 40) } as const) : {};

/** Place of a legend with a scale: beside the figure, or below where the page is narrow. */
export const legendPlace = (isNarrow: boolean) =>
  isNarrow ? ({ orient: "bottom", direction: "horizontal" } as const) : {};

/** An axis' title, where the page is narrow in lines that fit the axis; a unit in brackets stays together. */
export const axisTitle = (title: string, length: number, isNarrow: boolean): string | string[] => {
  if (!isNarrow || CHARACTER * title.length <= length) return title;
  return (title.match(/\((?:[^()]|\([^()]*\))*\)|\S+/g) ?? []).reduce<string[]>((lines, word) => {
    const line = [...lines.slice(-1), word].join(" ");
    return CHARACTER * line.length <= length ? [...lines.slice(0, -1), line] : [...lines, word];
  }, []);
};
