import type { Contents } from "@jupyterlab/services";
import { base64Of } from "../base64.js";
import { fileNameOf, folderOf, specType, type Figure } from "./figures.js";
import { hasSvg, isDrawable, pdfOf, pngOf, svgOf } from "./pictures.js";

/** What came of an export. */
export interface Exported {
  readonly folder: string;
  readonly files: number;
  /** Why a file is missing, one line each. */
  readonly problems: readonly string[];
}

/**
 * Writes every figure of a notebook into a folder beside it, as PNG, as SVG and PDF and with its specification where it has them. Files that an
 * earlier export has left under the same names are replaced.
 *
 * @throws {Error} when the folder cannot be made
 */
export const exportFigures = async (
  contents: Pick<Contents.IManager, "save">,
  path: string,
  figures: readonly Figure[],
): Promise<Exported> => {
  const folder = folderOf(path);
  await contents.save(folder, { type: "directory" });
  const problems: string[] = [];
  let files = 0;
  for (const [i, figure] of figures.entries()) {
    const name = `${folder}/${fileNameOf(figure, i + 1)}`;
    const write = async (end: string, make: () => Promise<Partial<Contents.IModel>>): Promise<void> => {
      try {
        await contents.save(`${name}.${end}`, { type: "file", ...(await make()) });
        files += 1;
      } catch (error) {
        problems.push(`${name}.${end}: ${error instanceof Error ? error.message : String(error)}`);
      }
    };
    await write("png", async () => ({ format: "base64", content: await base64Of(await pngOf(figure)) }));
    if (hasSvg(figure)) await write("svg", async () => ({ format: "text", content: await svgOf(figure) }));
    if (isDrawable(figure))
      await write("pdf", async () => ({ format: "base64", content: await base64Of(await pdfOf(figure)) }));
    const spec = specType(figure.data);
    if (spec === undefined) continue;
    const content = JSON.stringify(figure.data[spec], undefined, 2);
    await write(spec.includes("vegalite") ? "vl.json" : "vg.json", async () => ({ format: "text", content }));
  }
  return { folder, files, problems };
};
