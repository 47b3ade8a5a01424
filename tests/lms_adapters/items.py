"""Items for the adapters' tests: plain ones, and ones full of hostile text."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from gleanery.ports import LearningItem
from tests.conftest import shared_data

FRAMEWORK = "https://skills.example/framework"
LADDER = (FRAMEWORK, "https://skills.example/ladder", "Ladder safety")
EXCEL = (FRAMEWORK, "https://skills.example/excel", "Spreadsheets")


def item_id(number: int) -> UUID:
    """The id of the item of this number."""
    return uuid5(NAMESPACE_URL, f"https://example.org/item/{number}")


def item(number: int = 1, **changes: Any) -> LearningItem:
    """An item with an address, a text and a competency."""
    values: dict[str, Any] = {
        "id": item_id(number),
        "title": f"Item {number}",
        "url": f"https://example.org/watch?v={number}&t=5",
        "html": f"<p>Text of item {number}.</p>",
        "kind": "video",
        "language": "en",
        "competencies": (LADDER,),
        "goals": ("fewer-accidents",),
        "attribution": "Example Channel",
        "licence": "CC-BY-4.0",
        "platforms": ("youtube",),
        "published_at": datetime(2026, 1, 2, tzinfo=UTC),
        "revision": 1,
    }
    return LearningItem(**{**values, **changes})


HOSTILE = (
    "<script>window.fired=1;alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    '"><script>alert(1)</script>',
    "'-alert(1)-'",
    "</title><script>alert(1)</script>",
    "</textarea><svg onload=alert(1)>",
    "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='jav&#x09;ascript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<form action='javascript:alert(1)'><input type=submit></form>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<base href='https://evil.example/'>",
    "<style>@import 'https://evil.example/x.css';</style>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<details open ontoggle=alert(1)>",
    "<object data='javascript:alert(1)'></object>",
    "]]> <![CDATA[ <x/> ]]>",
    "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
    "&lt;script&gt;alert(1)&lt;/script&gt; &amp;amp; &#0; &bogus;",
    "null\x00 bell\x07 escape\x1b unit\x1f delete\x7f c1\x9b nonchar\ufffe\uffff",
    "lone surrogates \ud800 \udfff",
    "override \u202egpj.exe\u202c isolate \u2067abc\u2069 mark \u200f\u200e",
    "zero\u200bwidth \ufeffbom lines\u2028and\u2029paragraphs\r\n\ttab",
    "$IMS-CC-FILEBASE$../../imsmanifest.xml ${7*7} {{7*7}} %00 ../../etc/passwd",
    "日本語 العربية עברית हिन्दी 👩‍🔧 é",
    "",
    " ",
    "x" * 5_000,
)
"""Hostile text of our own, of every kind: markup, XML, control characters, direction, length, none."""


def payloads() -> list[str]:
    """Every line of the shared payload list."""
    raw = gzip.decompress(shared_data("security/xss-payloads.txt.gz").read_bytes())
    return raw.decode("utf-8", "surrogateescape").splitlines()


def hostile_items(lines: Sequence[str], count: int = 300) -> list[LearningItem]:
    """Items whose every field holds such text; all lines stand in a text and in an attribution."""
    return [_hostile(number, lines[number::count] or lines[:1], lines) for number in range(count)]


def _hostile(number: int, share: Sequence[str], lines: Sequence[str]) -> LearningItem:
    one, other = share[0], lines[number * 7 % len(lines)]
    addresses = ["https://example.org/" + one, one, "javascript:" + one, f"http://[{one}", "https://" + other]
    markup = "".join(f"<p>{line}</p>" for line in share)
    return item(
        number,
        title=one,
        url=None if number % 6 == 5 else addresses[number % 6],
        html="" if number % 10 == 9 else markup + "\n".join(share),
        language=other,
        attribution="\n".join(share),
        licence=other,
        competencies=((FRAMEWORK, f"https://skills.example/{number % 12}", lines[number % 12]),)
        * (number % 3),
        goals=(other,),
        platforms=(one,),
    )
