"""The forms of values: IRIs, language tags, durations, media types, digests.

Statements repeat the same few identifiers, so what was found well formed is remembered in bounded sets.
"""

from __future__ import annotations

import re

_REMEMBER = 8192
_SHORT = 300

# What may stand in an IRI beside %: not controls, spaces of any script, or the delimiters of other texts.
_ANY = r'[^\x00-\x20\x7f-\xa0<>"{}|\\^`%\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]'
_IRI = re.compile(rf"[A-Za-z][A-Za-z0-9+.-]*:(?!$){_ANY}*(?:%[0-9A-Fa-f]{{2}}{_ANY}*)*")
_PLAIN_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!#$&-;=?-\[\]_a-z~]+")
"""Most IRIs, and the faster one to try."""

_LANGUAGE = re.compile(
    r"""(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4}|[a-z]{5,8})    # language, extended language
        (?:-[a-z]{4})?                                           # script
        (?:-(?:[a-z]{2}|[0-9]{3}))?                              # region
        (?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*                 # variants
        (?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*                     # extensions
        (?:-x(?:-[a-z0-9]{1,8})+)?                               # private use
        |x(?:-[a-z0-9]{1,8})+
        |i-(?:ami|bnn|default|enochian|hak|klingon|lux|mingo|navajo|pwn|tao|tay|tsu)
        |en-gb-oed|sgn-be-fr|sgn-be-nl|sgn-ch-de""",
    re.IGNORECASE | re.VERBOSE,
)
_DURATION = re.compile(
    r"""P(?:\d+(?:[.,]\d+)?W
        |(?=.)(?:\d+(?:[.,]\d+(?=Y$))?Y)?
         (?:\d+(?:[.,]\d+(?=M$))?M)?
         (?:\d+(?:[.,]\d+(?=D$))?D)?
         (?:T(?=\d)(?:\d+(?:[.,]\d+(?=H$))?H)?(?:\d+(?:[.,]\d+(?=M$))?M)?(?:\d+(?:[.,]\d+)?S)?)?)""",
    re.VERBOSE | re.ASCII,
)
_MAILBOX = re.compile(r"""mailto:[^\s@<>"(),:;\\\[\]]+@[^\s@<>"(),:;\\\[\]]+""")
_SHA1 = re.compile(r"[0-9a-fA-F]{40}")
_SHA2 = re.compile(r"(?:[0-9a-fA-F]{56}|[0-9a-fA-F]{64}|[0-9a-fA-F]{96}|[0-9a-fA-F]{128})")
_MEDIA_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+(?:[ \t]*;[^\x00-\x08\x0a-\x1f\x7f]*)?", re.ASCII)

good_iris: set[str] = set()
good_languages: set[str] = set()


def is_iri(text: str) -> bool:
    """Says whether a text is an absolute IRI (RFC 3987), and remembers it if so."""
    return text in good_iris or (is_new_iri(text) and _remember(good_iris, text))


def is_new_iri(text: str) -> bool:
    """Says whether a text is an absolute IRI; for those that will hardly come again."""
    return _PLAIN_IRI.fullmatch(text) is not None or _IRI.fullmatch(text) is not None


def is_language(tag: str) -> bool:
    """Says whether a tag is well formed (RFC 5646), and remembers it if so."""
    return tag in good_languages or (_LANGUAGE.fullmatch(tag) is not None and _remember(good_languages, tag))


def is_duration(text: str) -> bool:
    """Says whether a text is an ISO 8601 duration; only the smallest part may have a fraction."""
    return _DURATION.fullmatch(text) is not None


def is_mailbox(text: str) -> bool:
    """Says whether a text is `mailto:` and one address."""
    return _MAILBOX.fullmatch(text) is not None


def is_sha1(text: str) -> bool:
    """Says whether a text is the hex SHA-1 of something."""
    return _SHA1.fullmatch(text) is not None


def is_sha2(text: str) -> bool:
    """Says whether a text is a hex digest of SHA-224, -256, -384 or -512."""
    return _SHA2.fullmatch(text) is not None


def is_media_type(text: str) -> bool:
    """Says whether a text is a media type (RFC 2046), with or without parameters."""
    return _MEDIA_TYPE.fullmatch(text) is not None


def _remember(good: set[str], text: str) -> bool:
    if len(text) <= _SHORT:
        if len(good) >= _REMEMBER:
            good.clear()
        good.add(text)
    return True
