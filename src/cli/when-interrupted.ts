/** Aborted at the first ctrl-C, or when the process is asked to end. */
export const whenInterrupted = (): AbortSignal => {
  const controller = new AbortController();
  process.once("SIGINT", () => controller.abort()).once("SIGTERM", () => controller.abort());
  return controller.signal;
};
