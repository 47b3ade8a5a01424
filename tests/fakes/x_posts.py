"""The posts of a world of X, and how they change: posts, answers, reposts, edits, deletions.

Every version of a post has an id of its own, a chain of versions is one post, as X has it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gleanery.testing import Clock

CURATOR, LEAD, ANALYST, LEARNER, OUTSIDER = "1001", "1002", "1003", "1004", "1005"
HANDLES = {CURATOR: "curator", LEAD: "lead", ANALYST: "analyst", LEARNER: "learner", OUTSIDER: "outsider"}
BEGIN_MS = 1_288_834_974_657
"""When ids begin to count milliseconds."""


@dataclass
class Chain:
    """One post: its versions, oldest first, each (id, when, words)."""

    author: str
    versions: list[tuple[str, datetime, str]]
    references: list[dict[str, str]] = field(default_factory=list)
    links: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """What identifies it in the house."""
        return self.versions[0][0]

    @property
    def last(self) -> tuple[str, datetime, str]:
        """The newest version."""
        return self.versions[-1]

    @property
    def is_repost(self) -> bool:
        """Whether it only passes something on."""
        return any(one["type"] == "retweeted" for one in self.references)


class XPosts:
    """What stands at X. `lost` tells for every version that is gone the reason."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.chains: dict[str, Chain] = {}
        self.lost: dict[str, str] = {}
        self._last_id = 0

    def truth(self) -> dict[str, str]:
        """External id to text of what a complete reading holds."""
        return {chain.id: self.shown(chain) for chain in self.chains.values()}

    def shown(self, chain: Chain) -> str:
        """The words as a person reads them at X."""
        text = chain.last[2]
        for short, full in chain.links.items():
            text = text.replace(short, full)
        for one in chain.references:
            if one["type"] == "retweeted":
                original = self.chains[self.chain_of(one["id"])]
                words = next(words for version, _, words in original.versions if version == one["id"])
                for short, full in original.links.items():
                    words = words.replace(short, full)
                return f"RT @{HANDLES[original.author]}: {words}"
        return text

    def change(self, rng: random.Random) -> None:
        """One random change of the world."""
        acts: list[Callable[[random.Random], None]] = [
            self._some_post,
            self._some_post,
            self._some_answer,
            self._some_repost,
            self._some_edit,
            self._some_deletion,
        ]
        rng.choice(acts)(rng)

    def post(
        self,
        author: str = CURATOR,
        text: str = "Use grease 2",
        *,
        at: datetime | None = None,
        references: Sequence[dict[str, str]] = (),
        links: Mapping[str, str] | None = None,
    ) -> Chain:
        """Somebody posts."""
        moment = at or self.clock()
        chain = Chain(author, [(self._new_id(moment), moment, text)], list(references), dict(links or {}))
        self.chains[chain.id] = chain
        return chain

    def repost(self, author: str, chain: Chain) -> Chain:
        """Somebody passes a post on; the record shows the beginning of its words only."""
        text = f"RT @{HANDLES[chain.author]}: {chain.last[2]}"
        cut = text if len(text) <= 140 else text[:139] + "…"
        return self.post(author, cut, references=[{"type": "retweeted", "id": chain.last[0]}])

    def edit(self, chain: Chain, text: str) -> None:
        """A new version, which X allows for 30 minutes."""
        assert self.clock() - chain.versions[0][1] < timedelta(minutes=30)
        chain.versions.append((self._new_id(self.clock()), self.clock(), text))

    def delete(self, chain: Chain, reason: str = "deleted") -> None:
        """All versions go, and what only passes it on."""
        ids = {version for version, *_ in chain.versions}
        for one in list(self.chains.values()):
            if one is chain or any(r["type"] == "retweeted" and r["id"] in ids for r in one.references):
                self.lost.update({version: reason for version, *_ in one.versions})
                del self.chains[one.id]

    def _some_post(self, rng: random.Random) -> None:
        author = rng.choice(list(HANDLES))
        words = f"{'grease ' if author == OUTSIDER or rng.random() < 0.3 else ''}note {rng.randrange(10**6)}"
        short = f"https://t.co/{rng.randrange(10**9):010d}"
        links = {short: f"https://docs.example.org/{rng.randrange(10**6)}"} if rng.random() < 0.3 else {}
        long = " and so on" * 40 if rng.random() < 0.2 else ""
        self.post(author, " ".join([words + long, *links]), links=links)

    def _some_answer(self, rng: random.Random) -> None:
        if chain := self._any(rng):
            kind = rng.choice(["replied_to", "quoted"])
            author = rng.choice([CURATOR, LEAD, ANALYST])
            self.post(author, f"on that: {rng.randrange(10**6)}", references=[{"type": kind, "id": chain.id}])

    def _some_repost(self, rng: random.Random) -> None:
        chain = self._any(rng)
        if chain and not chain.is_repost:
            self.repost(rng.choice([CURATOR, LEAD, ANALYST]), chain)

    def _some_edit(self, rng: random.Random) -> None:
        young = [
            one
            for one in self.chains.values()
            if self.clock() - one.versions[0][1] < timedelta(minutes=30)
            and not one.is_repost
            and len(one.versions) < 6
        ]
        if young:
            chain = rng.choice(young)
            self.edit(chain, f"grease, corrected {rng.randrange(10**6)}")

    def _some_deletion(self, rng: random.Random) -> None:
        if chain := self._any(rng):
            self.delete(chain)

    def _any(self, rng: random.Random) -> Chain | None:
        return rng.choice(list(self.chains.values())) if self.chains else None

    def _new_id(self, at: datetime) -> str:
        number = (int(at.timestamp() * 1000) - BEGIN_MS) << 22
        if at >= self.clock():
            self._last_id = number = max(self._last_id + 1, number)
        while str(number) in self.chains:
            number += 1
        return str(number)

    def chain_of(self, post_id: str) -> str:
        return next((one.id for one in self.chains.values() if post_id in [v[0] for v in one.versions]), "")
