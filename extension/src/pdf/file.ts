import { bytesOf } from "../base64.js";

/** A page of a PDF file, its content and what the content names. */
export interface Page {
  /** Of the page, in CSS pixels (96 an inch). */
  readonly width: number;
  readonly height: number;
  readonly title: string;
  /** Operators, with places in CSS pixels from the top left. */
  readonly content: string;
  /** Fonts F0, F1, …, graphics states G0, …, patterns P0, …: each a dictionary. */
  readonly fonts: readonly string[];
  readonly states: readonly string[];
  readonly patterns: readonly string[];
  /** Pictures I0, I1, …. */
  readonly pictures: readonly ImageData[];
}

/** Points (72 an inch) in a CSS pixel. */
const POINTS = 0.75;

/** The matrix from CSS pixels from the top left to points from the bottom left. */
export const pageMatrix = (height: number): string => `${POINTS} 0 0 ${-POINTS} 0 ${height * POINTS}`;

const OPEN = "%PDF-1.4\n%\u00e2\u00e3\u00cf\u00d3\n";

/** A PDF file of one page. */
export const pdfFile = async (page: Page): Promise<Blob> => {
  const { width, height, fonts, states, patterns, pictures } = page;
  const named = (kind: string, prefix: string, items: readonly string[]) =>
    `/${kind} << ${items.map((item, i) => `/${prefix}${i} ${item}`).join(" ")} >>`;
  // Objects: catalogue, pages, page, content, properties; of each picture its colours and its opacity.
  const first = 6;
  const places = pictures.map((_, i) => `${first + 2 * i} 0 R`);
  const resources = [
    named("Font", "F", fonts),
    named("ExtGState", "G", states),
    named("Pattern", "P", patterns),
    named("XObject", "I", places),
  ].join(" ");
  const images = await Promise.all(pictures.map((picture, i) => image(picture, first + 2 * i + 1)));
  return joined([
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${width * POINTS} ${height * POINTS}] /Contents 4 0 R /Resources << ${resources} >> >>`,
    await stream("", bytesOf(`${pageMatrix(height)} cm\n${page.content}`)),
    `<< /Title <FEFF${utf16(page.title)}> /Producer (diffrepairer) >>`,
    ...images.flat(),
  ]);
};

type Part = Uint8Array<ArrayBuffer>;

const utf16 = (text: string): string =>
  Array.from({ length: text.length }, (_, i) => text.charCodeAt(i).toString(16).padStart(4, "0")).join("");

const deflated = async (bytes: Part): Promise<Part> => {
  const packed = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(packed).arrayBuffer());
};

const stream = async (entries: string, bytes: Part): Promise<Part[]> => {
  const packed = await deflated(bytes);
  const head = `<< ${entries} /Length ${packed.length} /Filter /FlateDecode >>\nstream\n`;
  return [bytesOf(head), packed, bytesOf("\nendstream")];
};

const image = ({ width, height, data }: ImageData, mask: number): Promise<Part[][]> => {
  const entries = (space: string, more = "") =>
    `/Type /XObject /Subtype /Image /Width ${width} /Height ${height} /BitsPerComponent 8 /ColorSpace /${space} ${more}`;
  const channels = (isWanted: (channel: number) => boolean) => Uint8Array.from(data.filter((_, i) => isWanted(i % 4)));
  return Promise.all([
    stream(
      entries("DeviceRGB", `/SMask ${mask} 0 R`),
      channels((channel) => channel < 3),
    ),
    stream(
      entries("DeviceGray"),
      channels((channel) => channel === 3),
    ),
  ]);
};

/** The file of numbered objects, of which the first is the catalogue and the fifth the properties. */
const joined = (objects: readonly (string | readonly Part[])[]): Blob => {
  const parts: Part[] = [bytesOf(OPEN)];
  let length = parts[0]!.length;
  const offsets: number[] = [];
  for (const [i, object] of objects.entries()) {
    offsets.push(length);
    const own = [
      bytesOf(`${i + 1} 0 obj\n`),
      ...(typeof object === "string" ? [bytesOf(object)] : object),
      bytesOf("\nendobj\n"),
    ];
    for (const part of own) length += part.length;
    parts.push(...own);
  }
  const table = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  const size = objects.length + 1;
  const end =
    `xref\n0 ${size}\n0000000000 65535 f \n${table}trailer\n<< /Size ${size} /Root 1 0 R /Info 5 0 R >>\n` +
    `startxref\n${length}\n%%EOF\n`;
  return new Blob([...parts, bytesOf(end)], { type: "application/pdf" });
};
