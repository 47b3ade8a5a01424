"""Where a statement names somebody, in which role, and the same statement without the name.

Whatever stands in the place of an agent is an agent, so that a redacted statement stays a valid one; all other
members keep their values to the last digit.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any, NamedTuple

from msgspec import Raw
from msgspec.json import Decoder

from gleanery.flow.erasing.traces import Traces
from xapi.rules.circumstances import SIGNATURE
from xapi.strict_json import write

Parts = dict[str, Any]
Path = tuple[str, ...]


class Place(StrEnum):
    """The role in which a statement names somebody."""

    ACTOR = "actor"
    OBJECT = "object"
    INSTRUCTOR = "instructor"
    TEAM = "team"
    TEAM_MEMBER = "team-member"
    GROUP_MEMBER = "group-member"
    SUB_STATEMENT = "sub-statement"
    CONTEXT_AGENT = "context-agent"
    CONTEXT_GROUP = "context-group"
    AUTHORITY = "authority"
    EXTENSION = "extension"
    MENTION = "mention"
    WORDS = "words"


OWN = frozenset({Place.ACTOR, Place.OBJECT})
"""A statement that names somebody so is theirs; any other is somebody else's."""

_IDENTIFIERS = frozenset(
    (
        *(
            "id",
            "mbox",
            "mbox_sha1sum",
            "openid",
            "homePage",
            "objectType",
            "registration",
            "version",
            "sha2",
        ),
        *(
            "timestamp",
            "stored",
            "duration",
            "language",
            "type",
            "usageType",
            "contentType",
            "interactionType",
        ),
        *("moreInfo", "fileUrl"),
    )
)
"""Members that are no text: a word in one of them is part of somebody else's name."""


def as_written(number: str) -> Raw:
    """A number with a fraction, an exponent or very many digits, byte for byte."""
    return Raw(number.encode())


_decode = Decoder(float_hook=as_written).decode


class Mentions(NamedTuple):
    """The roles in which a statement names somebody, and the statement without; the same where there are none."""

    places: tuple[Place, ...]
    raw: bytes


def mentions(raw: bytes, traces: Traces, home: str) -> Mentions:
    """Where a valid statement names the person, and how it reads without; `home` is the address of stand-ins."""
    walk = _Walk(lambda identity, _path: traces.know(identity), traces, home)
    statement = walk.value(_decode(raw), ())
    names = [name for name in walk.names if len(name) > 2]
    if names:
        walk.traces = Traces.plain((), names)
        statement = walk.value(statement, ())
    if not walk.places:
        return Mentions((), raw)
    _drop_signatures(statement)
    return Mentions(tuple(dict.fromkeys(walk.places)), write(statement))


def only(raw: bytes, is_kept: Callable[[str], bool], home: str, stand_in: str) -> bytes:
    """A statement with a stand-in for every agent but those of kept identities: for a reader who may see only them."""
    walk = _Walk(lambda identity, _path: not is_kept(identity), Traces.plain((), ()), home, stand_in)
    statement = walk.value(_decode(raw), ())
    walk.traces = Traces.plain((), [name for name in walk.names if len(name) > 2])
    statement = walk.value(statement, ())
    _drop_signatures(statement)
    return write(statement)


def is_named_in(value: Any, traces: Traces) -> bool:
    """Whether a JSON value of somebody else's names the person anywhere."""
    walk = _Walk(lambda identity, _path: traces.know(identity), traces, "")
    walk.value(value, ("extensions",))
    return bool(walk.places)


class _Walk:
    """One way through a statement. `names` are those of the agents that were taken out."""

    def __init__(
        self, is_meant: Callable[[str, Path], bool], traces: Traces, home: str, stand_in: str = "erased"
    ) -> None:
        self._is_meant, self.traces, self._home, self._stand_in = is_meant, traces, home, stand_in
        self.places: list[Place] = []
        self.names: list[str] = []

    def value(self, value: Any, path: Path) -> Any:
        """The value with stand-ins; lists add nothing to the path."""
        if isinstance(value, dict):
            return self._object(value, path)
        if isinstance(value, list):
            return [self.value(inner, path) for inner in value]
        return self._text(value, path) if isinstance(value, str) else value

    def _object(self, value: Parts, path: Path) -> Parts:
        identity = _identity(value)
        if identity is not None and self._is_meant(identity, path):
            return self._in_place_of(value, path)
        if isinstance(value.get("id"), str) and self.traces.know_activity(value["id"]):
            self.places.append(Place.MENTION)
            return {"id": f"{self._home}/{self._stand_in}"}
        return {key: self.value(inner, (*path, key)) for key, inner in value.items()}

    def _in_place_of(self, agent: Parts, path: Path) -> Parts:
        """An agent or group without identity; its members are others."""
        if agent.get("account") != self._account:
            self.places.append(_place(path))
        if isinstance(agent.get("name"), str):
            self.names.append(agent["name"])
        kept = {key: agent[key] for key in ("objectType",) if key in agent}
        kept["account"] = self._account
        if "member" in agent:
            kept["member"] = self.value(agent["member"], (*path, "member"))
        return kept

    @property
    def _account(self) -> Parts:
        return {"homePage": self._home, "name": self._stand_in}

    def _text(self, text: str, path: Path) -> str:
        if not self.traces.has_words or not _is_text(path):
            return text
        changed = self.traces.without(text, lambda _: self._stand_in)
        if changed != text:
            self.places.append(Place.WORDS)
        return changed


def _identity(value: Parts) -> str | None:
    """What an agent is found by, None for what is no identified agent. In the order of `identity_of`."""
    account = value.get("account")
    if isinstance(account, dict):
        home, name = account.get("homePage"), account.get("name")
        return f"account {home} {name}" if isinstance(home, str) and isinstance(name, str) else None
    for kind in ("mbox", "mbox_sha1sum", "openid"):
        if isinstance(value.get(kind), str):
            return f"{kind} {value[kind]}"
    return None


def _place(path: Path) -> Place:
    if "extensions" in path:
        return Place.EXTENSION
    if path[0] == "object" and path[1:2] not in ((), ("member",)):
        return Place.SUB_STATEMENT
    if path[:2] == ("context", "team"):
        return Place.TEAM_MEMBER if path[-1] == "member" else Place.TEAM
    known = {"contextAgents": Place.CONTEXT_AGENT, "contextGroups": Place.CONTEXT_GROUP}
    if path[0] == "context" and path[1] in known:
        return known[path[1]]
    if path[0] == "authority":
        return Place.AUTHORITY
    return Place.GROUP_MEMBER if path[-1] == "member" else Place(path[-1])


def _is_text(path: Path) -> bool:
    """Whether a string is there to be read; the keys of language maps may look like other members."""
    if "extensions" in path or path[-2:-1] in (("display",), ("name",), ("description",)):
        return True
    return path[-1] not in _IDENTIFIERS


def _drop_signatures(statement: Parts) -> None:
    """Take out signatures, whose bytes hold the whole statement as it was."""
    files = statement.get("attachments")
    if isinstance(files, list):
        statement["attachments"] = [one for one in files if one.get("usageType") != SIGNATURE]
        if not statement["attachments"]:
            del statement["attachments"]
