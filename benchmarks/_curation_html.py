"""Foreign HTML: our cleaner (nh3, and each link looked at) beside bleach, and what each of them lets through."""

from __future__ import annotations

import random

import nh3
from _curation_part import Part, Run
from _curation_peers import peer

from lms_adapters._text import clean

PIECES = 1_500
TAGS = {"p", "br", "ul", "ol", "li", "blockquote", "pre", "a", "b", "code", "em", "i", "strong"}

WORDS = ("learn", "the", "basics", "of", "data", "with", "examples", "&", "exercises", "from", "a", "course")

HARM = {
    "words of a script": ("<p>a</p><script>alert(1)</script>", "alert(1)"),
    "words of a style": ("<p>a</p><style>p{color:red}</style>", "color:red"),
    "onerror": ("<img src=x onerror=alert(1)>", "<img"),
    "onclick": ("<b onclick=alert(1)>a</b>", "onclick"),
    "javascript:": ('<a href="javascript:alert(1)">a</a>', "javascript:"),
    "javascript: in entities": ('<a href="java&#10;script:alert(1)">a</a>', "script:"),
    "data:": ('<a href="data:text/html,x">a</a>', "data:"),
    "a frame": ('<iframe src="https://example.org"></iframe>a', "<iframe"),
    "script in svg": ("<svg><script>alert(1)</script></svg>", "alert(1)"),
    "a link with a password": ('<a href="https://user:word@example.org/">a</a>', "user:word"),
    "a turned line": ("<p>a\u202eb</p>", "\u202e"),
}
"""What is put in, and what must not come out."""


def part() -> Part:
    """All contenders over invented pieces of pages."""
    cleaner = nh3.Cleaner(tags=TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https"})
    runs: dict[str, Run] = {"gleanery": clean, "nh3 alone": cleaner.clean}
    if bleach := peer("bleach"):
        kept = {"tags": TAGS, "attributes": {"a": ["href"]}, "protocols": {"http", "https"}, "strip": True}
        runs["bleach.Cleaner"] = bleach.Cleaner(**kept).clean
        runs["bleach.clean"] = lambda markup: bleach.clean(markup, **kept)
    right = {
        name: {"lets_through": [harm for harm, (put, sign) in HARM.items() if sign in run(put)]}
        for name, run in runs.items()
    }
    rng = random.Random(6)
    return Part([_piece(rng) for _ in range(PIECES)], runs, right, goals={"bleach.Cleaner": 20.0})


def _piece(rng: random.Random) -> str:
    def said(count: int) -> str:
        return " ".join(rng.choices(WORDS, k=count))

    return (
        f'<p class="x" onclick="go()">{said(12)} <b>{said(2)}</b> '
        f'<a href="https://example.org/{rng.randrange(999)}" target="_blank">{said(2)}</a></p>'
        f"<ul><li>{said(5)}<li>{said(5)}</ul><script>track({rng.randrange(99)})</script>"
        f'<img src="https://example.org/a.png" onerror="alert(1)"><div>{said(8)}</div>'
    )
