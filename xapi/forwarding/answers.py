"""What an answer to sent statements means."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote

import msgspec
from msgspec.json import Decoder

from xapi import model
from xapi.forwarding.letters import Letter
from xapi.forwarding.patience import asked_for
from xapi.forwarding.wire import Reply

_CONTENT = frozenset({400, 409, 413, 415, 422})
"""What says that the statements are at fault; all else is the target's own trouble."""

_MOST_READ = 8192
_MOST_SHOWN = 200
_MARK = "…"
_WORD = re.compile(r"\w{2,}")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_decode = Decoder(float_hook=str).decode
_PROPERTIES = frozenset(
    field.encode_name
    for kind in vars(model).values()
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct)
    for field in msgspec.structs.fields(kind)
)
"""The names of members that xAPI itself gives: they may be told."""


class TargetFault(Exception):
    """The target as a whole takes nothing now; everything stays where it is.

    `asked`: how long it wants to be left alone; `stops`: only a person can put it right.
    """

    def __init__(self, reason: str, *, asked: timedelta | None = None, stops: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.asked = asked
        self.stops = stops


def accepted(reply: Reply, letters: Sequence[Letter], now: datetime) -> bool:
    """Whether the target took all of them; False if it refused some of them.

    Raises:
        TargetFault: it refused to deal with us, or what answered is no record store.
    """
    if reply.status in _CONTENT:
        return False
    refuse_fault(reply, now)
    if reply.status != 204 and not _are_ids(reply.body, letters):
        raise TargetFault(
            f"it answered {reply.status} without the ids of the statements: "
            "something else than a record store stands at this address"
        )
    return True


def refuse_fault(reply: Reply, now: datetime) -> None:
    """Raises: TargetFault unless the answer is a success."""
    if reply.status in (401, 403):
        raise TargetFault(
            f"it refuses this key ({reply.status}): check the key, its secret and its rights", stops=True
        )
    if 300 <= reply.status < 400:
        raise TargetFault(f"it answers {reply.status} and points elsewhere: enter that address")
    if reply.status in (404, 405, 410):
        raise TargetFault(f"there is no record store at this address ({reply.status}): check the endpoint")
    if not 200 <= reply.status < 300:
        asked = asked_for(reply.headers.get("retry-after"), now)
        raise TargetFault(f"it answers {reply.status}", asked=asked)


def words(reply: Reply, letter: Letter) -> str:
    """What the target said against a statement, short; every word that stands in the statement is left out."""
    statement = _decode(letter.body)
    private = {word for text in (*_texts(statement), *_keys(statement)) for word in _words(text)}
    said = " ".join(_said(reply.body[:_MOST_READ]).split())
    printable = "".join(char for char in said if char.isprintable())
    kept = _WORD.sub(lambda word: _MARK if word[0].casefold() in private else word[0], printable)
    return kept[:_MOST_SHOWN] or f"it answered {reply.status} and said nothing"


def _said(body: bytes) -> str:
    """The texts of an answer, without the escapes they may be written in."""
    try:
        text = " ".join(_texts(_decode(body)))
    except (msgspec.MsgspecError, UnicodeDecodeError):
        text = html.unescape(re.sub(r"<[^>]*>", " ", body.decode("utf-8", "replace")))
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), unquote(text))


def _texts(value: Any) -> Iterator[str]:
    """The texts and numbers in a JSON value."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _texts(inner) if name != "objectType" else ()
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    elif value is not None and not isinstance(value, bool):
        yield str(value)


def _keys(value: Any) -> Iterator[str]:
    """The names of members, but those of xAPI itself."""
    if isinstance(value, dict):
        yield from value.keys() - _PROPERTIES
        value = list(value.values())
    for inner in value if isinstance(value, list) else ():
        yield from _keys(inner)


def _words(text: str) -> Iterator[str]:
    return (word[0].casefold() for word in _WORD.finditer(text))


def _are_ids(body: bytes, letters: Sequence[Letter]) -> bool:
    try:
        ids = msgspec.json.decode(body, type=list[str])
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return False
    return {one.lower() for one in ids} >= {str(letter.id) for letter in letters}
