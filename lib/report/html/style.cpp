#include "report/html/style.hpp"

namespace shoal::report {
namespace {

constexpr std::string_view css = R"css(
:root {
  --paper: #fcfbf9; --ink: #1b1f23; --muted: #5c636b; --rule: #e2dfd9; --wash: #f3f1ec; --bar: #b4bac1;
  --accent: #0b6a8c; --accent-wash: #e3f0f4; --gold: #a86a0d; --bad: #ad3f27; --good: #1f7a4d;
  --s0: #0b6a8c; --s1: #b5541c; --s2: #1f7a4d; --s3: #8a4a9e; --s4: #a86a0d; --s5: #4b5f9e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171a; --ink: #e7e5e1; --muted: #9ba3ab; --rule: #2d3339; --wash: #1c2125; --bar: #59626b;
    --accent: #5bbfe0; --accent-wash: #17303a; --gold: #e0a64a; --bad: #ec8a70; --good: #6cc894;
    --s0: #5bbfe0; --s1: #f09a68; --s2: #6cc894; --s3: #cf9be0; --s4: #e0a64a; --s5: #9db1f0;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 3rem 1.5rem 5rem; }
header p { margin: .2rem 0 0; color: var(--muted); font-size: .9rem; overflow-wrap: anywhere; }
h1 { margin: 0; font-size: 1.1rem; font-weight: 650; letter-spacing: .01em; overflow-wrap: anywhere; }
h2 { margin: 0 0 .9rem; font-size: 1.15rem; font-weight: 650; letter-spacing: -.005em; }
section { margin-top: 3.2rem; }
.verdict { margin-top: 2.2rem; }
.headline { margin: 0; max-width: 44rem; font-size: 2.1rem; font-weight: 680; line-height: 1.18; letter-spacing: -.02em;
  text-wrap: balance; }
.headline.good { color: var(--accent); }
.headline.bad { color: var(--bad); }
.lede { margin: 1rem 0 0; max-width: 46rem; font-size: 1.12rem; font-variant-numeric: tabular-nums; }
.caution { margin: .6rem 0 0; max-width: 46rem; color: var(--muted); font-variant-numeric: tabular-nums; }
.se { color: var(--muted); font-size: .86em; font-weight: 400; white-space: nowrap; }
strong { font-weight: 650; white-space: nowrap; }
small { display: block; color: var(--muted); font-size: .78rem; font-weight: 400; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.6rem, 1fr)); gap: 1.2rem 1.4rem;
  margin: 2.2rem 0 0; padding: 1.2rem 0; border: solid var(--rule); border-width: 1px 0; }
.facts dt { color: var(--muted); font-size: .8rem; }
.facts dd { margin: .1rem 0 0; font-size: 1.35rem; font-weight: 600; line-height: 1.25; letter-spacing: -.01em;
  font-variant-numeric: tabular-nums; }
.facts small { margin-top: .2rem; letter-spacing: 0; line-height: 1.35; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; line-height: 1.35; font-variant-numeric: tabular-nums; }
caption { padding-bottom: .5rem; text-align: left; color: var(--muted); font-size: .85rem; }
th, td { padding: .5rem .9rem .5rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--rule); }
th:last-child, td:last-child { padding-right: 0; }
thead th { vertical-align: bottom; color: var(--muted); font-size: .8rem; font-weight: 500; border-color: var(--muted); }
tbody th { font-weight: 400; min-width: 6.5rem; }
.num { text-align: right; }
td.num { white-space: nowrap; }
td.num small { white-space: normal; }
tr.swarm th, tr.swarm td { background: var(--accent-wash); border-bottom: 0; font-weight: 650; }
tr.swarm th { color: var(--accent); box-shadow: -.6rem 0 0 var(--accent-wash); }
tr.single th { font-weight: 600; }
.badge { margin-left: .4rem; padding: .08rem .42rem; border: 1px solid var(--gold); border-radius: 1rem; color: var(--gold);
  font-size: .72rem; font-weight: 500; white-space: nowrap; }
.standing { display: block; font-size: .78rem; font-weight: 400; color: var(--muted); }
.standing.good { color: var(--good); }
.standing.bad { color: var(--bad); }
.swatch { display: inline-block; width: .7rem; height: .7rem; margin-right: .5rem; border-radius: 2px; background: var(--muted); }
svg { display: block; }
svg.plot { width: 100%; min-width: 40rem; height: auto; overflow: visible; font: 13px system-ui, -apple-system, "Segoe UI", Roboto,
  "Helvetica Neue", Arial, sans-serif; font-variant-numeric: tabular-nums; }
.pair svg.plot { min-width: 0; }
svg.bar { width: 168px; height: 18px; margin-top: .1rem; }
svg.sample { display: inline-block; width: 14px; height: 14px; margin: 0 .15rem 0 1.1rem; vertical-align: -2px; }
figcaption > svg.sample:first-child { margin-left: 0; }
figure { margin: 0; }
figcaption { margin-top: .5rem; max-width: 58rem; color: var(--muted); font-size: .85rem; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); gap: 2rem; }
svg text { fill: var(--ink); }
svg .tick, svg .axis { fill: var(--muted); font-size: 12px; }
svg .end { text-anchor: end; }
svg .mid { text-anchor: middle; }
svg .grid { stroke: var(--rule); }
svg .line { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
svg .line.faint { stroke: var(--ink); stroke-opacity: .13; stroke-width: 1; }
svg .line.best { stroke: var(--accent); stroke-width: 2.75; }
svg .line.mean { stroke: var(--muted); }
svg .line.start { stroke: var(--gold); stroke-width: 1.5; stroke-dasharray: 5 4; }
svg .particle { fill: var(--ink); fill-opacity: .38; }
svg .hollow.particle { fill: var(--paper); fill-opacity: 1; stroke: var(--muted); stroke-width: 1.2; }
svg .restart { fill: var(--bad); }
svg .hollow.restart { fill: var(--paper); stroke: var(--bad); stroke-width: 1.2; }
svg .best-dot { fill: var(--accent); stroke: var(--paper); stroke-width: 1.5; r: 5px; }
svg .label { font-weight: 600; }
svg .label.best { fill: var(--accent); }
svg .label.mean { fill: var(--muted); }
svg .label.start { fill: var(--gold); }
svg .plain { fill: var(--bar); }
svg .gold { fill: var(--gold); fill-opacity: .75; }
svg .accent { fill: var(--accent); }
svg .negative { fill: var(--bad); }
svg .whisker { fill: none; stroke: var(--ink); stroke-width: 1.25; }
svg .zero { stroke: var(--muted); }
svg .line.series-0 { stroke: var(--s0); } svg .label.series-0 { fill: var(--s0); } .swatch.series-0 { background: var(--s0); }
svg .line.series-1 { stroke: var(--s1); } svg .label.series-1 { fill: var(--s1); } .swatch.series-1 { background: var(--s1); }
svg .line.series-2 { stroke: var(--s2); } svg .label.series-2 { fill: var(--s2); } .swatch.series-2 { background: var(--s2); }
svg .line.series-3 { stroke: var(--s3); } svg .label.series-3 { fill: var(--s3); } .swatch.series-3 { background: var(--s3); }
svg .line.series-4 { stroke: var(--s4); } svg .label.series-4 { fill: var(--s4); } .swatch.series-4 { background: var(--s4); }
svg .line.series-5 { stroke: var(--s5); } svg .label.series-5 { fill: var(--s5); } .swatch.series-5 { background: var(--s5); }
.notes { margin: 0; padding: 0; max-width: 48rem; list-style: none; }
.notes li { padding: .55rem 0; border-top: 1px solid var(--rule); }
.notes li.warning { padding-left: .8rem; border-left: 3px solid var(--gold); }
details { margin-top: .9rem; border-top: 1px solid var(--rule); padding-top: .7rem; }
summary { cursor: pointer; color: var(--accent); font-size: .92rem; }
summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; }
details > :not(summary) { margin-top: .9rem; }
pre, code { font: .82rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
pre { margin: 0; padding: 1rem 1.2rem; background: var(--wash); white-space: pre-wrap; }
.listing { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.5rem; margin: 0; font-size: .9rem; }
.listing dt { color: var(--muted); }
.listing dd { margin: 0; overflow-wrap: anywhere; }
@media (max-width: 40rem) { main { padding-top: 1.5rem; } .headline { font-size: 1.6rem; } }
@media print {
  :root { --paper: #fff; --ink: #000; --muted: #444; --rule: #ccc; --wash: #fff; --bar: #aaa; --accent: #0b6a8c;
    --accent-wash: #eef5f7; --gold: #8a5608; --bad: #ad3f27; --good: #1f7a4d; }
  body { font-size: 10.5pt; } main { max-width: none; padding: 0; } section { margin-top: 1.6rem; }
  figure, tr, .facts { break-inside: avoid; } h2 { break-after: avoid; } .scroll { overflow: visible; }
  svg.plot { min-width: 0; }
}
)css";

}  // namespace

std::string_view style_sheet() { return css; }

}  // namespace shoal::report
