import embed from "vega-embed";

/** Draws a spec by vega-embed as published, with the interpreter: what the guards are compared with. */
window.drawPublished = (spec) => embed("#chart", structuredClone(spec), { ast: true });
