/** Fonts that every reader of PDF files has: by weight and slant, and the one of Greek and of signs. */
export const FONTS: readonly string[] = [
  ...["Helvetica", "Helvetica-Bold", "Helvetica-Oblique", "Helvetica-BoldOblique"].map(
    (name) => `<< /Type /Font /Subtype /Type1 /BaseFont /${name} /Encoding /WinAnsiEncoding >>`,
  ),
  "<< /Type /Font /Subtype /Type1 /BaseFont /Symbol >>",
];

const SYMBOL = 4;

/** A font as CSS names it, of {@link FONTS}. */
export interface Font {
  /** In pixels. */
  readonly size: number;
  readonly number: number;
}

/** Characters of one of {@link FONTS}, by its codes in hexadecimal digits. */
export interface Run {
  readonly font: number;
  readonly codes: string;
  /** Whether they stand on the line, above it or below it. */
  readonly level: Level;
}

type Level = 0 | 1 | -1;

/** Size of what stands above or below the line, and how far its foot is from it: of the size of the font. */
export const SMALL = { size: 0.65, rise: { 0: 0, 1: 0.35, [-1]: -0.15 } } as const;

/** The nearest of the fonts to a CSS font, such as `italic 600 11px Inter, sans-serif`. */
export const fontOf = (css: string): Font => ({
  size: Number(/([\d.]+)px/.exec(css)?.[1] ?? 10),
  number: (/\b(bold|bolder|[6-9]00)\b/.test(css) ? 1 : 0) + (/\b(italic|oblique)\b/.test(css) ? 2 : 0),
});

/** Codes of WinAnsi that differ from Unicode's: 128 to 159. */
const WIN_ANSI = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ";

/** Codes of the font Symbol, by its characters: from each code on. */
const SYMBOL_CODES = new Map(
  (
    [
      [45, "−"],
      [65, "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ"],
      [97, "αβχδεϕγηιφκλμνοπθρστυϖωξψζ"],
      [162, "′≤"],
      [165, "∞"],
      [171, "↔←↑→↓"],
      [178, "″≥"],
      [181, "∝∂"],
      [185, "≠≡≈"],
      [197, "⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇"],
      [213, "∏√"],
      [229, "∑"],
    ] as const
  ).flatMap(([first, characters]) => [...characters].map((character, i) => [character, first + i] as const)),
);

/** What stands for the small characters, which the fonts lack but for ¹, ² and ³. */
const SMALL_CHARACTERS = new Map<string, readonly [string, Level]>(
  (
    [
      ["₀₁₂₃₄₅₆₇₈₉₊₋", -1],
      ["⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", 1],
    ] as const
  ).flatMap(([characters, level]) =>
    [...characters].map((character, i) => [character, ["0123456789+−".charAt(i), level]] as const),
  ),
);

/** Widths of the characters from 32 on, of 1000 a font size. */
const WIDTHS: readonly (readonly number[])[] = [
  [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
    556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
    260, 334, 584,
  ],
  [
    278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 333, 333, 584, 584, 584, 611, 975, 722, 722, 722, 722, 667, 611, 778, 722, 278, 556, 722, 611, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584, 556, 333, 556, 611, 556, 611,
    556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611, 611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389,
    280, 389, 584,
  ],
];

/** Of the characters that {@link WIDTHS} leaves out; most are as wide as a figure. */
const OTHER_WIDTH = 556;

const codeOf = (character: string): number | undefined => {
  const code = character.codePointAt(0)!;
  if ((code >= 32 && code < 127) || (code >= 160 && code < 256)) return code;
  const special = WIN_ANSI.indexOf(character);
  return special < 0 || code < 160 ? undefined : 128 + special;
};

const hex = (code: number): string => code.toString(16).padStart(2, "0");

const leveled = (character: string): readonly [string, Level] =>
  codeOf(character) === undefined ? (SMALL_CHARACTERS.get(character) ?? [character, 0]) : [character, 0];

/** A text in codes of the fonts; undefined where neither font nor Symbol has one of its characters. */
export const runsOf = (text: string, font: number): Run[] | undefined => {
  const runs: { font: number; codes: string; level: Level }[] = [];
  for (const character of text.normalize("NFC")) {
    const [base, level] = leveled(character);
    const own = codeOf(base);
    const code = own ?? SYMBOL_CODES.get(base);
    if (code === undefined) return undefined;
    const of = own === undefined ? SYMBOL : font;
    const last = runs.at(-1);
    if (last?.font === of && last.level === level) last.codes += hex(code);
    else runs.push({ font: of, codes: hex(code), level });
  }
  return runs;
};

/** Width of a text in pixels. */
export const widthOf = (text: string, { size, number }: Font): number => {
  const widths = WIDTHS[number % 2]!;
  let width = 0;
  for (const character of text.normalize("NFC")) {
    const [base, level] = leveled(character);
    width += (widths[base.codePointAt(0)! - 32] ?? OTHER_WIDTH) * (level === 0 ? 1 : SMALL.size);
  }
  return (width * size) / 1000;
};
