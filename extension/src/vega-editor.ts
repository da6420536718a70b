const EDITOR = new URL("https://vega.github.io/editor/");
const INTERVAL = 250;
const PATIENCE = 20_000;

/**
 * Opens a spec, with its data, in the Vega editor, which is a public page: only after the reader has said so.
 * @throws {Error} where the browser opens no page
 */
export const openInVegaEditor = async (spec: object, mode: "vega" | "vega-lite"): Promise<void> => {
  const { Dialog, showDialog } = await import("@jupyterlab/apputils");
  const { button } = await showDialog({
    title: "Open in the Vega editor?",
    body: `This opens ${EDITOR.host} and hands it the chart's specification, with all of its data.`,
    buttons: [Dialog.cancelButton(), Dialog.okButton({ label: "Open" })],
    // A key pressed by mistake sends nothing.
    defaultButton: 0,
  });
  if (!button.accept) return;
  const editor = window.open(EDITOR.href);
  if (!editor) throw new Error("The browser has blocked the page of the Vega editor.");
  hand({ mode, spec: JSON.stringify(spec, undefined, 2) }, editor);
};

/** The editor listens once it has been loaded, and answers; until then it is sent the message again. */
const hand = (message: object, editor: Window): void => {
  const timer = setInterval(() => editor.postMessage(message, EDITOR.origin), INTERVAL);
  const stop = () => {
    clearInterval(timer);
    window.removeEventListener("message", listen);
  };
  const listen = ({ source }: MessageEvent) => source === editor && stop();
  window.addEventListener("message", listen);
  setTimeout(stop, PATIENCE);
};
