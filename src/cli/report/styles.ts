/** The style sheet of the report: light and dark by the reader's setting, narrow screens, print. */
export const STYLES = `
:root {
  color-scheme: light dark;
  --page: #fbfbfa; --ink: #1d1d1b; --soft: #5f5f5a; --line: #dcdcd6; --card: #ffffff; --code: #f1f1ed; --link: #00588a;
  --bad: #a62b00;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #17181a; --ink: #e6e6e3; --soft: #a3a39d; --line: #3a3b3e; --card: #ffffff; --code: #222427; --link: #6fbdee;
    --bad: #ff9b70;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 16px/1.6 Inter, system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif;
}
main { max-width: 54rem; margin: 0 auto; padding: 2rem 1rem 5rem; }
a { color: var(--link); }
h1, h2, h3, h4 { line-height: 1.25; margin: 2.2em 0 .6em; text-wrap: balance; }
h1 { font-size: 1.9rem; margin-top: 0; }
h2 { font-size: 1.5rem; }
h3 { font-size: 1.2rem; }
section.notebook { border-top: 1px solid var(--line); margin-top: 4rem; padding-top: .5rem; }
.lead, figcaption, .note { color: var(--soft); }
nav ol { padding-left: 1.4rem; }
figure { margin: 1.6rem 0; }
.plot {
  background: var(--card); color: #222; border: 1px solid var(--line); border-radius: 6px; padding: .5rem;
  overflow-x: auto; position: relative;
}
.plot > img { display: block; margin: 0 auto; max-width: none; }
.plot.live > img { display: none; }
.plot .vega-embed { display: block; width: max-content; margin: 0 auto; }
.plot details { color-scheme: light; }
figcaption { font-size: .9rem; margin-top: .5rem; }
.scroll { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .7rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
thead th { border-bottom: 2px solid var(--line); }
td.number, th.number { text-align: right; }
pre {
  background: var(--code); padding: .7rem .9rem; border-radius: 6px; overflow-x: auto; font-size: .82rem; line-height: 1.45;
  white-space: pre;
}
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
:not(pre) > code { background: var(--code); padding: .1em .3em; border-radius: 3px; font-size: .88em; overflow-wrap: anywhere; }
details.code > summary, details.long > summary { color: var(--soft); font-size: .85rem; cursor: pointer; }
details.code { margin: .8rem 0; }
.error { border-left: 3px solid var(--bad); padding-left: .8rem; }
blockquote { margin: 1rem 0; padding-left: 1rem; border-left: 3px solid var(--line); color: var(--soft); }
img { max-width: 100%; }
@media (max-width: 40rem) {
  main { padding: 1rem .8rem 3rem; }
  h1 { font-size: 1.5rem; }
  th, td { padding: .25rem .45rem; }
}
@media print {
  :root {
    color-scheme: light;
    --page: #fff; --ink: #000; --soft: #333; --line: #bbb; --code: #f4f4f4; --link: #000;
  }
  body { font-size: 10.5pt; }
  main { max-width: none; padding: 0; }
  figure, table, pre { break-inside: avoid; }
  h2, h3, h4 { break-after: avoid; }
  section.notebook { break-before: page; border: 0; }
  .plot { border: 0; padding: 0; overflow: visible; }
  .plot > img { max-width: 100%; }
  .plot svg { max-width: 100%; height: auto; }
  .plot details, details.code { display: none; }
}
`;
