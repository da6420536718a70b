import { fenceMark, type SessionEvent } from "../session/messages.js";

type NativeName = "stdout" | "stderr";
type NativeItem = string | number;

const MARK = /\u0000diffrepairer-kernel-fence (\d+)\u0000/;
const MARK_START = fenceMark(0).slice(0, -2);

/** Where merged output goes. */
export interface MergeTarget {
  event(event: SessionEvent): void;
  native(name: NativeName, text: string): void;
}

/**
 * Puts the session's three outputs into one order: its events, and what child processes and native code write to stdout and
 * stderr. The session marks the same moments (fences) on all three; nothing passes a fence before all three have reached it.
 */
export class Merge {
  readonly #target: MergeTarget;
  readonly #patienceMs: number;
  readonly #events: SessionEvent[] = [];
  readonly #native: Record<NativeName, NativeItem[]> = { stdout: [], stderr: [] };
  readonly #held: Record<NativeName, string> = { stdout: "", stderr: "" };
  #timer: NodeJS.Timeout | undefined;

  /** @param patienceMs - how long a fence waits for a stream that a cell may have closed. Default 500. */
  constructor(target: MergeTarget, patienceMs = 500) {
    this.#target = target;
    this.#patienceMs = patienceMs;
  }

  /** Takes an event of the session. */
  pushEvent(event: SessionEvent): void {
    this.#events.push(event);
    this.#advance(false);
  }

  /** Takes decoded text from the session's stdout or stderr. */
  pushNative(name: NativeName, chunk: string): void {
    let text = this.#held[name] + chunk;
    this.#held[name] = "";
    const items = this.#native[name];
    for (let match = MARK.exec(text); match; match = MARK.exec(text)) {
      if (match.index > 0) items.push(text.slice(0, match.index));
      items.push(Number(match[1]));
      text = text.slice(match.index + match[0].length);
    }
    const start = text.lastIndexOf("\u0000");
    if (start >= 0 && (MARK_START.startsWith(text.slice(start)) || text.startsWith(MARK_START, start))) {
      this.#held[name] = text.slice(start);
      text = text.slice(0, start);
    }
    if (text !== "") items.push(text);
    this.#advance(false);
  }

  /** Lets everything through: the session has ended. */
  end(): void {
    while (this.#events.length > 0) this.#advance(true);
    this.#advance(true);
  }

  #advance(force: boolean): void {
    for (;;) {
      for (const name of ["stdout", "stderr"] as const) this.#emitText(name);
      while (this.#events[0] !== undefined && !isFence(this.#events[0]))
        this.#target.event(this.#events.shift() as SessionEvent);
      const fence = this.#events[0];
      if (fence === undefined || !isFence(fence)) return;
      const hasArrived = (name: NativeName): boolean => {
        const head = this.#native[name][0];
        return typeof head === "number" && head >= fence.mark;
      };
      if (!force && !(hasArrived("stdout") && hasArrived("stderr"))) {
        this.#timer ??= setTimeout(() => {
          this.#timer = undefined;
          this.#advance(true);
        }, this.#patienceMs);
        return;
      }
      clearTimeout(this.#timer);
      this.#timer = undefined;
      force = false;
      this.#events.shift();
      for (const name of ["stdout", "stderr"] as const)
        if (this.#native[name][0] === fence.mark) this.#native[name].shift();
    }
  }

  #emitText(name: NativeName): void {
    const items = this.#native[name];
    const fence = this.#events.find(isFence);
    for (;;) {
      const head = items[0];
      if (typeof head === "string") this.#target.native(name, head);
      else if (head === undefined || fence === undefined || head >= fence.mark) return;
      items.shift();
    }
  }
}

function isFence(event: SessionEvent): event is Extract<SessionEvent, { t: "fence" }> {
  return "t" in event && event.t === "fence";
}
