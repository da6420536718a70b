import { escapeHtml } from "./table.js";

/** How far something is. */
export interface ProgressState {
  readonly label: string;
  readonly value: number;
  /** Undefined where nobody knows. */
  readonly total: number | undefined;
  readonly elapsedMs: number;
  readonly phase: "running" | "done" | "stopped";
}

/** MIME type of a progress bar for clients that draw it themselves, with a button that stops what runs. */
export const PROGRESS_MIME = "application/vnd.diffrepairer.progress+json";

/** What a bar of that type holds. */
export interface ProgressContent {
  readonly label: string;
  /** The numbers as people read them. */
  readonly detail: string;
  /** From 0 to 1; null where nobody knows. */
  readonly fraction: number | null;
  readonly phase: ProgressState["phase"];
}

const WIDTH = 20;

/** A progress bar as its content, as HTML and as text. */
export function progressBar(state: ProgressState): Record<string, unknown> {
  const { label, total, phase } = state;
  const known = total === undefined && phase === "running" ? null : fraction(state);
  const content: ProgressContent = { label, detail: describe(state), fraction: known, phase };
  return { [PROGRESS_MIME]: content, "text/html": toHtml(state), "text/plain": toText(state) };
}

function toHtml(state: ProgressState): string {
  const { label, total, phase } = state;
  const value = total === undefined && phase === "running" ? "" : ` value="${fraction(state)}"`;
  const bar = `<progress${value} style="flex: 0 1 20em"></progress>`;
  const name = label === "" ? "" : `<span>${escapeHtml(label)}</span>`;
  const numbers = `<span style="font-variant-numeric: tabular-nums">${describe(state)}</span>`;
  return `<div style="display: flex; gap: 0.7em; align-items: center">${name}${bar}${numbers}</div>`;
}

function toText(state: ProgressState): string {
  const { label, total } = state;
  const filled = total === undefined ? 0 : Math.round(WIDTH * fraction(state));
  const bar = total === undefined ? "" : `[${"#".repeat(filled)}${".".repeat(WIDTH - filled)}]`;
  return [label, bar, describe(state)].filter((part) => part !== "").join(" ");
}

function describe(state: ProgressState): string {
  const { value, total, elapsedMs, phase } = state;
  const done = fraction(state);
  const count = total === undefined ? short(value) : `${short(value)}/${short(total)} (${Math.floor(100 * done)}%)`;
  if (phase === "stopped") return `${count}, stopped after ${clock(elapsedMs)}`;
  const left = done > 0 && done < 1 ? `, ${clock((elapsedMs * (1 - done)) / done)} left` : "";
  return `${count}, ${phase === "done" ? "" : rate(value, elapsedMs)}${clock(elapsedMs)}${phase === "done" ? "" : left}`;
}

/** Steps a second, or the seconds of a step where it takes longer; nothing before there is something to tell. */
function rate(value: number, elapsedMs: number): string {
  if (!(value > 0) || elapsedMs < 200) return "";
  const perSecond = (1000 * value) / elapsedMs;
  return perSecond >= 1 ? `${rounded(perSecond)}/s, ` : `${rounded(1 / perSecond)} s each, `;
}

const rounded = (value: number): string => (value >= 10 ? Math.round(value).toLocaleString("en") : value.toFixed(1));

const short = (value: number): string => String(Number(value.toFixed(2)));

const fraction = ({ value, total }: ProgressState): number =>
  total === undefined || total === 0 ? Number(total === 0) : Math.min(1, Math.max(0, value / total));

/** A time as people read it off a clock: 1:05, 2:00:00. */
function clock(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const [hours = 0] = parts;
  return (hours > 0 ? parts : parts.slice(1))
    .map((part, i) => (i === 0 ? part : String(part).padStart(2, "0")))
    .join(":");
}
