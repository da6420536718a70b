/** Bytes that go beside a message's data, uncopied by JSON. */
export type CommBuffer = ArrayBufferLike | ArrayBufferView;

/** What a comm message carries. */
export interface CommMessage<Data = Record<string, unknown>> {
  readonly data: Data;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly buffers: readonly Uint8Array<ArrayBuffer>[];
}

/** What goes with the data of a message that is sent. */
export interface CommExtras {
  readonly metadata?: object;
  readonly buffers?: readonly CommBuffer[];
}

/** Takes a message. The kernel is busy until a promise that it returns is settled. */
export type CommHandler<Data> = (message: CommMessage<Data>) => unknown;

/** A channel between the cells and one object at the client. */
export interface Comm {
  readonly id: string;
  readonly target: string;
  /** Whether it can still send. */
  readonly isOpen: boolean;
  /** Sends a message to the client. Data is an object that JSON can tell. */
  send(data?: object, extras?: CommExtras): void;
  /** Closes the comm on both sides. Nothing happens when it is closed already. */
  close(data?: object, extras?: CommExtras): void;
  /** Sets what takes the client's messages, in the place of what was set before. */
  onMessage<Data = Record<string, unknown>>(handler: CommHandler<Data>): void;
  /** Sets what is called when the client closes the comm, in the place of what was set before. */
  onClose<Data = Record<string, unknown>>(handler: CommHandler<Data>): void;
}

/** The global `comms`. */
export interface Comms {
  /** Takes comms that the client opens to a target, in the place of an earlier handler of this name. */
  registerTarget<Data = Record<string, unknown>>(
    target: string,
    handler: (comm: Comm, message: CommMessage<Data>) => unknown,
  ): void;
  /** Refuses the target from now on; comms that are open stay so. */
  unregisterTarget(target: string): void;
  /** Opens a comm to a target that the client has registered. `id` is a new one unless given. */
  open(target: string, options?: CommExtras & { readonly data?: object; readonly id?: string }): Comm;
}
