"""What a key may do, in the words of the specification.

Source: xAPI 1.0.3, part three (Communication), 4.2.
"""

from __future__ import annotations

from collections.abc import Iterable

WRITE = "statements/write"
READ = "statements/read"
READ_MINE = "statements/read/mine"
STATE = "state"
PROFILE = "profile"
DEFINE = "define"
ALL_READ = "all/read"
ALL = "all"

SCOPES = (WRITE, READ_MINE, READ, STATE, DEFINE, PROFILE, ALL_READ, ALL)
"""Every scope there is."""

DEFAULT = frozenset({WRITE, READ_MINE})
"""What the specification grants where nothing is asked for."""

_INCLUDED = {ALL: frozenset(SCOPES), ALL_READ: frozenset({READ, READ_MINE}), READ: frozenset({READ_MINE})}
_ALSO_CALLED = {"xapi:write": WRITE, "xapi:read": READ, "xapi:all": ALL}
"""Names that senders ask for whose makers never read the specification's; LinkedIn Learning is one."""


def scopes_in(words: Iterable[str]) -> frozenset[str]:
    """The scopes that these words name. Raises: ValueError naming the first that is none."""
    found = set()
    for word in words:
        scope = _ALSO_CALLED.get(word, word)
        if scope not in SCOPES:
            raise ValueError(f"{word!r:.80} is no scope: use {', '.join(SCOPES)}")
        found.add(scope)
    return frozenset(found)


def includes(held: str, wanted: str) -> bool:
    """Says whether one scope allows all that another does."""
    return held == wanted or wanted in _INCLUDED.get(held, ())


def allows(held: Iterable[str], needed: Iterable[str]) -> bool:
    """Says whether one of the scopes held allows what one of the needed ones does."""
    wanted = tuple(needed)
    return any(includes(one, other) for one in held for other in wanted)


def narrowed(held: Iterable[str], wanted: Iterable[str]) -> frozenset[str]:
    """What both allow: a token may do what was asked for, as far as its key may."""
    mine, theirs = frozenset(held), frozenset(wanted)
    fully = {scope for scope in theirs if allows(mine, [scope])}
    partly = {scope for scope in mine if allows(theirs, [scope])}
    return frozenset(fully | partly)


def spelled(scopes: Iterable[str]) -> str:
    """The scopes as one text, as OAuth writes them."""
    return " ".join(sorted(scopes))
