/** Entries of a chart's menu, and whether it has them. */
export type Actions = Readonly<Record<"svg" | "png" | "pdf" | "source" | "editor", boolean>>;

/** What an output's metadata may choose of vega-embed's options. */
export interface SafeEmbedOptions {
  readonly actions?: false | Actions;
  readonly width?: number;
  readonly height?: number;
  readonly padding?: number;
  readonly scaleFactor?: number;
  readonly hover?: boolean;
  readonly tooltip?: false;
  readonly theme?: string;
  readonly downloadFileName?: string;
  readonly config?: Record<string, unknown>;
}

type Json = Record<string, unknown>;

const isRecord = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const numberIn = (value: unknown, low: number, high: number): number | undefined =>
  typeof value === "number" && value >= low && value <= high ? value : undefined;

/** The menu that vega-embed's `actions` ask for; what they do not name is there. */
const menuActions = (actions: unknown): SafeEmbedOptions["actions"] => {
  if (actions === false) return false;
  const chosen = isRecord(actions) ? actions : {};
  const files = isRecord(chosen.export) ? chosen.export : {};
  const isSaved = (file: string) => chosen.export !== false && files[file] !== false;
  const menu = {
    svg: isSaved("svg"),
    png: isSaved("png"),
    pdf: isSaved("pdf"),
    source: chosen.source !== false,
    editor: chosen.editor !== false,
  };
  return Object.values(menu).includes(true) && menu;
};

/**
 * The options for an output: `embed_options` of its metadata, of which only those are kept that can harm nobody. Loaders, patches,
 * styles, functions and another editor are left out; the renderer is always SVG.
 */
export const safeEmbedOptions = (metadata: unknown): SafeEmbedOptions => {
  const given = isRecord(metadata) && isRecord(metadata.embed_options) ? metadata.embed_options : {};
  const options: { -readonly [name in keyof SafeEmbedOptions]: SafeEmbedOptions[name] } = {
    actions: menuActions(given.actions),
    width: numberIn(given.width, 1, 10_000),
    height: numberIn(given.height, 1, 10_000),
    padding: numberIn(given.padding, 0, 1_000),
    scaleFactor: numberIn(given.scaleFactor, 0.1, 8),
    hover: typeof given.hover === "boolean" ? given.hover : undefined,
    tooltip: given.tooltip === false ? false : undefined,
    theme: typeof given.theme === "string" && /^[a-z0-9]+$/.test(given.theme) ? given.theme : undefined,
    downloadFileName: typeof given.downloadFileName === "string" ? fileName(given.downloadFileName) : undefined,
    config: isRecord(given.config) ? given.config : undefined,
  };
  for (const name of Object.keys(options) as (keyof SafeEmbedOptions)[])
    if (options[name] === undefined) delete options[name];
  return options;
};

const fileName = (name: string): string | undefined =>
  name.replaceAll(/[^\p{L}\p{N} ._-]/gu, "_").slice(0, 100) || undefined;
