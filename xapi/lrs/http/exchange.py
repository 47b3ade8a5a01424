"""A request as the resources see it, and what they answer.

Versions, keys, the alternate request syntax and limits are dealt with before a resource is asked; a resource
is a plain function from a Call to an Answer that may block, and it refuses by raising Refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Version: TypeAlias = Literal["1.0.3", "2.0.0"]
"""The family of xAPI that an exchange follows: 1.0.x is spoken as 1.0.3, 2.0.x as 2.0.0."""


@dataclass(frozen=True)
class Caller:
    """Who asks: the name of the key, the store it opens, the agent it vouches as, and what it may do."""

    key: str
    store: str
    authority: str
    scopes: frozenset[str]


@dataclass(frozen=True)
class Call:
    """One request, understood. `headers` have lower-case names; `parameters` are those of the query.

    `path` is the part after the endpoint (`statements`, `activities/state`), `address` that of the other side.
    """

    method: str
    path: str
    parameters: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    version: Version
    caller: Caller
    address: str = ""


@dataclass(frozen=True)
class Answer:
    """What is sent back; the body may come in pieces. HEAD is answered as GET, its body left out later.

    `holds`: how many bytes are in memory at a time while pieces are sent.
    """

    status: int = 200
    body: bytes | Iterable[bytes] = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    holds: int = 0

    @property
    def weight(self) -> int:
        """The bytes in memory until it was read; nothing where these are so few that a socket takes them."""
        held = len(self.body) if isinstance(self.body, bytes) else self.holds
        return held if held > _FEW else 0


_FEW = 64 * 1024


class Refused(Exception):
    """A request that is answered with an error; `path` and `rule` name the fault in a statement."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        path: str = "",
        rule: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.path = path
        self.rule = rule
        self.headers = dict(headers or {})
