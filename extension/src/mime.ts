/** MIME type of Vega-Lite 6 specifications. */
export const VEGA_LITE_MIME = "application/vnd.vegalite.v6+json";

/** MIME type of Vega 6 specifications. */
export const VEGA_MIME = "application/vnd.vega.v6+json";
