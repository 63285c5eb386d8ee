"""How a month's page looks: light and dark by the reader's wish, plain on paper, no file loaded."""

from typing import Final

_LIGHT: Final = (
    "--ink:#1b1b1b;--soft:#55585c;--line:#c4c8cc;--paper:#fff;--wash:#f3f5f7;"
    "--c0:#0072b2;--c1:#e69f00;--c2:#009e73;--c3:#999;--link:#00568a"
)
_DARK: Final = (
    "--ink:#ececec;--soft:#b3b7bb;--line:#4a4e53;--paper:#16181a;--wash:#212427;"
    "--c0:#56b4e9;--c1:#e69f00;--c2:#2fbf94;--c3:#8a8d90;--link:#7cc4ee"
)
STYLE: Final = (
    f":root{{{_LIGHT}}}@media screen and (prefers-color-scheme:dark){{:root{{{_DARK}}}}}"
    "*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);"
    "font:1.05rem/1.5 system-ui,sans-serif}main{max-width:64rem;margin:0 auto;padding:1rem;"
    "overflow-wrap:anywhere}h1{font-size:2rem;margin:1rem 0 0;line-height:1.2}h2{font-size:1.35rem;"
    "margin:2.5rem 0 .5rem;border-top:1px solid var(--line);padding-top:1.2rem}"
    "h3{font-size:1.05rem;margin:0 0 .4rem}.body{color:var(--soft);margin:.2rem 0 1.2rem}"
    "ul.sum{background:var(--wash);padding:1rem 1rem 1rem 2rem;border-radius:.5rem}"
    "ul.sum li{margin:.3rem 0}.note{color:var(--soft)}a{color:var(--link)}"
    ".two{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,22rem),1fr));"
    "gap:1.5rem 2.5rem;align-items:start}figure{margin:0 0 1rem}"
    "svg{display:block;width:100%;max-width:32rem;height:auto;font:13px system-ui,sans-serif}"
    "svg text{fill:var(--ink)}svg .c0{fill:var(--c0)}svg .c1{fill:var(--c1)}svg .c2{fill:var(--c2)}"
    "svg .c3{fill:var(--c3)}svg .g{stroke:var(--line);fill:none}"
    "svg .i{stroke:var(--ink);stroke-width:2;fill:none}"
    ".t{overflow-x:auto;margin:0 0 1rem}.tall{max-height:24rem;overflow-y:auto}"
    "table{border-collapse:collapse;font-size:.92rem;min-width:100%;overflow-wrap:normal}"
    "caption{text-align:left;color:var(--soft);padding:.2rem 0}"
    "th,td{padding:.28rem .6rem;border-bottom:1px solid var(--line);text-align:left;"
    "vertical-align:top}thead th{background:var(--wash)}"
    "td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}td.n{white-space:nowrap}"
    "tbody th{font-weight:400;min-width:9rem}td:not(.n){min-width:15rem}"
    "tr.all th,tr.all td{font-weight:600}"
    "dt{font-weight:600;margin-top:.8rem}dd{margin:0}"
    "@media print{main{max-width:none;padding:0}.tall{max-height:none;overflow:visible}"
    ".t{overflow:visible}h2{break-after:avoid}figure,tr{break-inside:avoid}body{font-size:10pt}"
    "svg{max-width:26rem}svg rect,svg circle,thead th,ul.sum{print-color-adjust:exact}}"
)
