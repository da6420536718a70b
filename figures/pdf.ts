import { deflateSync } from "node:zlib";
import { PathPainter } from "./pdf-paint.js";
import { parseSvg, type SvgElement } from "./svg-tree.js";

/** Points (72 an inch) in a CSS pixel (96 an inch). */
const POINTS = 0.75;

/**
 * A PDF file of one page with an SVG picture as vectors, its size that of the picture at 96 pixels an inch.
 *
 * @param svg - of groups, paths, clip paths and linear gradients alone, with absolute path commands, as `outlined` gives it. A group's
 * opacity is given to each of its shapes.
 * @param title - for the file's properties.
 * @throws {Error} for an element or a paint that it does not know
 */
export const svgToPdf = (svg: string, title: string): Uint8Array => {
  const root = parseSvg(svg);
  const [width, height] = [Number(root.attributes.width) * POINTS, Number(root.attributes.height) * POINTS];
  const painter = new PathPainter(definitions(root));
  painter.paint(root, [POINTS, 0, 0, -POINTS, 0, height]);
  const content = deflateSync(Buffer.from(painter.content(), "latin1"));
  const { states, shadings } = painter.resources();
  const named = (prefix: string, items: readonly string[]) =>
    items.map((item, k) => `/${prefix}${k} ${item}`).join(" ");
  return file([
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${width} ${height}] /Contents 4 0 R ` +
      `/Resources << /ExtGState << ${named("A", states)} >> /Shading << ${named("S", shadings)} >> >> >>`,
    Buffer.concat([
      Buffer.from(`<< /Length ${content.length} /Filter /FlateDecode >>\nstream\n`),
      content,
      Buffer.from("\nendstream"),
    ]),
    `<< /Title ${text(title)} /Producer (diffrepairer) >>`,
  ]);
};

/** Elements with an id, which others name. */
const definitions = (element: SvgElement): Map<string, SvgElement> =>
  new Map([
    ...(element.attributes.id === undefined ? [] : [[element.attributes.id, element] as const]),
    ...element.children.flatMap((child) => [...definitions(child)]),
  ]);

/** A string of any characters: UTF-16, in hexadecimal digits. */
const text = (value: string): string => `<FEFF${Buffer.from(value, "utf16le").swap16().toString("hex").toUpperCase()}>`;

/** The file of numbered objects, the first the catalogue and the last the properties. */
const file = (objects: readonly (string | Buffer)[]): Uint8Array => {
  const parts: Buffer[] = [Buffer.from("%PDF-1.4\n%\u00e2\u00e3\u00cf\u00d3\n", "latin1")];
  let length = parts[0]!.length;
  const offsets = objects.map((object, k) => {
    const part = Buffer.concat([Buffer.from(`${k + 1} 0 obj\n`), Buffer.from(object), Buffer.from("\nendobj\n")]);
    parts.push(part);
    length += part.length;
    return length - part.length;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  const size = objects.length + 1;
  parts.push(
    Buffer.from(
      `xref\n0 ${size}\n0000000000 65535 f \n${table}trailer\n<< /Size ${size} /Root 1 0 R /Info ${size - 1} 0 R >>\n` +
        `startxref\n${length}\n%%EOF\n`,
    ),
  );
  return Buffer.concat(parts);
};
