"""LinkedIn's markup of posts into plain words: mentions, hashtags, escapes.

https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/little-text-format
"""

from __future__ import annotations

import re

_RESERVED = r"\\|{}@\[\]()<>#*_~"
_ELEMENT = re.compile(
    r"@\[(?P<name>(?:\\.|[^\\\]]){0,500})\]\s?\(urn:li:[^)\s]{0,200}\)"
    r"|\{hashtag\|\\?[#＃]\|(?P<template>(?:\\.|[^\\}]){0,500})\}"
    rf"|\\(?P<escaped>[{_RESERVED}])"
    r"|(?<![\w/&#])#(?P<hashtag>\w+)",
    re.DOTALL,
)
_ESCAPE = re.compile(rf"\\([{_RESERVED}])")


def plain_words(commentary: str) -> str:
    """The words as a reader sees them: names for mentions, `#word` for hashtags, no escapes."""
    return _ELEMENT.sub(_shown, commentary).strip()


def hashtags(commentary: str) -> tuple[str, ...]:
    """The hashtags without their sign, in the order of the text, each once; an escaped `#` makes none."""
    found = (_unescaped(one["template"] or one["hashtag"] or "") for one in _ELEMENT.finditer(commentary))
    return tuple(dict.fromkeys(tag for tag in found if tag))


def _shown(element: re.Match[str]) -> str:
    if element["name"] is not None:
        return _unescaped(element["name"])
    if element["template"] is not None:
        return "#" + _unescaped(element["template"])
    return element["escaped"] or element[0]


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(r"\1", text)
