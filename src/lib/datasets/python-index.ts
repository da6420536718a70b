import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { packageRoot } from "./cache.js";
import { DownloadError, request, withoutCredentials } from "./download.js";

/** A file that a Python package index offers. */
export interface IndexFile {
  /** For example `tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl`. */
  filename: string;
  /** Where it lies; carries the credentials of its index when it lies on the same host. */
  url: string;
  /** As the index states it. */
  sha256?: string;
  /** Bytes, where the index states it. */
  size?: number;
}

/** Where to look. */
export interface IndexOptions {
  /** Addresses of simple indexes; default: those that pip is configured for ({@link pipIndexes}). */
  indexes?: readonly string[];
  /** The Python whose pip is asked; default: the first that answers of `DIFFREPAIRER_PYTHON`, `python3`, `python` and `.venv`'s. */
  python?: string;
  /** Environment to read; default: the process's own. */
  env?: NodeJS.ProcessEnv;
  signal?: AbortSignal;
}

/** What {@link findWheel} looks for. */
export interface WheelQuery extends IndexOptions {
  /** Name of the project, in any spelling pip accepts. */
  project: string;
  version: string;
  /** Further condition on the file name, for example a platform tag; default: any wheel. */
  accepts?: (filename: string) => boolean;
}

const JSON_PAGE = "application/vnd.pypi.simple.v1+json";
const ACCEPT = `${JSON_PAGE}, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1`;
const DEFAULT_INDEX = "from pip._internal.models.index import PyPI; print(PyPI.simple_url)";

/**
 * Finds a wheel on the index that pip is configured for, whatever pip itself would think of the wheel's metadata or of this
 * platform. The main index is asked first, then the extra ones.
 *
 * @returns the first match, in the order of the index page
 * @throws {@link DownloadError} if no index can be reached or none has such a file
 */
export async function findWheel(query: WheelQuery): Promise<IndexFile> {
  const { project, version, accepts = () => true, ...options } = query;
  const indexes = options.indexes ?? (await pipIndexes(options));
  let failure: unknown;
  for (const index of indexes) {
    try {
      const files = await listFiles(project, index, options.signal);
      const found = files.find(({ filename }) => isWheelOf(filename, project, version) && accepts(filename));
      if (found) return found;
    } catch (error) {
      if (options.signal?.aborted) throw error;
      failure ??= error;
    }
  }
  if (failure) throw failure;
  throw new DownloadError(
    "status",
    `${project} ${version} has no fitting wheel on ${indexes.map(withoutCredentials).join(", ")}. Point PIP_INDEX_URL at an index that has it.`,
  );
}

/**
 * The simple indexes that pip is configured for, the main one first: `PIP_INDEX_URL` and `PIP_EXTRA_INDEX_URL`, else pip's
 * configuration files, else pip's own default. No address is written down here.
 *
 * @throws {@link DownloadError} if there is no Python with pip to ask
 */
export async function pipIndexes(options: Omit<IndexOptions, "indexes"> = {}): Promise<string[]> {
  const env = options.env ?? process.env;
  const ask = pipAsker({ ...options, env });
  const needed = !env.PIP_INDEX_URL || env.PIP_EXTRA_INDEX_URL === undefined;
  const settings = needed ? parsePipConfig(await ask(["-m", "pip", "config", "list"]).catch(() => "")) : new Map();
  const read = (key: string) =>
    settings.get(`:env:.${key}`) ?? settings.get(`download.${key}`) ?? settings.get(`global.${key}`);
  const main = env.PIP_INDEX_URL || read("index-url") || (await ask(["-c", DEFAULT_INDEX])).trim();
  const extra = env.PIP_EXTRA_INDEX_URL ?? read("extra-index-url") ?? "";
  return [main, ...extra.split(/\s+/)].filter((url) => url !== "");
}

/**
 * The files of a project on one simple index (PEP 503 HTML or PEP 691 JSON); empty if the index does not know the project.
 *
 * @throws {@link DownloadError} if the index cannot be reached or answers something else
 */
export async function listFiles(project: string, index: string, signal?: AbortSignal): Promise<IndexFile[]> {
  const page = `${index.replace(/\/+$/, "")}/${normalised(project)}/`;
  if (page.startsWith("file:")) {
    const html = await readFile(fileURLToPath(`${page}index.html`), "utf8").catch(() => "");
    return parseHtml(html, page);
  }
  let response: Response;
  try {
    response = await request(page, { headers: { accept: ACCEPT }, signal });
  } catch (error) {
    if (error instanceof DownloadError && error.reason === "status" && / answered 404/.test(error.message)) return [];
    throw error;
  }
  const base = keepCredentials(response.url, page);
  const text = await response.text();
  const files = response.headers.get("content-type")?.startsWith(JSON_PAGE)
    ? parseJson(text, base)
    : parseHtml(text, base);
  return files.map((file) => ({ ...file, url: keepCredentials(file.url, base) }));
}

/** Reads a PEP 503 page: one `<a href>` a file, relative to the page or its `<base>`, checksum in the fragment. */
export function parseHtml(html: string, page: string): IndexFile[] {
  const stated = /<base\s[^>]*?href\s*=\s*["']([^"']*)["']/i.exec(html)?.[1];
  const base = stated === undefined ? page : (resolved(decodeEntities(stated), page)?.href ?? page);
  return [...html.matchAll(/<a\s[^>]*?href\s*=\s*(?:"([^"]*)"|'([^']*)')/gi)].flatMap((match) => {
    const url = resolved(decodeEntities(match[1] ?? match[2] ?? ""), base);
    return url ? fileOf(url, page) : [];
  });
}

/** Reads a PEP 691 page. */
export function parseJson(text: string, page: string): IndexFile[] {
  let files: unknown;
  try {
    files = (JSON.parse(text) as { files?: unknown }).files;
  } catch (error) {
    throw new DownloadError("content", `${withoutCredentials(page)} is not valid JSON.`, { cause: error });
  }
  if (!Array.isArray(files)) {
    throw new DownloadError("content", `${withoutCredentials(page)} lists no files: it is no Python package index.`);
  }
  return files.flatMap((entry: { url?: unknown; size?: unknown; hashes?: { sha256?: unknown } } | null) => {
    const url = typeof entry?.url === "string" ? resolved(entry.url, page) : undefined;
    return (url ? fileOf(url, page) : []).map((file) => ({
      ...file,
      ...(typeof entry?.hashes?.sha256 === "string" && { sha256: entry.hashes.sha256 }),
      ...(typeof entry?.size === "number" && { size: entry.size }),
    }));
  });
}

/** Reads `pip config list`: lines of `section.key='value'`, the value as Python's repr. */
export function parsePipConfig(text: string): Map<string, string> {
  const settings = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const match = /^([^=]+?)\s*=\s*(["'])(.*)\2$/.exec(line.trim());
    if (!match) continue;
    const value = match[3]!.replace(/\\([nrt\\'"])/g, (_, c: string) => ({ n: "\n", r: "\r", t: "\t" })[c] ?? c);
    settings.set(match[1]!, value);
  }
  return settings;
}

function fileOf(url: URL, page: string): IndexFile[] {
  // A page from the network must not make us read this machine's files.
  if (url.protocol === "file:" && !page.startsWith("file:")) return [];
  const filename = decoded(url.pathname.split("/").at(-1) ?? "");
  const sha256 = /(?:^#|&)sha256=([0-9a-f]{64})/i.exec(url.hash)?.[1];
  url.hash = "";
  return filename === "" ? [] : [{ filename, url: url.href, ...(sha256 && { sha256 }) }];
}

function isWheelOf(filename: string, project: string, version: string): boolean {
  if (!filename.endsWith(".whl")) return false;
  const [name = "", itsVersion = ""] = filename.split("-");
  return normalised(name) === normalised(project) && itsVersion === version;
}

/** The spelling of a project's name in addresses (PEP 503). */
function normalised(project: string): string {
  return project.replace(/[-_.]+/g, "-").toLowerCase();
}

function resolved(href: string, base: string): URL | undefined {
  return URL.canParse(href, base) ? new URL(href, base) : undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function decodeEntities(text: string): string {
  const named: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
  return text.replace(
    /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]+));/gi,
    (whole: string, hex?: string, decimal?: string, name?: string) => {
      if (name) return named[name.toLowerCase()] ?? whole;
      const code = hex ? Number.parseInt(hex, 16) : Number(decimal);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}

/** Puts the user and password of `from` into `url` if both lie on the same host. */
function keepCredentials(url: string, from: string): string {
  const source = new URL(from);
  const target = new URL(url);
  if (!source.username || target.username || source.origin !== target.origin) return url;
  target.username = source.username;
  target.password = source.password;
  return target.href;
}

function pipAsker({ python, env, signal }: { python?: string; env: NodeJS.ProcessEnv; signal?: AbortSignal }) {
  // A system's Python may come without pip; the checkout's own environment always has it.
  const found = [env.DIFFREPAIRER_PYTHON, "python3", "python", join(packageRoot(), ".venv", "bin", "python")];
  const candidates = python ? [python] : found.filter((name): name is string => Boolean(name));
  return async (args: string[]): Promise<string> => {
    let failure: unknown;
    for (const candidate of candidates) {
      try {
        const quiet = { ...env, PIP_DISABLE_PIP_VERSION_CHECK: "1" };
        return (await promisify(execFile)(candidate, args, { env: quiet, signal, timeout: 60_000 })).stdout;
      } catch (error) {
        failure = error;
      }
    }
    throw new DownloadError(
      "status",
      "No Python with pip was found to ask which package index it is configured for. Set PIP_INDEX_URL to the index's address.",
      { cause: failure },
    );
  };
}
