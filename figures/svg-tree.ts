/** An element of an SVG picture. */
export interface SvgElement {
  name: string;
  attributes: Readonly<Record<string, string>>;
  children: SvgElement[];
}

const TAG = /<(\/?)([a-zA-Z][\w:-]*)([^>]*?)(\/?)>/g;
const ATTRIBUTE = /([\w:-]+)="([^"]*)"/g;

/**
 * The elements of an SVG picture; text between them is left out.
 * @throws {Error} where no element closes last of all
 */
export const parseSvg = (svg: string): SvgElement => {
  const open: SvgElement[] = [];
  for (const [, closes, name, attributes, isEmpty] of svg.matchAll(TAG)) {
    if (closes) {
      const done = open.pop();
      if (open.length === 0 && done) return done;
      continue;
    }
    const element: SvgElement = {
      name: name!,
      attributes: Object.fromEntries([...attributes!.matchAll(ATTRIBUTE)].map(([, key, value]) => [key!, value!])),
      children: [],
    };
    open.at(-1)?.children.push(element);
    if (!isEmpty) open.push(element);
  }
  throw new Error("the SVG picture ends before its outermost element is closed");
};
