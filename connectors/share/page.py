"""The page on which somebody confirms a share: a form and a few messages, without script and without style."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

HEADERS: Mapping[str, str] = {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}

MAX_TITLE, MAX_WHY = 300, 2_000

_PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title></head>
<body><main><h1>{title}</h1>
{body}
</main></body>
</html>
"""
_FORM = """<form method="post" action="page" accept-charset="utf-8">
<input type="hidden" name="ticket" value="{ticket}">
<p>You share as <strong>{account}</strong>. A curator will look at it.</p>
<p><label for="url">Page</label><br>
<input id="url" name="url" type="url" required maxlength="4000" size="80" value="{url}"></p>
<p><label for="title">Its title</label><br>
<input id="title" name="title" maxlength="300" size="80" value="{title}"></p>
<p><label for="why">Why should others see it?</label><br>
<textarea id="why" name="why" rows="4" cols="80" maxlength="2000">{why}</textarea></p>
<p><button>Share</button></p>
</form>"""


def form(ticket: str, account: str, url: str, title: str, why: str) -> bytes:
    """The form, filled in with what the bookmarklet found."""
    values = {
        "ticket": ticket,
        "account": account,
        "url": url[:4_000],
        "title": title[:MAX_TITLE],
        "why": why[:MAX_WHY],
    }
    filled = _FORM.format(**{name: escape(value) for name, value in values.items()})
    return _PAGE.format(title="Share a page", body=filled).encode("utf-8", "replace")


def message(title: str, words: str) -> bytes:
    """A page that says something."""
    return _PAGE.format(title=escape(title), body=f"<p>{escape(words)}</p>").encode("utf-8", "replace")
