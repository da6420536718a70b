/** MIME type of the kernel's progress bars. */
export const PROGRESS_MIME = "application/vnd.diffrepairer.progress+json";

/** What a bar is told. */
export interface ProgressContent {
  readonly label: string;
  readonly detail: string;
  readonly fraction: number | null;
  readonly phase: "running" | "done" | "stopped";
}

/** What a bar is told, whatever an output holds. */
export const progressOf = (value: unknown): ProgressContent => {
  const given = typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  const { label, detail, fraction, phase } = given;
  return {
    label: typeof label === "string" ? label : "",
    detail: typeof detail === "string" ? detail : "",
    fraction: typeof fraction === "number" ? Math.min(1, Math.max(0, fraction)) : null,
    phase: phase === "running" || phase === "stopped" ? phase : "done",
  };
};
