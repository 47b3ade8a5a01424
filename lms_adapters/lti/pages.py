"""The pages between an LMS and ours, and the headers of every answer: shown in frames of the registered LMS only."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from lms_adapters.lti.platform import Platform
from lms_adapters.lti.words import said

Answer = tuple[int, Mapping[str, str | tuple[str, ...]], bytes]

_STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:3rem auto;padding:0 1rem;color:#1c2430;"
    "background:#fff}a.go,button{display:inline-block;padding:.6rem 1.2rem;border-radius:.4rem;border:0;"
    "background:#1a4f8b;color:#fff;font:inherit;text-decoration:none}a.go:focus,button:focus{outline:3px solid #e0a100}"
    "[hidden]{display:none}@media(prefers-color-scheme:dark){body{color:#e8ecf2;background:#12161c}"
    "a.go,button{background:#7db4f0;color:#10141a}}"
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()


def headers_of(platform: Platform | None, *, scripts: bool = False) -> dict[str, str | tuple[str, ...]]:
    """The headers of a page. An opener is needed where an LMS opens us in a window and keeps our proof."""
    frames = " ".join(platform.origins if platform else ()) or "'none'"
    policy = [
        "default-src 'none'",
        f"style-src 'sha256-{_STYLE_HASH}'",
        "script-src 'self'" if scripts else "script-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        f"frame-ancestors {frames}",
    ]
    return {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": "; ".join(policy),
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "cross-origin-opener-policy": "unsafe-none",
    }


def page(title: str, body: str, language: str, script: str = "") -> bytes:
    """A page; `body` is markup of ours, `script` the address of one."""
    loaded = f'<script src="{escape(script)}" defer></script>' if script else ""
    whole = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style>{loaded}</head><body><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )
    return whole.encode("utf-8", "replace")


def message(
    status: int, platform: Platform | None, title: str, lines: Sequence[str], language: str, more: str = ""
) -> Answer:
    """A page that says something; `title` is a text of ours."""
    body = "".join(f"<p>{escape(line)}</p>" for line in lines if line)
    return status, headers_of(platform), page(said(title, language), body + more, language)


def new_tab(platform: Platform, again: str, language: str) -> Answer:
    """A page that has the sign-in begin anew in a tab of its own."""
    body = f"<p>{escape(_said_cookies(language))}</p>{_link(again, language)}"
    return 200, headers_of(platform), page(said("One more step", language), body, language)


def storing(platform: Platform, script: str, told: Mapping[str, str], again: str, language: str) -> Answer:
    """A page that lays our proof into the LMS's storage and goes on; where that fails, the way by a new tab."""
    body = (
        f"{_data(told)}<p id=waiting>{escape(said('The sign-in goes on by itself.', language))}</p>"
        f"<noscript><p>{escape(_no_script(language))}</p>{_link(again, language)}</noscript>"
        f"<div id=otherwise hidden><p>{escape(_said_cookies(language))}</p>{_link(again, language)}</div>"
    )
    title = said("A moment, please", language)
    return 200, headers_of(platform, scripts=True), page(title, body, language, script)


def fetching(
    platform: Platform, script: str, told: Mapping[str, str], fields: Mapping[str, str], failed: Sequence[str],
    language: str,
) -> Answer:  # fmt: skip
    """A page that fetches our proof from the LMS's storage and sends the LMS's message on with it."""
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in fields.items()
    )
    lines = "".join(f"<p>{escape(line)}</p>" for line in failed)
    body = (
        f"{_data(told)}<form method=post id=on>{hidden}</form>"
        f"<p id=waiting>{escape(said('The sign-in goes on by itself.', language))}</p>"
        f"<noscript><p>{escape(_no_script(language))}</p></noscript><div id=otherwise hidden>{lines}</div>"
    )
    title = said("A moment, please", language)
    return 200, headers_of(platform, scripts=True), page(title, body, language, script)


def closing(platform: Platform, script: str, language: str) -> Answer:
    """What is said after a registration; the LMS is told that its window may close."""
    line = escape(said("Close this window and switch the tool on in the LMS.", language))
    body = f"{_data({'does': 'close', 'origin': platform.auth_origin})}<p>{line}</p>"
    title = said("The LMS is registered", language)
    return 200, headers_of(platform, scripts=True), page(title, body, language, script)


def moved(url: str, platform: Platform | None, cookie: str = "", status: int = 302) -> Answer:
    """Send the browser on."""
    headers = {**headers_of(platform), "location": url}
    if cookie:
        headers["set-cookie"] = cookie
    return status, headers, b""


def told_json(told: Any) -> Answer:
    """A document for programs, which any page may read."""
    headers = {"content-type": "application/json", "cache-control": "public, max-age=300"}
    return 200, headers, json.dumps(told).encode()


def _data(told: Mapping[str, str]) -> str:
    values = " ".join(f'data-{name}="{escape(value)}"' for name, value in told.items())
    return f"<div id=told hidden {values}></div>"


def _link(address: str, language: str) -> str:
    words = escape(said("Open in a new tab", language))
    return f'<p><a class="go" id="new-tab" href="{escape(address)}" target="_blank" rel="noopener">{words}</a></p>'


def _said_cookies(language: str) -> str:
    return said(
        "Your browser keeps no cookies for a page inside another one. Open it in a tab of its own: there it works.",
        language,
    )


def _no_script(language: str) -> str:
    return said("Scripts are switched off: switch them on, or open the link in a tab of its own.", language)
