/*
 * JSON Schema of every message that a kernel sends, after the protocol's documentation (5.5):
 * https://jupyter-client.readthedocs.io/en/stable/messaging.html
 */

const string = { type: "string" };
const boolean = { type: "boolean" };
const integer = { type: "integer", minimum: 0 };
const anyObject = { type: "object" };

const object = (properties: Record<string, object>, optional: readonly string[] = []): object => ({
  type: "object",
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  additionalProperties: false,
});

const error = { ename: string, evalue: string, traceback: { type: "array", items: string } };
const data = { type: "object", propertyNames: { pattern: "^[\\w.+-]+/[\\w.+-]+$" } };
const metadata = anyObject;
const transient = object({ display_id: string }, ["display_id"]);

/** A reply in its three forms: done, failed, or put aside. */
const reply = (properties: Record<string, object>, onError: Record<string, object> = {}): object => ({
  oneOf: [
    object({ status: { const: "ok" }, ...properties }),
    object({ status: { const: "error" }, ...error, ...onError }, Object.keys(onError)),
    object({ status: { const: "aborted" }, execution_count: integer }, ["execution_count"]),
  ],
});

const header = object({
  msg_id: { type: "string", minLength: 1 },
  msg_type: { type: "string", minLength: 1 },
  username: string,
  session: { type: "string", minLength: 1 },
  date: { type: "string", pattern: "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z$" },
  version: { const: "5.5" },
});

const executionCount = { execution_count: integer };
const payload = { type: "array" };
const userExpressions = {
  type: "object",
  additionalProperties: {
    oneOf: [object({ status: { const: "ok" }, data, metadata }), object({ status: { const: "error" }, ...error })],
  },
};

/** Header of a message of the kernel's own. */
export const HEADER_SCHEMA = header;

/** Content of every message type. */
export const CONTENT_SCHEMAS: Readonly<Record<string, object>> = {
  execute_reply: reply(
    { ...executionCount, payload, user_expressions: userExpressions },
    { ...executionCount, payload, user_expressions: userExpressions },
  ),
  inspect_reply: reply({ found: boolean, data, metadata }),
  complete_reply: reply({
    matches: { type: "array", items: string },
    cursor_start: integer,
    cursor_end: integer,
    metadata,
  }),
  history_reply: reply({
    history: {
      type: "array",
      items: {
        type: "array",
        items: [
          integer,
          integer,
          {
            oneOf: [string, { type: "array", items: [string, { type: ["string", "null"] }], minItems: 2, maxItems: 2 }],
          },
        ],
        minItems: 3,
        maxItems: 3,
      },
    },
  }),
  is_complete_reply: object({ status: { enum: ["complete", "incomplete", "invalid", "unknown"] }, indent: string }),
  comm_info_reply: reply({ comms: { type: "object", additionalProperties: object({ target_name: string }) } }),
  kernel_info_reply: reply({
    protocol_version: { const: "5.5" },
    implementation: string,
    implementation_version: { type: "string", pattern: "^\\d+\\.\\d+\\.\\d+" },
    language_info: object({
      name: string,
      version: { type: "string", pattern: "^\\d+\\.\\d+\\.\\d+" },
      mimetype: string,
      file_extension: { type: "string", pattern: "^\\." },
      pygments_lexer: string,
      codemirror_mode: { type: ["string", "object"] },
      nbconvert_exporter: string,
    }),
    banner: string,
    debugger: boolean,
    supported_features: { type: "array", items: string, uniqueItems: true },
    help_links: { type: "array", items: object({ text: string, url: { type: "string", pattern: "^https://" } }) },
  }),
  interrupt_reply: reply({}),
  shutdown_reply: reply({ restart: boolean }),
  input_request: object({ prompt: string, password: boolean }),
  status: object({ execution_state: { enum: ["starting", "busy", "idle"] } }),
  iopub_welcome: object({ subscription: string }),
  execute_input: object({ code: string, ...executionCount }),
  stream: object({ name: { enum: ["stdout", "stderr"] }, text: { type: "string", minLength: 1 } }),
  display_data: object({ data, metadata, transient }),
  update_display_data: object({ data, metadata, transient: object({ display_id: string }) }),
  execute_result: object({ data, metadata, transient, ...executionCount }),
  clear_output: object({ wait: boolean }),
  error: object(error),
  comm_close: object({ comm_id: string, data: anyObject }),
};
