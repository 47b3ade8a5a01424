"""Text made comparable, and regular expressions that cannot run for ever.

They run in the engine of the Rust crate `regex`, which pydantic-core carries: its time grows with pattern times text
and no faster (https://docs.rs/regex, "Untrusted input"), it knows no look-around and no backreferences, and a pattern
that would grow beyond 10 MiB is refused. What is slow nonetheless is told when it is written; see decision 0043.
"""

from __future__ import annotations

import re
import time
import unicodedata
from functools import lru_cache

from pydantic_core import SchemaError, SchemaValidator, core_schema

from gleanery.errors import BadInput

MAX_PATTERN = 300
"""Characters of a pattern."""

MAX_LOOKED_AT = 50_000
"""Characters of a text that conditions look at; as many as a search finds."""

_PROBED, _MAX_SECONDS = 20_000, 0.1
_PROBES = ("a", "aB ", "x1.-/", "Übung ", "漢字かな")

_unseen = re.compile(
    "[\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_space = re.compile(r"\s+")


def visible(text: str) -> str:
    """The text as a reader sees it: NFKC, without what shows nothing; at most as much of it as is looked at."""
    cut = text[:MAX_LOOKED_AT]
    return cut if cut.isascii() else _unseen.sub("", unicodedata.normalize("NFKC", cut))


def folded(text: str) -> str:
    """The visible text without regard to case, with one space between its words."""
    return _space.sub(" ", unicodedata.normalize("NFKC", visible(text).casefold())).strip()


# --------------------------------------------------------------------------- words


def has_word(text: str, word: str) -> bool:
    """Whether a word or phrase stands in a text on its own; both are folded. Scripts without spaces need none."""
    place = text.find(word)
    while place >= 0:
        after = place + len(word)
        if not _joins(text[place - 1 : place], word[:1]) and not _joins(word[-1:], text[after : after + 1]):
            return True
        place = text.find(word, place + 1)
    return False


def _joins(one: str, other: str) -> bool:
    """Whether two neighbours belong to one word."""
    return bool(one and other) and all(
        _is_of_a_word(sign) and not _is_unspaced(sign) for sign in (one, other)
    )


def _is_of_a_word(sign: str) -> bool:
    return sign.isalnum() or sign == "_" or unicodedata.category(sign).startswith("M")


def _is_unspaced(sign: str) -> bool:
    """Of Thai, Lao, Khmer, Japanese or Chinese, which put no spaces between words."""
    return any(first <= sign <= last for first, last in _UNSPACED)


_UNSPACED = (
    ("\u0e00", "\u0eff"),
    ("\u1780", "\u17ff"),
    ("\u3040", "\u30ff"),
    ("\u3400", "\u9fff"),
    ("\uf900", "\ufaff"),
)


# --------------------------------------------------------------------------- patterns


def is_found(pattern: str, text: str) -> bool:
    """Whether a pattern is found anywhere in a visible text, whatever its case. Raises: BadInput."""
    return bool(_compiled(pattern).isinstance_python(text))


@lru_cache(maxsize=500)
def _compiled(pattern: str) -> SchemaValidator:
    if len(pattern) > MAX_PATTERN:
        raise BadInput(f"This pattern is longer than {MAX_PATTERN} characters.", remedy="Use `is one of`.")
    try:
        return SchemaValidator(core_schema.str_schema(pattern=f"(?i){pattern}", regex_engine="rust-regex"))
    except SchemaError as error:
        raise BadInput(f"The pattern {pattern!r} cannot be used: {_why(error)}", remedy=_REMEDY) from error


_REMEDY = "It is a regular expression without look-around and backreferences; see docs/how-to/rules.md."


def _why(error: SchemaError) -> str:
    lines = [line.strip() for line in str(error).splitlines()]
    told = [line.removeprefix("error: ") for line in lines if line.startswith("error: ")]
    if told:
        return f"{told[0]}."
    return "it grows too large." if "size limit" in str(error) else "it is malformed."


def require_usable(pattern: str) -> None:
    """Try a pattern on texts that are hard for it. Raises: BadInput where it is malformed, too large or too slow."""
    began = time.thread_time()
    for probe in _PROBES:
        is_found(pattern, (probe * _PROBED)[:_PROBED])
        if time.thread_time() - began > _MAX_SECONDS:
            raise BadInput(f"The pattern {pattern!r} takes too long on a long text.", remedy=_SLOW)


_SLOW = "Ask for less at once: fewer or shorter repetitions such as {1,100}."
