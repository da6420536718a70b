import type { LoggerInterface } from "vega";

/** Vega's log: errors go to `onError`, the rest, which is for the author of a spec, to the browser's console. */
export const errorLog = (onError: (message: string) => void): LoggerInterface => {
  let level = 2;
  const log: LoggerInterface = {
    level: ((value?: number) => {
      if (value === undefined) return level;
      level = value;
      return log;
    }) as LoggerInterface["level"],
    error: (...parts: readonly unknown[]) => {
      onError(parts.map((part) => (part instanceof Error ? part.message : String(part))).join(" "));
      return log;
    },
    warn: (...parts: readonly unknown[]) => {
      console.warn(...parts);
      return log;
    },
    info: () => log,
    debug: () => log,
  };
  return log;
};
