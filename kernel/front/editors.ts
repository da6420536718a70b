import type { Header, Message } from "../protocol/messages.js";
import { LANGUAGE_TARGET } from "./editor-messages.js";
import { Editor } from "./editor.js";
import type { Language } from "./language.js";

/** What editors need of the kernel. */
export interface EditorsHost {
  publish(parent: Header, type: string, content: object): void;
  /** What cells are compiled by; editors ask another that follows it. */
  readonly language: Language;
  log(text: string): void;
}

/** An editor of its own for each view of each notebook is more than anybody has. */
const MAX_EDITORS = 16;

/**
 * The editors that are connected by comms. They are answered here and not by the session, so while cells run too, and by a
 * language process of their own, which is started for the first and ends with the last.
 */
export class Editors {
  readonly #host: EditorsHost;
  readonly #editors = new Map<string, Editor>();
  #language: Language | undefined;

  constructor(host: EditorsHost) {
    this.#host = host;
    host.language.onChange = () => {
      for (const editor of this.#editors.values()) editor.sessionChanged();
    };
  }

  /** What a comm_info_reply holds of them. */
  info(target: unknown): Record<string, { target_name: string }> {
    if (typeof target === "string" && target !== LANGUAGE_TARGET) return {};
    return Object.fromEntries([...this.#editors.keys()].map((id) => [id, { target_name: LANGUAGE_TARGET }]));
  }

  /** Takes a comm message, if it is of an editor. */
  takes({ header, content }: Message): boolean {
    const { comm_id: id, target_name: target, data } = content;
    if (typeof id !== "string") return false;
    const editor = this.#editors.get(id);
    if (header.msg_type === "comm_open" && target === LANGUAGE_TARGET && !editor) this.#open(id, header);
    else if (!editor) return false;
    else if (header.msg_type === "comm_close") this.#close(id, editor);
    else if (header.msg_type === "comm_msg") editor.take(header, data);
    else this.#host.log(`a comm_open was ignored: the comm "${id}" is open already`);
    return true;
  }

  #open(id: string, header: Header): void {
    if (this.#editors.size >= MAX_EDITORS) {
      this.#host.publish(header, "comm_close", { comm_id: id, data: {} });
      this.#host.log(`a comm of ${LANGUAGE_TARGET} was refused: ${MAX_EDITORS} are open`);
      return;
    }
    this.#language ??= this.#follow();
    const editor = new Editor(id, header, {
      language: this.#language,
      send: (parent, data) => this.#host.publish(parent, "comm_msg", { comm_id: id, data }),
    });
    this.#editors.set(id, editor);
  }

  #close(id: string, editor: Editor): void {
    editor.close();
    this.#editors.delete(id);
    if (this.#editors.size > 0) return;
    this.#language?.close();
    this.#language = undefined;
  }

  #follow(): Language {
    const language = this.#host.language.follow();
    language.onRestart = () => {
      for (const editor of this.#editors.values()) editor.languageRestarted();
    };
    return language;
  }
}
