/** Exit codes of the command line, as documented in its help. */
export const EXIT = { failed: 1, usage: 2, refused: 3, interrupted: 130 } as const;

/** An error that a person can act on: shown as one paragraph, without a stack. */
export class Failure extends Error {
  override readonly name = "Failure";

  constructor(
    message: string,
    readonly exitCode: number = EXIT.failed,
  ) {
    super(message);
  }
}

/** What to print for an error: its message, with its stack where `DIFFREPAIRER_DEBUG=1`. */
export const describeFailure = (error: unknown, environment: NodeJS.ProcessEnv = process.env): string => {
  if (!(error instanceof Error)) return `diffrepairer: ${String(error)}`;
  if (environment.DIFFREPAIRER_DEBUG === "1") return `diffrepairer: ${error.stack ?? error.message}`;
  const unforeseen = ["Error", "TypeError", "ReferenceError", "SyntaxError"].includes(error.name);
  const hint = !unforeseen ? "" : " (DIFFREPAIRER_DEBUG=1 shows where)";
  return `diffrepairer: ${error.message}${hint}`;
};

/** The exit code that an error asks for. */
export const exitCodeOf = (error: unknown): number => (error instanceof Failure ? error.exitCode : EXIT.failed);
