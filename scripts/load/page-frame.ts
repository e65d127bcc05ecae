/** The frame of a page about load: its look, for light, dark, print and a phone. What it says is made elsewhere. */

import { xml } from './junit.ts';
import { PLOT_STYLE } from './plot.ts';

const STYLE = `
:root{color-scheme:light dark;--fg:#1b1f24;--bg:#fff;--card:#f6f8fa;--soft:#59636e;--line:#d1d9e0;--good:#1a7f37;--bad:#cf222e;--found:#9a6700;--l0:#0969da;--l1:#bc4c00;--l2:#8250df}
@media(prefers-color-scheme:dark){:root{--fg:#f0f6fc;--bg:#0d1117;--card:#151b23;--soft:#9198a1;--line:#3d444d;--good:#3fb950;--bad:#f85149;--found:#d29922;--l0:#4493f8;--l1:#f0883e;--l2:#ab7df8}}
@media print{:root{color-scheme:light;--fg:#000;--bg:#fff;--card:#fff;--soft:#444;--line:#999;--good:#000;--bad:#000;--found:#000;--l0:#000;--l1:#555;--l2:#000}body{max-width:none;font-size:10pt;padding:0}section,tr,.chain li,.figures{break-inside:avoid}h2{break-after:avoid;margin-top:1.4rem}}
*{box-sizing:border-box}body{margin:0 auto;max-width:62rem;padding:1.5rem 1rem 3rem;font:16px/1.5 system-ui,-apple-system,"Segoe UI","DejaVu Sans",sans-serif;color:var(--fg);background:var(--bg);overflow-wrap:break-word}
h1{font-size:1.6rem;line-height:1.2;margin:0 0 1rem}h2{font-size:1.15rem;margin:2.4rem 0 .7rem}p{margin:.4rem 0}header p{margin:0}.soft{color:var(--soft);font-size:.9rem}.good>strong,p.good,tr.good td:first-child,td.better{color:var(--good)}.bad>strong,tr.bad td,td.worse{color:var(--bad)}.found>strong{color:var(--found)}
.verdict{border:1px solid var(--line);border-left:.4rem solid;border-radius:.5rem;background:var(--card);padding:.8rem 1rem}.verdict+.verdict{margin-top:.8rem}.verdict strong{display:block;font-size:1.2rem;line-height:1.35}.verdict.good{border-left-color:var(--good)}.verdict.bad{border-left-color:var(--bad)}.verdict.found{border-left-color:var(--found)}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(12.5rem,45%),1fr));gap:.6rem;margin:1rem 0}.figures div{border:1px solid var(--line);border-radius:.5rem;padding:.55rem .8rem;display:flex;flex-direction:column-reverse;justify-content:flex-end}.figures dt{font-size:.85rem;color:var(--soft)}.figures dd{margin:0;font-size:1.2rem;font-weight:600;font-variant-numeric:tabular-nums}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}td,th{padding:.35rem .5rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}td.n,th.n{text-align:right;white-space:nowrap}.checks,.troubles{max-width:38rem}.checks td:first-child{width:1.5rem}
.chain{list-style:none;display:flex;gap:1.3rem;margin:0;padding:0}.chain li{position:relative;flex:1 1 0;border:1px solid var(--line);border-radius:.5rem;padding:.6rem .6rem;background:var(--card);font-size:.85rem;line-height:1.35}.chain li+li::before{content:"→";position:absolute;right:100%;width:1.3rem;text-align:center;top:50%;transform:translateY(-50%);color:var(--soft)}
.chain b{display:block;font-size:.95rem}.chain em{display:block;font-style:normal;font-size:1.25rem;font-weight:600;margin-top:.3rem;font-variant-numeric:tabular-nums}.chain i,.chain span{display:block;font-style:normal;color:var(--soft)}.chain .gave{border:2px solid var(--bad)}.chain .gave b{color:var(--bad)}.chain .held{border-color:var(--found)}
@media(max-width:52rem){.chain{flex-direction:column}.chain li{display:grid;grid-template-columns:minmax(7rem,1fr) 1.6fr;gap:0 .8rem;align-items:baseline}.chain li+li::before{content:"↓";right:auto;left:50%;top:auto;bottom:100%;transform:none;line-height:1.3rem}.chain b{grid-row:span 2}.chain em{margin:0;grid-column:2}.chain i{grid-column:2}.chain span{display:inline}.chain span+span::before{content:" · "}}
footer{margin-top:2.5rem;border-top:1px solid var(--line);padding-top:.8rem}`;

export function document(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${xml(title)}</title><style>${STYLE}${PLOT_STYLE}@media print{.plot{height:7.5rem}figure{margin-bottom:1.4rem}}</style></head><body>
${body}
</body></html>
`;
}
