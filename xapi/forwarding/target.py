"""Where statements are brought to, and which."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache

from xapi.lrs.links import Links, identities_in, identity_of
from xapi.lrs.store import Stored
from xapi.model import Actor, Version


@dataclass(frozen=True)
class Filter:
    """Which statements a target is to get; nothing set means all.

    `verbs` and `activities` are IRIs, `agents` and `authority` agents; an activity or an agent counts in any
    place of the statement. `since`: only what was stored after it (aware). Voiding statements are not asked:
    they go wherever the statement went that they void.
    """

    verbs: frozenset[str] = frozenset()
    activities: frozenset[str] = frozenset()
    agents: tuple[Actor, ...] = ()
    authority: Actor | None = None
    since: datetime | None = None

    def admits(self, stored: Stored, links: Links) -> bool:
        """Whether a statement that voids nothing is for this target."""
        return (
            (not self.verbs or links.verb in self.verbs)
            and (not self.activities or not self.activities.isdisjoint(links.activities))
            and (not self.agents or not self._identities.isdisjoint(links.agents))
            and (self.authority is None or identity_of(self.authority) in _vouching(stored.authority))
            and (self.since is None or stored.stored > self.since)
        )

    @cached_property
    def _identities(self) -> frozenset[str]:
        return frozenset(map(identity_of, self.agents))


@dataclass(frozen=True)
class Target:
    """Another record store.

    `endpoint` is its xAPI address without `/statements`; `version` the family it speaks, None to ask it.
    `batch` statements and `most_bytes` bytes, attachments included, are sent at once at most.
    """

    name: str
    endpoint: str
    key: str
    secret: str = field(repr=False)
    version: Version | None = None
    batch: int = 100
    most_bytes: int = 4 * 1024 * 1024
    filter: Filter = Filter()


@lru_cache(maxsize=256)
def _vouching(authority: str) -> frozenset[str]:
    """The identities of an authority; an OAuth consumer and its user are two."""
    return frozenset(identities_in(authority))
