/** Prints progress as lines of `minutes:seconds  step  message`; a step's repeated news come at most every few seconds. */
export function createReport({ write = (text) => process.stdout.write(text), now = Date.now, every = 4000 } = {}) {
  const started = now();
  const last = new Map();
  const elapsed = () => {
    const seconds = Math.floor((now() - started) / 1000);
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  };
  return {
    say(step, message) {
      last.set(step, now());
      write(`${elapsed().padStart(6)}  ${step.padEnd(7)} ${message}\n`);
    },
    /** As `say`, but left out if the step has said something just before. */
    progress(step, message) {
      if (now() - (last.get(step) ?? -Infinity) >= every) this.say(step, message);
    },
    /** A text that stands by itself. */
    notice(text) {
      write(`\n${text}\n\n`);
    },
    seconds: () => (now() - started) / 1000,
  };
}

/** Bytes as "274 MB". */
export function megabytes(bytes) {
  return `${Math.round(bytes / 1e6)} MB`;
}

/** Bytes as gigabytes: "3.4". */
export function gigabytes(bytes) {
  return (bytes / 1e9).toFixed(1);
}
