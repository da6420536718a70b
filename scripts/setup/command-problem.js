import { SetupProblem } from "./problem.js";

const CAUSES = [
  {
    pattern: /ENOSPC|EDQUOT|No space left on device|Disk quota exceeded/,
    what: "the disk is full",
    cure: "Make room on the disk and run the same command again.",
  },
  {
    pattern: /EACCES|EPERM|EROFS|Permission denied|Read-only file system/,
    what: "a folder cannot be written",
    cure: 'Allow writing to this folder and to the caches of npm and pip (`sudo chown -R "$USER" ~/.npm ~/.cache .`) and run the same command again.',
  },
  {
    pattern: /CERTIFICATE_VERIFY_FAILED|SELF_SIGNED_CERT|UNABLE_TO_(GET|VERIFY)|certificate verify failed/i,
    what: "the network's certificate is not trusted",
    cure: "Behind a proxy with a certificate of its own, set NODE_EXTRA_CA_CERTS and PIP_CERT to that certificate's file and run the same command again.",
  },
  {
    pattern:
      /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|NewConnectionError|ConnectTimeout|ReadTimeout|Read timed out|Temporary failure in name resolution|Connection refused|Max retries exceeded|network is unreachable/i,
    what: "the network does not answer",
    cure: "Check the connection, or point `npm config set registry` and PIP_INDEX_URL at a mirror that can be reached, and run the same command again: what was fetched is kept.",
  },
];

/**
 * Explains why a command failed, from its output.
 *
 * @param {{ doing: string, why: string, output: string, log: string, cure?: string }} failure `doing`: "The npm packages could not
 *   be installed"; `cure` for a cause that is not known
 */
export function commandProblem({ doing, why, output, log, cure }) {
  const cause = CAUSES.find(({ pattern }) => pattern.test(output));
  const lines = output.split("\n").filter((line) => line.trim() !== "");
  return new SetupProblem({
    what: cause ? `${doing}: ${cause.what}.` : `${doing}.`,
    why,
    cure: `${cause?.cure ?? cure ?? "Run the same command again; if it fails again, the log says more."} Log: ${log}`,
    detail: lines
      .slice(-6)
      .map((line) => (line.length > 160 ? `${line.slice(0, 160)} …` : line))
      .join("\n"),
  });
}

/**
 * Explains an error of the file system; other errors come back as they are.
 *
 * @param {NodeJS.ErrnoException} error
 */
export function fileProblem(error) {
  const cause = error.syscall && CAUSES.find(({ pattern }) => pattern.test(error.code));
  if (!cause) return error;
  return new SetupProblem({
    what: `${error.path ?? "A file"} could not be written (${error.code}): ${cause.what}.`,
    why: "The set-up keeps what it installs, and what it knows of it, inside this folder.",
    cure: cause.cure,
  });
}
