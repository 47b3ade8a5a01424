"""The terms of a label: how what somebody types is compared with it."""

from __future__ import annotations

import re
import unicodedata

MAX_TERM, MAX_STARTS = 80, 8
"""Characters of a term, and words of a label that a term begins with."""

_STARTS = re.compile(r"(?<!\w)\w|[\u3040-\u30ff\u3400-\u9fff]")


def folded(text: str) -> str:
    """Small letters without accents, one space between words: what is typed and what is found look the same."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).split())


def terms_of(label: str) -> list[tuple[bool, str]]:
    """The label from each of its first words on, each once; True for the whole of it."""
    whole = folded(label)
    found: dict[str, bool] = {}
    for match in list(_STARTS.finditer(whole))[:MAX_STARTS]:
        term = whole[match.start() :][:MAX_TERM]
        found.setdefault(term, match.start() == 0)
    if whole and not any(found.values()):  # a label that begins with a sign is found by it too
        found[whole[:MAX_TERM]] = True
    return [(starts, term) for term, starts in found.items()]
