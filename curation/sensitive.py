"""What must not leave the house: personal data, payment data, secrets, and what is confidential here.

A finding of this step closes every exit, so it errs on the side of blocking: public contact data in a public
post is blocked too, unless `allow` names the address or its domain.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import ClassVar, Literal

from pydantic import Field, field_validator

from curation.patterns import Mark
from curation.patterns.contact import mails, numbers
from curation.patterns.health import health
from curation.patterns.national import REGISTRY, national_numbers
from curation.patterns.network import hosts, ips
from curation.patterns.payment import accounts, cards
from curation.patterns.postal import addresses_of_people
from curation.patterns.secrets import passwords, private_keys, tokens
from curation.text.boundaries import blank_addresses
from curation.text.folding import visible
from curation.text.phrases import Phrases
from gleanery import ports
from gleanery.ports import Concept, Finding, Span, Subject

Action = Literal["block", "ask", "off"]
_ACTION = "block: closes every exit; ask: a person decides; off: not looked for."


class Kinds(ports.Settings):
    """What becomes of each kind."""

    private_key: Action = Field(default="block", description=f"Private keys. {_ACTION}")
    token: Action = Field(default="block", description=f"Access tokens and secret addresses. {_ACTION}")
    password: Action = Field(default="block", description=f"Passwords. {_ACTION}")
    card: Action = Field(default="block", description=f"Payment card numbers. {_ACTION}")
    iban: Action = Field(default="block", description=f"Bank account numbers (IBAN). {_ACTION}")
    national_id: Action = Field(default="block", description=f"National numbers of persons. {_ACTION}")
    confidential: Action = Field(
        default="block", description=f"Words listed in `confidential`, hosts in `domains`. {_ACTION}"
    )
    email: Action = Field(default="block", description=f"E-mail addresses. {_ACTION}")
    phone: Action = Field(default="block", description=f"Telephone numbers. {_ACTION}")
    health: Action = Field(default="ask", description=f"What somebody says of a person's health. {_ACTION}")
    address: Action = Field(default="ask", description=f"Postal addresses. {_ACTION}")
    ip: Action = Field(default="off", description=f"Internet addresses (IP). {_ACTION}")


_GRAVEST_FIRST = tuple(Kinds.model_fields)


class SensitiveSettings(ports.Settings):
    """What to look for, what is allowed, and which words are confidential here."""

    kinds: Kinds = Field(default=Kinds(), description="What becomes of each kind of sensitive content.")
    allow: list[str] = Field(
        default=[],
        description="E-mail addresses, domains and telephone numbers that may be shown to anybody.",
    )
    confidential: list[str] = Field(
        default=[],
        description="Confidential words or phrases, in any case; a * at an end lets the word go on there.",
    )
    domains: list[str] = Field(
        default=[],
        description="Hosts and domains that nobody outside is to see, each with all below it: `intra.example.org`.",
    )
    national_without: list[str] = Field(
        default=[], description="National numbers not to look for, by their codes: `us_ssn`, `nl_bsn`."
    )

    @field_validator("national_without")
    @classmethod
    def _are_known(cls, codes: list[str]) -> list[str]:
        unknown = sorted(set(codes) - set(REGISTRY))
        if unknown:
            raise ValueError(
                f"no such national number: {', '.join(unknown)}; known are {', '.join(REGISTRY)}"
            )
        return codes


class Sensitive:
    """Blocks what holds sensitive content anywhere: title, text, address, links, tags, replies."""

    name: ClassVar[str] = "sensitive"
    api_version: ClassVar[int] = 1
    guards: ClassVar[bool] = True
    version: ClassVar[str] = "3"
    Settings: ClassVar[type[ports.Settings]] = SensitiveSettings
    reasons: ClassVar[Mapping[str, str]] = {
        "sensitive.private_key": "Holds a private key ({count} place(s)). Have it replaced: it must count as known.",
        "sensitive.token": "Holds an access token ({count} place(s)). Have it revoked: it must count as known.",
        "sensitive.password": "Holds a password ({count} place(s)). Have it changed: it must count as known.",
        "sensitive.card": "Holds a payment card number ({count} place(s)).",
        "sensitive.iban": "Holds a bank account number ({count} place(s)).",
        "sensitive.national_id": "Holds a national number of a person ({count} place(s)).",
        "sensitive.confidential": "Holds words that your organisation lists as confidential ({count} place(s)).",
        "sensitive.email": "Holds an e-mail address ({count} place(s)).",
        "sensitive.phone": "Holds a telephone number ({count} place(s)).",
        "sensitive.health": "Speaks of a person's health ({count} place(s)).",
        "sensitive.address": "Holds a postal address ({count} place(s)).",
        "sensitive.ip": "Holds an internet address of a machine ({count} place(s)).",
        "sensitive.none": "Holds no personal, payment or secret data that we can recognise.",
    }

    def __init__(self, settings: SensitiveSettings, concepts: Sequence[Concept] = ()) -> None:
        actions = settings.kinds.model_dump()
        self._actions = {kind: action for kind, action in actions.items() if action != "off"}
        self._confidential = Phrases(settings.confidential, wildcards=True)
        self._domains = frozenset(entry.strip().lower().strip(".*") for entry in settings.domains) - {""}
        self._national_without = frozenset(settings.national_without)
        self._allowed = frozenset(_plain(entry) for entry in settings.allow)
        self._known = lru_cache(maxsize=_KNOWN)(lambda text, field: tuple(self._looked_at(text, field)))

    def judge(self, subject: Subject) -> Finding:
        """Block or ask with the gravest kind as reason, each place in title and text marked; else keep."""
        places = [(field, mark) for field, text in _fields(subject) for mark in self.marks(text, field)]
        if not places:
            return Finding("keep", "sensitive.none")
        kinds = sorted({mark.kind for _, mark in places}, key=self._gravity)
        reason = kinds[0]
        return Finding(
            "block" if self._actions[reason] == "block" else "ask",
            f"sensitive.{reason}",
            {"count": sum(mark.kind == reason for _, mark in places)},
            flags=tuple(
                dict.fromkeys([*kinds, *(f"in_{field}" for field, _ in places if field not in _SHOWN)])
            ),
            spans=tuple(_spans(places)),
        )

    def marks(self, text: str, field: str = "text") -> list[Mark]:
        """Where sensitive content stands in a text, in order; of two that overlap the graver one."""
        return list(self._known(text, field)) if len(text) <= _SHORT else self._looked_at(text, field)

    def _looked_at(self, text: str, field: str) -> list[Mark]:
        seen = visible(text)
        taken = bytearray(len(seen.text))
        kept: list[Mark] = []
        for mark in sorted(
            self._found(seen.text, field), key=lambda mark: (self._gravity(mark.kind), -mark.end)
        ):
            if taken.find(1, mark.start, mark.end) < 0:
                taken[mark.start : mark.end] = b"\x01" * (mark.end - mark.start)
                kept.append(Mark(*seen.original(mark.start, mark.end), mark.kind))
        return sorted([*kept, *self._listed(text)])

    def _found(self, text: str, field: str) -> Iterator[Mark]:
        """All kinds but the listed words, in the text as seen."""
        for kind, find in _ANYWHERE:
            if kind in self._actions:
                yield from self._wanted(find(text), text)
        if "confidential" in self._actions:
            yield from hosts(text, self._domains)
        outside = text if text.startswith("tel:") else blank_addresses(text)
        if field not in _ADDRESSES or outside.startswith("tel:"):
            for kind, find in _IN_WORDS:
                if kind in self._actions:
                    yield from self._wanted(find(outside), text)
            if "national_id" in self._actions:
                yield from national_numbers(outside, self._national_without)

    def _wanted(self, marks: Iterable[Mark], text: str) -> Iterator[Mark]:
        for mark in marks:
            if not self._is_allowed(text[mark.start : mark.end], mark.kind):
                yield mark

    def _is_allowed(self, words: str, kind: str) -> bool:
        if not self._allowed or kind not in ("email", "phone"):
            return False
        if kind == "phone":
            return _plain(words) in self._allowed
        address = words.lower()
        domain = address.rpartition("@")[2]
        parents = (domain.split(".", place)[-1] for place in range(domain.count(".")))
        return address in self._allowed or not self._allowed.isdisjoint(parents)

    def _listed(self, text: str) -> Iterator[Mark]:
        if "confidential" in self._actions:
            for start, end, _ in self._confidential.find(text):
                yield Mark(start, end, "confidential")

    def _gravity(self, kind: str) -> tuple[bool, int]:
        return self._actions[kind] != "block", _GRAVEST_FIRST.index(kind)


_ANYWHERE: tuple[tuple[str, Callable[[str], Iterator[Mark]]], ...] = (
    ("private_key", private_keys),
    ("token", tokens),
    ("password", passwords),
    ("email", mails),
    ("ip", ips),
)
"""Looked for in addresses too."""

_IN_WORDS: tuple[tuple[str, Callable[[str], Iterator[Mark]]], ...] = (
    ("card", cards),
    ("iban", accounts),
    ("phone", numbers),
    ("address", addresses_of_people),
    ("health", health),
)

_SHORT, _KNOWN = 60, 4_096
"""Characters of a text that comes again, as names and tags do, and how many of those are not looked at twice."""

_SHOWN = ("title", "text")
_ADDRESSES = ("url", "links")


def _fields(subject: Subject) -> Iterator[tuple[str, str]]:
    """(field, text) of all that is judged."""
    yield "title", subject.title
    yield "text", subject.text
    if subject.url:
        yield "url", subject.url
    for field, texts in (("links", subject.links), ("tags", subject.tags), ("replies", subject.replies)):
        for text in texts:
            yield field, text


def _spans(places: Iterable[tuple[str, Mark]]) -> Iterator[Span]:
    for field, mark in places:
        if field == "title":
            yield Span("title", mark.start, mark.end, mark.kind)
        elif field == "text":
            yield Span("text", mark.start, mark.end, mark.kind)


def _plain(entry: str) -> str:
    """An allowed entry as it is compared: digits of a number, an address or domain in small letters."""
    entry = entry.strip().lower().removeprefix("mailto:").removeprefix("tel:").removeprefix("@")
    if re.fullmatch(r"[+\d\s()./-]+", entry):
        return re.sub(r"\D", "", entry)
    return entry
