"""Which language of several a reader wants: `Accept-Language`, applied to one map of texts at a time.

Source: xAPI 1.0.3, Communication, 2.1.3 (language filtering); RFC 4647, 3.4 (lookup); RFC 9110, 12.5.4.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple, TypeVar

Text = TypeVar("Text")

_SUBTAGS = 10
"""Subtags of a range or a tag that are heeded: the longest that anybody uses has five."""

_RANGE = re.compile(
    rf"\s*(\*|[a-z]{{1,8}}(?:-[a-z0-9]{{1,8}}){{0,{_SUBTAGS - 1}}})"
    r"\s*(?:;\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?",
    re.IGNORECASE | re.ASCII,
)
_MOST = 64
"""Ranges of one header that are heeded."""


class _Wishes(NamedTuple):
    """Language ranges, the most wanted first, and those that are not wanted at all."""

    wanted: tuple[str, ...]
    refused: frozenset[str]


def one_language(texts: Mapping[str, Text], accept_language: str) -> dict[str, Text]:
    """The text that suits the header best, under its language; the first one where none does."""
    if len(texts) < 2:
        return dict(texts)
    wishes = _wishes(accept_language)
    tags = [tag for tag in texts if wishes.refused.isdisjoint(_ranges_of(tag))] or list(texts)
    chosen = next(_suitable(tags, wishes.wanted), tags[0])
    return {chosen: texts[chosen]}


def _suitable(tags: list[str], wanted: tuple[str, ...]) -> Iterator[str]:
    """The tags that are wanted, best first; last those that share but their language with a wanted one."""
    known = {tag.lower(): tag for tag in reversed(tags)}
    within: dict[str, list[str]] = {}
    for tag in tags:
        for wish in _ranges_of(tag):
            within.setdefault(wish, []).append(tag)
    for wish in wanted:
        if wish == "*":
            yield from (tag for tag in tags if not _ranges_of(tag).intersection(wanted))
        else:
            yield from within.get(wish, ())
            yield from (known[step] for step in _shortened(wish) if step in known)
    for wish in wanted:
        yield from within.get(wish.partition("-")[0], ())


def _ranges_of(tag: str) -> frozenset[str]:
    """The ranges that take in a tag: its first subtag, its first two and so on."""
    subtags = tag.lower().split("-", _SUBTAGS)[:_SUBTAGS]
    return frozenset("-".join(subtags[: number + 1]) for number in range(len(subtags)))


def _shortened(wish: str) -> Iterator[str]:
    """The range with ever fewer subtags; none ends with a single letter, which only announces the next."""
    while "-" in wish:
        wish = wish.rpartition("-")[0]
        if wish[-2:-1] != "-":
            yield wish


@lru_cache(maxsize=256)
def _wishes(accept_language: str) -> _Wishes:
    """The header, understood; what is malformed in it is passed over."""
    weighed: list[tuple[float, str]] = []
    for part in accept_language.split(",", _MOST)[:_MOST]:
        found = _RANGE.fullmatch(part)
        if found:
            weighed.append((float(found[2] or 1), found[1].lower()))
    weighed.sort(key=lambda wish: -wish[0])
    return _Wishes(
        tuple(wish for weight, wish in weighed if weight),
        frozenset(wish for weight, wish in weighed if not weight),
    )
