"""Canonical addresses: ours beside courlan, w3lib and url-normalize, and what each of them leaves in."""

from __future__ import annotations

import random

from _curation_part import Part, Run
from _curation_peers import peer

from curation.canonical import canonical

ADDRESSES = 5_000

SAME = {
    "default port": ("https://example.org:443/a", "https://example.org/a"),
    "/a/../": ("https://example.org/a/../b", "https://example.org/b"),
    "%7E": ("https://example.org/%7Euser/a", "https://example.org/~user/a"),
    "case of %": ("https://example.org/caf%c3%a9", "https://example.org/caf%C3%A9"),
    "case of the host": ("https://EXAMPLE.org/a", "https://example.org/a"),
    "utm_*": ("https://example.org/a?utm_source=x&utm_medium=y", "https://example.org/a"),
    "click ids": ("https://example.org/a?fbclid=1&gclid=2&msclkid=3", "https://example.org/a"),
    "order": ("https://example.org/a?b=2&a=1", "https://example.org/a?a=1&b=2"),
    "fragment": ("https://example.org/a#part", "https://example.org/a"),
    "name in letters": ("https://b\u00fccher.example.org/a", "https://xn--bcher-kva.example.org/a"),
    "dot at the end": ("https://example.org./a", "https://example.org/a"),
    "www.": ("https://www.example.org/a", "https://example.org/a"),
    "http": ("http://example.org/a", "https://example.org/a"),
    "last slash": ("https://example.org/a/", "https://example.org/a"),
    "short host": ("https://youtu.be/aB3_-xYz123", "https://www.youtube.com/watch?v=aB3_-xYz123"),
}
"""Two spellings of one page each; the last four are equal at nearly every site, not by RFC 3986."""

APART = {
    "another page": ("https://example.org/a?page=1", "https://example.org/a?page=2"),
    "another port": ("https://example.org:8443/a", "https://example.org/a"),
    "case of the path": ("https://example.org/A", "https://example.org/a"),
    "%2F": ("https://example.org/a%2Fb", "https://example.org/a/b"),
    "a page by #!": ("https://example.org/#!/a", "https://example.org/#!/b"),
    "a repeated name": ("https://example.org/a?t=1&t=2", "https://example.org/a?t=2&t=1"),
}
"""Two pages each."""


def part() -> Part:
    """All contenders over invented addresses."""
    runs: dict[str, Run] = {"gleanery": canonical}
    if courlan := peer("courlan"):
        runs["courlan"] = lambda url: courlan.clean_url(url) or url
    if w3lib := peer("w3lib.url"):
        runs["w3lib"] = w3lib.canonicalize_url
    if others := peer("url_normalize"):
        runs["url-normalize"] = others.url_normalize
    right = {name: _judged(run) for name, run in runs.items()}
    return Part(_addresses(random.Random(5)), runs, right)


def _judged(run: Run) -> dict[str, object]:
    """How many of the pairs are one, which are left apart, and which pages are taken for one."""
    apart = [name for name, (one, other) in SAME.items() if run(one) != run(other)]
    lumped = [name for name, (one, other) in APART.items() if run(one) == run(other)]
    return {"same": f"{len(SAME) - len(apart)}/{len(SAME)}", "leaves": apart, "takes_for_one": lumped}


def _addresses(rng: random.Random) -> list[str]:
    return [_address(rng) for _ in range(ADDRESSES)]


def _address(rng: random.Random) -> str:
    words = ["learning", "Course", "data", "2024", "intro", "%7Euser", "python", "..", "caf%c3%a9"]
    host = rng.choice(["www.", "", "blog.", "m."]) + rng.choice(["example.org", "Example.com", "example.net"])
    port = rng.choice(["", "", "", ":443"])
    path = "/".join(rng.choices(words, k=rng.randint(1, 4)))
    pairs = [
        "utm_source=mail",
        "utm_campaign=a1",
        f"id={rng.randrange(99_999)}",
        "page=2",
        "fbclid=Iw1",
        "q=a+b",
    ]
    query = "&".join(rng.sample(pairs, rng.randint(0, 4)))
    return f"https://{host}{port}/{path}" + (f"?{query}" if query else "") + rng.choice(["", "", "#part"])
