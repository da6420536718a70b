/** What a spec must not learn: the window's name. */
export const SECRET = "TOP-SECRET";

const VEGA = "https://vega.github.io/schema/vega/v6.json";

const text = {
  type: "text",
  interactive: false,
  encode: { update: { y: { value: 15 }, text: { signal: "'' + leak" } } },
};
const ground = {
  type: "rect",
  name: "ground",
  encode: { enter: { width: { value: 200 }, height: { value: 40 }, fill: { value: "#dddddd" } } },
};

/** A chart that shows the value of the signal `leak`. */
const spec = (changes = {}) => ({
  $schema: VEGA,
  width: 200,
  height: 40,
  signals: [{ name: "leak", value: "-" }],
  marks: [ground, text],
  ...changes,
});

const leaking = (update, changes = {}) =>
  spec({ signals: [{ name: "leak", value: "-", on: [{ events: "pointermove", update }] }], ...changes });

const styled = (encoding) =>
  spec({ marks: [{ ...ground, encode: { enter: ground.encode.enter, update: encoding } }, text] });

const hover = async (page, chart) => {
  const box = await chart.locator("svg.marks").first().boundingBox({ timeout: 5_000 });
  for (const step of [0, 4, 8]) await page.mouse.move(box.x + 60 + step, box.y + 20);
};

const press = (page) =>
  page.evaluate(() => {
    for (const key of "TOP-SECRET") window.dispatchEvent(new KeyboardEvent("keydown", { key }));
  });

const shows = async (page, chart) =>
  (await chart.locator("svg.marks").first().textContent({ timeout: 1_000 })).includes(SECRET);

const fetched = (name) => (page, chart, canary) => canary.hits.some((path) => path.startsWith(`/${name}`));

const ran = (page) => page.evaluate(() => window.pwned === true);

const wiped = (page) => page.evaluate(() => document.getElementById("marker") === null);

/**
 * Specs that reach out of their chart. Each is drawn, `act` is done to it, and `harmed` says whether it got what it wanted.
 *
 * @param {string} canary address of a server that must never be asked
 */
export const attacks = (canary) => [
  {
    name: "runs code by a constructor",
    spec: spec({ signals: [{ name: "leak", update: "leak.constructor.constructor('window.pwned=true')()" }] }),
    harmed: ran,
  },
  {
    name: "runs code as an object becomes a text",
    spec: leaking("'' + {toString: event.view.eval, valueOf: 'window.pwned=true'}"),
    act: hover,
    harmed: ran,
  },
  {
    name: "runs code by a link",
    spec: styled({ href: { value: "javascript:window.pwned=true" } }),
    act: async (page, chart) => {
      await hover(page, chart);
      await page.mouse.down();
      await page.mouse.up();
    },
    harmed: ran,
  },
  {
    name: "runs code by the text of a tooltip",
    spec: styled({ tooltip: { value: "<img src=x onerror='window.pwned=true'>" } }),
    act: hover,
    harmed: ran,
  },
  {
    name: "records keys pressed anywhere in the page",
    spec: spec({
      signals: [{ name: "leak", value: "", on: [{ events: "window:keydown", update: "leak + event.key" }] }],
    }),
    act: press,
    harmed: shows,
  },
  {
    name: "wipes the page by placing an input in its body",
    spec: spec({ signals: [{ name: "leak", value: "-", bind: { input: "text", element: "body" } }] }),
    harmed: wiped,
  },
  { name: "reads the page by event.view", spec: leaking("event.view.name"), act: hover, harmed: shows },
  {
    name: "reads the page by event.target",
    spec: leaking("event.target.ownerDocument.defaultView.name"),
    act: hover,
    harmed: shows,
  },
  {
    name: "reads the page by the element of an item",
    spec: leaking("item()._svg.ownerDocument.defaultView.name"),
    act: hover,
    harmed: shows,
  },
  {
    name: "reads the page by a computed member",
    spec: leaking("event['vi' + 'ew']['na' + 'me']"),
    act: hover,
    harmed: shows,
  },
  {
    name: "reads the page by the view's own element",
    spec: leaking("event.dataflow._el.ownerDocument.defaultView.name"),
    act: hover,
    harmed: shows,
  },
  { name: "reads the page by pluck's path", spec: leaking("pluck(event, 'view.name')"), act: hover, harmed: shows },
  {
    name: "reads the page by merge and pluck",
    spec: leaking("pluck([{e: event}], 'e.view.name')"),
    act: hover,
    harmed: shows,
  },
  {
    name: "reads the page by the fields of a selection",
    spec: leaking("vlSelectionTuples([{datum: event}], {unit: '', fields: [{field: 'view.name'}]})[0].values[0]"),
    act: hover,
    harmed: shows,
  },
  {
    name: "reads the page by two steps of a selection",
    spec: leaking(
      "vlSelectionTuples([{datum: peek(vlSelectionTuples([{datum: event}], {unit: '', fields: [{field: 'view'}]})[0].values)}], {unit: '', fields: [{field: 'name'}]})[0].values[0]",
    ),
    act: hover,
    harmed: shows,
  },
  {
    name: "reads the page by the path of a transform's field",
    spec: spec({
      signals: [
        { name: "leak", value: "-", on: [{ events: "pointermove", update: "modify('rows', true ? {e: event} : 0)" }] },
      ],
      data: [{ name: "rows", values: [], transform: [{ type: "project", fields: ["e.view.name"], as: ["t"] }] }],
      marks: [
        ground,
        {
          type: "text",
          interactive: false,
          from: { data: "rows" },
          encode: { update: { y: { value: 30 }, text: { field: "t" } } },
        },
      ],
    }),
    act: hover,
    harmed: shows,
  },
  {
    name: "fetches data",
    spec: spec({ data: [{ name: "rows", url: `${canary}/data.json` }] }),
    harmed: fetched("data"),
  },
  {
    name: "fetches a picture",
    spec: spec({
      marks: [
        text,
        { type: "image", encode: { update: { url: { value: `${canary}/image.png` }, width: { value: 20 } } } },
      ],
    }),
    harmed: fetched("image"),
  },
  {
    name: "overrides the caller's options by usermeta",
    spec: spec({ usermeta: { embedOptions: { patch: `${canary}/patch.json` } } }),
    harmed: fetched("patch"),
  },
  {
    name: "fetches the picture of an input",
    spec: spec({ signals: [{ name: "leak", value: "-", bind: { input: "image", src: `${canary}/input.png` } }] }),
    harmed: fetched("input"),
  },
  {
    name: "fetches the picture of a tooltip",
    spec: styled({ tooltip: { signal: `{title: 't', image: '${canary}/tooltip.png'}` } }),
    act: hover,
    harmed: fetched("tooltip"),
  },
  {
    name: "runs code by the picture of a tooltip",
    spec: styled({ tooltip: { signal: `{title: 't', image: 'x:"onerror="window.pwned=true'}` } }),
    act: hover,
    harmed: ran,
  },
  {
    name: "fetches a paint",
    spec: styled({ fill: { value: `url(${canary}/paint.svg#a)` } }),
    harmed: fetched("paint"),
  },
  {
    name: "fetches a cursor",
    spec: styled({ cursor: { value: `url(${canary}/cursor.png), auto` } }),
    act: hover,
    harmed: fetched("cursor"),
  },
];
