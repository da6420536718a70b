import { MAX_PIXELS, pictureScale } from "../guards/renderer.js";
import { pageMatrix, pdfFile } from "./file.js";
import { after, numbers, scaleOf } from "./matrix.js";
import { colorOf, Gradient } from "./paint.js";
import { PathContext } from "./path.js";
import { FONTS, fontOf, runsOf, SMALL, widthOf } from "./text.js";

const CAPS = ["butt", "round", "square"];
const JOINS = ["miter", "round", "bevel"];

/** Ways to blend, as canvases and as PDF files name them. */
const BLENDS: ReadonlyMap<string, string> = new Map([
  ["multiply", "Multiply"],
  ["screen", "Screen"],
  ["overlay", "Overlay"],
  ["darken", "Darken"],
  ["lighten", "Lighten"],
  ["color-dodge", "ColorDodge"],
  ["color-burn", "ColorBurn"],
  ["hard-light", "HardLight"],
  ["soft-light", "SoftLight"],
  ["difference", "Difference"],
  ["exclusion", "Exclusion"],
  ["hue", "Hue"],
  ["saturation", "Saturation"],
  ["color", "Color"],
  ["luminosity", "Luminosity"],
]);

/** Pixels of a picture for each CSS pixel, where something can only be put in as one. */
const PICTURE_SCALE = 4;

/**
 * What of a canvas's 2D context Vega draws with, written into a PDF file: shapes as vectors, text in the fonts that every reader of PDF
 * files has, and text that these lack as a picture.
 */
export class PdfContext extends PathContext {
  fillStyle: string | Gradient = "#000000";
  strokeStyle: string | Gradient = "#000000";
  globalAlpha = 1;
  globalCompositeOperation = "source-over";
  lineWidth = 1;
  lineCap = "butt";
  lineJoin = "miter";
  miterLimit = 10;
  lineDashOffset = 0;
  font = "10px sans-serif";
  textAlign = "left";
  imageSmoothingEnabled = true;
  readonly pixelRatio = 1;
  readonly #page: { readonly width: number; readonly height: number };
  readonly #lines: string[] = [];
  readonly #states: string[] = [];
  readonly #patterns: string[] = [];
  readonly #pictures: ImageData[] = [];
  #pixels = 0;
  readonly #saved: { dash: readonly number[] }[] = [];
  #dash: readonly number[] = [];

  /** Sides of the page, in CSS pixels. */
  constructor(width: number, height: number) {
    super();
    this.#page = { width, height };
  }

  /** The file of all that was drawn. */
  file(title: string): Promise<Blob> {
    const [states, patterns, pictures] = [this.#states, this.#patterns, this.#pictures];
    const content = this.#lines.join("\n");
    return pdfFile({ ...this.#page, title, content, fonts: FONTS, states, patterns, pictures });
  }

  save(): void {
    this.#saved.push({ ...this, dash: this.#dash });
    this.#lines.push("q");
  }

  restore(): void {
    const saved = this.#saved.pop();
    if (!saved) return;
    const { dash, ...fields } = saved;
    // A path outlives what was saved.
    Object.assign(this, fields, { path: this.path });
    this.#dash = dash;
    this.#lines.push("Q");
  }

  setLineDash(dash: readonly number[]): void {
    // A reader of PDF files may refuse others.
    this.#dash = dash.every((length) => length >= 0) && dash.some((length) => length > 0) ? dash : [];
  }

  createLinearGradient(...between: readonly number[]): Gradient {
    return new Gradient(between);
  }

  createRadialGradient(...between: readonly number[]): Gradient {
    return new Gradient(between);
  }

  /** @throws {Error} always: Vega asks for one where a gradient is neither upright nor level */
  createPattern(): never {
    throw new Error("A PDF cannot have gradients that are neither upright nor level; save it as SVG or PNG.");
  }

  clip(): void {
    this.#lines.push(...(this.path.length > 0 ? this.path : ["0 0 m"]), "W n");
  }

  fill(): void {
    if (this.path.length > 0 && this.#ink(this.fillStyle, false)) this.#lines.push(...this.path, "f");
  }

  stroke(): void {
    if (this.path.length === 0 || !this.#ink(this.strokeStyle, true)) return;
    this.#pen();
    this.#lines.push(...this.path, "S");
  }

  fillRect(x: number, y: number, width: number, height: number): void {
    this.beginPath();
    this.rect(x, y, width, height);
    this.fill();
  }

  fillText(text: string, x: number, y: number): void {
    this.#text(text, x, y, false);
  }

  strokeText(text: string, x: number, y: number): void {
    this.#text(text, x, y, true);
  }

  drawImage(image: CanvasImageSource, x: number, y: number, width: number, height: number): void {
    this.#picture(x, y, width, height, (context) => {
      context.imageSmoothingEnabled = this.imageSmoothingEnabled;
      context.drawImage(image, 0, 0, width, height);
    });
  }

  /** Takes up a paint; false where it cannot be seen. */
  #ink(paint: string | Gradient, isStroke: boolean): boolean {
    let opacity = this.globalAlpha;
    if (paint instanceof Gradient) {
      const pattern = `/P${place(this.#patterns, paint.pattern(this.matrix, pageMatrix(this.#page.height)))}`;
      this.#lines.push(isStroke ? `/Pattern CS ${pattern} SCN` : `/Pattern cs ${pattern} scn`);
    } else {
      const color = colorOf(paint);
      if (!color || color.opacity === 0) return false;
      opacity *= color.opacity;
      this.#lines.push(`${color.rgb} ${isStroke ? "RG" : "rg"}`);
    }
    this.#blend(opacity);
    return opacity > 0;
  }

  #blend(opacity: number): void {
    const mode = BLENDS.get(this.globalCompositeOperation) ?? "Normal";
    const alpha = numbers(opacity);
    this.#lines.push(`/G${place(this.#states, `<< /ca ${alpha} /CA ${alpha} /BM /${mode} >>`)} gs`);
  }

  #pen(): void {
    const scale = scaleOf(this.matrix);
    const dash = this.#dash.map((length) => length * scale);
    this.#lines.push(
      `${numbers(this.lineWidth * scale)} w ${at(CAPS, this.lineCap)} J ${at(JOINS, this.lineJoin)} j ` +
        `${numbers(this.miterLimit)} M [${numbers(...dash)}] ${numbers(this.lineDashOffset * scale)} d`,
    );
  }

  #text(text: string, x: number, y: number, isStroke: boolean): void {
    const font = fontOf(this.font);
    const runs = runsOf(text, font.number);
    if (!runs) return this.#pictureOfText(text, x, y, isStroke);
    if (!this.#ink(isStroke ? this.strokeStyle : this.fillStyle, isStroke)) return;
    if (isStroke) this.#pen();
    // The page's places run downwards.
    const upright = after(this.matrix, [1, 0, 0, -1, x - shiftOf(this.textAlign, widthOf(text, font)), y]);
    const shown = runs.map(({ font: number, codes, level }) => {
      const size = font.size * (level === 0 ? 1 : SMALL.size);
      return `/F${number} ${numbers(size)} Tf ${numbers(font.size * SMALL.rise[level])} Ts <${codes}> Tj`;
    });
    this.#lines.push("BT", `${isStroke ? 1 : 0} Tr ${numbers(...upright)} Tm`, ...shown, "ET");
  }

  #pictureOfText(text: string, x: number, y: number, isStroke: boolean): void {
    const { size } = fontOf(this.font);
    const measure = document.createElement("canvas").getContext("2d")!;
    measure.font = this.font;
    const { width } = measure.measureText(text);
    const [left, top] = [x - shiftOf(this.textAlign, width) - size, y - 2 * size];
    const paint = isStroke ? this.strokeStyle : this.fillStyle;
    this.#picture(left, top, width + 2 * size, 3 * size, (context) => {
      context.font = this.font;
      context.lineWidth = this.lineWidth;
      context.fillStyle = context.strokeStyle = paint instanceof Gradient ? "#000000" : paint;
      if (isStroke) context.strokeText(text, size, 2 * size);
      else context.fillText(text, size, 2 * size);
    });
  }

  #picture(
    x: number,
    y: number,
    width: number,
    height: number,
    draw: (context: CanvasRenderingContext2D) => void,
  ): void {
    const scale = pictureScale(width, height, PICTURE_SCALE);
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
    this.#pixels += canvas.width * canvas.height;
    if (this.#pixels > MAX_PIXELS) throw new Error("The chart has too many pictures for a PDF; save it as SVG or PNG.");
    const context = canvas.getContext("2d")!;
    context.scale(canvas.width / width, canvas.height / height);
    draw(context);
    const name = this.#pictures.push(context.getImageData(0, 0, canvas.width, canvas.height)) - 1;
    this.#lines.push("q");
    this.#blend(this.globalAlpha);
    this.#lines.push(`${numbers(...after(this.matrix, [width, 0, 0, -height, x, y + height]))} cm /I${name} Do`, "Q");
  }
}

const shiftOf = (align: string, width: number): number =>
  align === "center" ? width / 2 : align === "right" || align === "end" ? width : 0;

/** Place of a name among others; the first for one that is not there. */
const at = (names: readonly string[], name: string): number => Math.max(0, names.indexOf(name));

/** Place of an item among others, where it is put if it is not there. */
const place = (items: string[], item: string): number => {
  const found = items.indexOf(item);
  return found < 0 ? items.push(item) - 1 : found;
};
